//! Capabilities of Linux, by what they open.

/// Those with which a container has its node, and how.
pub(super) const DANGEROUS: &[(&str, &str)] = &[
    ("ALL", "all of them: the container is root on its node"),
    ("BPF", "programs of its own in the kernel"),
    ("DAC_READ_SEARCH", "reads every file of the node (open_by_handle_at)"),
    ("NET_ADMIN", "routes and firewall of its network"),
    ("SYS_ADMIN", "mounts, namespaces, most of what root may do"),
    ("SYS_BOOT", "restarts the node"),
    ("SYS_MODULE", "loads modules into the kernel"),
    ("SYS_PTRACE", "reads and changes other processes"),
    ("SYS_RAWIO", "raw memory and disks"),
    ("SYS_TIME", "the node's clock"),
];

/// The name without the prefix that some write: `CAP_SYS_ADMIN` is another name only for people.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("CAP_").unwrap_or(name)
}
