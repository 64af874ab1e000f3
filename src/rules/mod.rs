//! Lint rules, one file each. The doc comment of a file is the rule's page.
//!
//! To add one: a file in the folder of its group, a line in `RULES`, a fixture in `tests/fixtures/rules/`.
//!
//! What the API server itself refuses or warns of is no rule of this floor: `apiserver` says it, in the server's words.

mod capabilities;
mod credentials;
mod custom;
mod driver;
mod host_path;
mod ingress;
mod missing;
mod page;
mod parameters;
mod pod;
mod policy;
mod powers;
mod rule;
mod same;
mod select;
mod tree;

pub mod api;
pub mod image;
pub mod meta;
pub mod net;
pub mod rbac;
pub mod reference;
pub mod reliability;
pub mod resources;
pub mod schema;
pub mod security;
pub mod yaml;

pub use custom::{Custom, NotCompiled, Written};
pub use driver::Rules;
pub use parameters::{Network, Parameters, Range};
pub use rule::{Check, ContainerAt, PodAt, Rule, Sink, name_place};
pub use tree::{Answer, Assumed, Pods, Tree};

use page::page;

/// Every rule, in order of its code.
pub static RULES: &[&Rule] = &[
    &api::extension_removed::RULE,
    &api::replication_controller::RULE,
    &image::gatekeeper_prefix::RULE,
    &image::invalid::RULE,
    &image::known_bad::RULE,
    &image::latest::RULE,
    &image::no_digest::RULE,
    &image::pull_policy::RULE,
    &image::pull_policy_never::RULE,
    &image::registry::RULE,
    &image::retired_registry::RULE,
    &image::short_name::RULE,
    &image::tag_and_digest::RULE,
    &meta::default_namespace::RULE,
    &meta::finalizer::RULE,
    &meta::forbidden_annotation::RULE,
    &meta::generate_name::RULE,
    &meta::instance_label::RULE,
    &meta::last_applied::RULE,
    &meta::naked_pod::RULE,
    &meta::namespace_missing::RULE,
    &meta::namespaced_scope::RULE,
    &meta::owner_reference::RULE,
    &meta::recommended_labels::RULE,
    &meta::required_label::RULE,
    &meta::selector_overlap::RULE,
    &meta::system_namespace::RULE,
    &net::cluster_ip::RULE,
    &net::dns_config::RULE,
    &net::external_ips::RULE,
    &net::gateway_listener::RULE,
    &net::host_aliases::RULE,
    &net::host_port_conflict::RULE,
    &net::ingress_catch_all::RULE,
    &net::ingress_duplicate_route::RULE,
    &net::ingress_nginx_retired::RULE,
    &net::ingress_nginx_snippet::RULE,
    &net::ingress_no_tls::RULE,
    &net::ingress_tls_host::RULE,
    &net::lb_traffic_policy::RULE,
    &net::load_balancer::RULE,
    &net::load_balancer_open::RULE,
    &net::netpol_allow_all::RULE,
    &net::netpol_dns::RULE,
    &net::netpol_ignored_rules::RULE,
    &net::netpol_missing::RULE,
    &net::netpol_peer_split::RULE,
    &net::node_port::RULE,
    &net::node_port_conflict::RULE,
    &net::privileged_port::RULE,
    &net::probe_port::RULE,
    &net::sensitive_interface::RULE,
    &net::single_endpoint::RULE,
    &net::ssh_port::RULE,
    &net::unnamed_port::RULE,
    &rbac::anonymous::RULE,
    &rbac::attach::RULE,
    &rbac::authenticated::RULE,
    &rbac::aws_auth::RULE,
    &rbac::cluster_admin::RULE,
    &rbac::coredns::RULE,
    &rbac::create_pods::RULE,
    &rbac::csr_approval::RULE,
    &rbac::dashboard::RULE,
    &rbac::default_account::RULE,
    &rbac::delete::RULE,
    &rbac::escalate::RULE,
    &rbac::events::RULE,
    &rbac::exec::RULE,
    &rbac::impersonate::RULE,
    &rbac::masters::RULE,
    &rbac::networking::RULE,
    &rbac::node_proxy::RULE,
    &rbac::persistent_volumes::RULE,
    &rbac::port_forward::RULE,
    &rbac::secrets::RULE,
    &rbac::service_status::RULE,
    &rbac::token_request::RULE,
    &rbac::unknown_resource::RULE,
    &rbac::unused::RULE,
    &rbac::webhooks::RULE,
    &rbac::wildcard::RULE,
    &reference::api_service::RULE,
    &reference::config_unused::RULE,
    &reference::configmap::RULE,
    &reference::gateway::RULE,
    &reference::hpa_target::RULE,
    &reference::ingress_class::RULE,
    &reference::ingress_port::RULE,
    &reference::ingress_service::RULE,
    &reference::issuer::RULE,
    &reference::key::RULE,
    &reference::multiple_default_class::RULE,
    &reference::netpol_ipblock::RULE,
    &reference::netpol_named_port::RULE,
    &reference::netpol_no_pods::RULE,
    &reference::netpol_peer::RULE,
    &reference::other_namespace::RULE,
    &reference::pdb_no_pods::RULE,
    &reference::pdb_overlap::RULE,
    &reference::priority_class::RULE,
    &reference::pull_secret::RULE,
    &reference::pvc::RULE,
    &reference::role::RULE,
    &reference::runtime_class::RULE,
    &reference::secret::RULE,
    &reference::service_account::RULE,
    &reference::service_monitor::RULE,
    &reference::service_no_pods::RULE,
    &reference::service_port::RULE,
    &reference::statefulset_service::RULE,
    &reference::storage_class::RULE,
    &reference::subject::RULE,
    &reference::volume_unused::RULE,
    &reference::webhook_service::RULE,
    &reliability::cron_concurrency::RULE,
    &reliability::cron_deadline::RULE,
    &reliability::cron_schedule::RULE,
    &reliability::cron_suspended::RULE,
    &reliability::hpa_and_replicas::RULE,
    &reliability::hpa_fixed::RULE,
    &reliability::hpa_min::RULE,
    &reliability::hpa_no_request::RULE,
    &reliability::identical_probes::RULE,
    &reliability::job_ttl::RULE,
    &reliability::liveness_before_ready::RULE,
    &reliability::no_liveness_probe::RULE,
    &reliability::no_pdb::RULE,
    &reliability::no_prestop::RULE,
    &reliability::no_readiness_probe::RULE,
    &reliability::no_spread::RULE,
    &reliability::node_affinity::RULE,
    &reliability::one_node::RULE,
    &reliability::pdb_blocks_drain::RULE,
    &reliability::pdb_empty::RULE,
    &reliability::pdb_unhealthy_pods::RULE,
    &reliability::prestop_over_grace::RULE,
    &reliability::priority_class::RULE,
    &reliability::probe_timing::RULE,
    &reliability::recreate_strategy::RULE,
    &reliability::rollout_deadlock::RULE,
    &reliability::shared_rwo::RULE,
    &reliability::single_replica::RULE,
    &reliability::spread_impossible::RULE,
    &reliability::spread_selector::RULE,
    &reliability::webhook_deadlock::RULE,
    &reliability::zero_replicas::RULE,
    &resources::best_effort::RULE,
    &resources::cpu_limit::RULE,
    &resources::empty_dir_limit::RULE,
    &resources::ephemeral_storage::RULE,
    &resources::hpa_capacity::RULE,
    &resources::memory_request_below_limit::RULE,
    &resources::no_cpu_limit::RULE,
    &resources::no_cpu_request::RULE,
    &resources::no_limit_range::RULE,
    &resources::no_memory_limit::RULE,
    &resources::no_memory_request::RULE,
    &resources::no_quota::RULE,
    &resources::not_guaranteed::RULE,
    &resources::range::RULE,
    &resources::suspicious_quantity::RULE,
    &schema::deprecated_field::RULE,
    &schema::explicit_default::RULE,
    &schema::gated_field::RULE,
    &schema::read_only_field::RULE,
    &security::added_capabilities::RULE,
    &security::apparmor::RULE,
    &security::automount_token::RULE,
    &security::capabilities_not_dropped::RULE,
    &security::cloud_credentials::RULE,
    &security::control_plane_flags::RULE,
    &security::default_service_account::RULE,
    &security::host_ipc::RULE,
    &security::host_network::RULE,
    &security::host_path::RULE,
    &security::host_pid::RULE,
    &security::host_port::RULE,
    &security::host_users::RULE,
    &security::low_gid::RULE,
    &security::low_uid::RULE,
    &security::net_raw::RULE,
    &security::no_hardening::RULE,
    &security::no_security_context::RULE,
    &security::non_root_contradiction::RULE,
    &security::only_net_bind::RULE,
    &security::pod_security_labels::RULE,
    &security::privilege_escalation::RULE,
    &security::privileged::RULE,
    &security::proc_mount::RULE,
    &security::root_group::RULE,
    &security::root_user::RULE,
    &security::run_as_root::RULE,
    &security::runtime_class::RULE,
    &security::runtime_socket::RULE,
    &security::seccomp_missing::RULE,
    &security::seccomp_unconfined::RULE,
    &security::secret_env_ref::RULE,
    &security::secret_in_configmap::RULE,
    &security::secret_in_env::RULE,
    &security::secret_literal::RULE,
    &security::selinux::RULE,
    &security::sensitive_host_path::RULE,
    &security::service_account_token_secret::RULE,
    &security::subpath::RULE,
    &security::sudo::RULE,
    &security::sys_admin::RULE,
    &security::sysctls::RULE,
    &security::volume_types::RULE,
    &security::windows_host_process::RULE,
    &security::writable_host_path::RULE,
    &security::writable_root_fs::RULE,
    &yaml::duplicate_object::RULE,
    &yaml::multiple_merge_keys::RULE,
    &yaml::non_string_key::RULE,
    &yaml::octal_mode::RULE,
    &yaml::sorted_keys::RULE,
    &yaml::unrendered_template::RULE,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_in_order_and_named_as_their_files() {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code.name).collect();
        let sorted: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
        for code in codes {
            let (group, name) = code.split_once('/').unwrap();
            // `ref` is a word of the language.
            let group = if group == "ref" { "reference" } else { group };
            let file =
                format!("{}/src/rules/{group}/{}.rs", env!("CARGO_MANIFEST_DIR"), name.replace('-', "_"));
            assert!(std::path::Path::new(&file).exists(), "{file}");
        }
    }

    #[test]
    fn pages_have_their_headings() {
        for Rule { code, .. } in RULES {
            assert!(code.page.starts_with(&format!("# `{}`\n\n", code.name)), "{}", code.name);
            let headings: Vec<&str> = code.page.lines().filter(|line| line.starts_with("## ")).collect();
            let expected = ["## What it does", "## Why is this bad?", "## Example", "## When to ignore it"];
            assert_eq!(headings, expected, "{}", code.name);
            assert_eq!(code.page.matches("```yaml").count(), 2, "{}: a bad and a good example", code.name);
            assert!(!code.summary.is_empty() && code.summary.ends_with('.'), "{}", code.name);
        }
    }

    #[test]
    fn every_rule_has_a_fixture() {
        for Rule { code, .. } in RULES {
            let file = format!(
                "{}/tests/fixtures/rules/{}.md",
                env!("CARGO_MANIFEST_DIR"),
                code.name.replace('/', "-")
            );
            let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{file}"));
            assert!(text.contains(&format!("[{}]", code.name)), "{file} expects no finding");
        }
    }
}
