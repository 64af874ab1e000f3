//! Ports, Services, policies of the network.

pub mod dns_config;
pub mod external_ips;
pub mod gateway_listener;
pub mod host_aliases;
pub mod host_port_conflict;
pub mod ingress_catch_all;
pub mod ingress_duplicate_route;
pub mod ingress_nginx_retired;
pub mod ingress_nginx_snippet;
pub mod ingress_no_tls;
pub mod ingress_tls_host;
pub mod lb_traffic_policy;
pub mod load_balancer;
pub mod load_balancer_open;
pub mod netpol_allow_all;
pub mod netpol_dns;
pub mod netpol_ignored_rules;
pub mod netpol_missing;
pub mod netpol_peer_split;
pub mod node_port;
pub mod privileged_port;
pub mod probe_port;
pub mod sensitive_interface;
pub mod single_endpoint;
pub mod ssh_port;
pub mod unnamed_port;
