//! What `kcheck.yaml` tells single rules.

use super::file::{Amount, Bounds, File, Texts, Told};
use crate::rules::{Network, Parameters, Range};

/// Parameters of the rules; where nothing is said, their own.
pub(super) fn of(file: &File) -> Parameters {
    let mut parameters = Parameters::default();
    for (code, rule) in &file.rules {
        if let Some(told) = rule.told() {
            tell(&mut parameters, code, told);
        }
    }
    parameters
}

fn tell(parameters: &mut Parameters, code: &str, told: &Told) {
    match code {
        "image/registry" => {
            set(&mut parameters.allowed_images, told.allow.as_ref());
            set(&mut parameters.forbidden_images, told.forbid.as_ref());
        }
        "meta/forbidden-annotation" => {
            set(&mut parameters.forbidden_annotations, told.annotations.as_ref());
        }
        "meta/required-label" => {
            set(&mut parameters.required_labels, told.labels.as_ref());
            set(&mut parameters.required_annotations, told.annotations.as_ref());
        }
        "net/dns-config" => set(&mut parameters.dns_options, told.options.as_ref()),
        "ref/netpol-ipblock" => {
            if let Some(networks) = &told.networks {
                parameters.pod_networks =
                    networks.as_slice().iter().filter_map(|text| Network::parse(text)).collect();
            }
        }
        "reliability/priority-class" => set(&mut parameters.priority_classes, told.allow.as_ref()),
        "security/runtime-class" => set(&mut parameters.runtime_classes, told.allow.as_ref()),
        "reliability/hpa-min" | "reliability/single-replica" => {
            parameters.replicas = told.replicas.unwrap_or(parameters.replicas);
        }
        "security/low-gid" | "security/low-uid" => {
            parameters.lowest_id = told.least.unwrap_or(parameters.lowest_id);
        }
        "resources/range" => {
            parameters
                .ranges
                .extend(told.ranges.iter().flatten().map(|(field, bounds)| range(field, bounds)));
        }
        _ => {}
    }
}

fn set(parameter: &mut Vec<String>, told: Option<&Texts<String>>) {
    if let Some(told) = told {
        *parameter = told.as_slice().to_vec();
    }
}

fn range(field: &str, bounds: &Bounds) -> Range {
    let text = |amount: Option<&Amount>| amount.map_or_else(String::new, Amount::text);
    Range { field: field.to_owned(), least: text(bounds.min.as_ref()), most: text(bounds.max.as_ref()) }
}
