//! What rules are told by the configuration. Without it they have the values of `Parameters::default`.

/// Parameters of rules.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameters {
    /// Labels that objects must carry, as `key` or `key=pattern` (`meta/required-label`).
    pub required_labels: Vec<String>,
    /// Annotations that objects must carry, as `key` or `key=pattern` (`meta/required-label`).
    pub required_annotations: Vec<String>,
    /// Patterns of annotations that no object may carry (`meta/forbidden-annotation`).
    pub forbidden_annotations: Vec<String>,
    /// Patterns of images that may run; empty for all (`image/registry`).
    pub allowed_images: Vec<String>,
    /// Patterns of images that may not run (`image/registry`).
    pub forbidden_images: Vec<String>,
    /// PriorityClasses that Pods may name; empty for any (`reliability/priority-class`).
    pub priority_classes: Vec<String>,
    /// RuntimeClasses that count as hardened (`security/runtime-class`).
    pub runtime_classes: Vec<String>,
    /// Bounds of requests and limits, as `requests.cpu` with least and most (`resources/range`).
    pub ranges: Vec<Range>,
    /// Options that a Pod's dnsConfig must have, as `name` or `name=value` (`net/dns-config`).
    pub dns_options: Vec<String>,
    /// Replicas from which a workload counts as replicated (`reliability/single-replica`, `reliability/hpa-min`).
    pub replicas: i64,
    /// Networks that Pods have their addresses from (`ref/netpol-ipblock`).
    pub pod_networks: Vec<String>,
    /// Lowest user and group that count as high (`security/low-uid`, `security/low-gid`).
    pub lowest_id: i64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            required_labels: Vec::new(),
            required_annotations: Vec::new(),
            forbidden_annotations: Vec::new(),
            allowed_images: Vec::new(),
            forbidden_images: Vec::new(),
            priority_classes: Vec::new(),
            runtime_classes: ["gvisor", "runsc", "kata*"].map(String::from).to_vec(),
            ranges: Vec::new(),
            dns_options: vec!["ndots".into()],
            replicas: 2,
            pod_networks: vec!["10.244.0.0/16".into()],
            lowest_id: 10_000,
        }
    }
}

/// Bounds of a quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Range {
    /// `requests.cpu`, `limits.memory`, ...
    pub field: String,
    /// The least, as a quantity; empty for none.
    pub least: String,
    /// The most, as a quantity; empty for none.
    pub most: String,
}
