//! What the Pod Security Standards allow, as facts: for the checks here and for the rules of the linter.

/// A fact and the minor of Kubernetes since which it holds.
type Since = (&'static str, u32);

/// Kernel parameters that a Pod may set, and the minor since which it may. Mirrors `sysctlsAllowedV1Dot*`.
const SYSCTLS: &[Since] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
];
/// Types of SELinux that a container may run as. Mirrors `selinuxAllowedTypes1_*`.
const SELINUX_TYPES: &[Since] = &[
    ("", 0),
    ("container_t", 0),
    ("container_init_t", 0),
    ("container_kvm_t", 0),
    ("container_engine_t", 31),
];
/// Capabilities that a container may add at the level baseline; it has them anyway unless it drops them. Mirrors
/// `capabilities_allowed_1_0`.
const CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// The one capability that may be added at the level restricted.
pub(super) const NET_BIND_SERVICE: &str = "NET_BIND_SERVICE";
/// Sources of volumes at the level restricted.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];
/// Sources of volumes that only the level privileged knows, in the order in which the server looks for them.
const OTHER_VOLUMES: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];

fn has(facts: &[Since], name: &str, minor: u32) -> bool {
    facts.iter().any(|(known, since)| *known == name && *since <= minor)
}

/// True if a Pod may set this kernel parameter at the level baseline, in a minor of Kubernetes.
pub fn allows_sysctl(name: &str, minor: u32) -> bool {
    has(SYSCTLS, name, minor)
}

/// True if a container may run as this type of SELinux at the level baseline, in a minor of Kubernetes.
pub fn allows_selinux_type(name: &str, minor: u32) -> bool {
    has(SELINUX_TYPES, name, minor)
}

/// True if a container may add this capability at the level baseline.
pub fn allows_capability(name: &str) -> bool {
    CAPABILITIES.contains(&name)
}

/// True if a volume may have this source at the level restricted.
pub fn allows_volume(source: &str) -> bool {
    VOLUMES.contains(&source)
}

/// Sources of volumes that the level restricted does not allow, in the server's order.
pub(super) fn refused_volumes() -> impl Iterator<Item = &'static str> {
    OTHER_VOLUMES.iter().copied()
}

/// True for seccomp profiles that are none, for the levels baseline and restricted.
pub fn allows_seccomp(kind: &str) -> bool {
    is_profile(kind)
}

/// True for AppArmor profiles that confine.
pub fn allows_app_armor(kind: &str) -> bool {
    is_profile(kind)
}

fn is_profile(kind: &str) -> bool {
    matches!(kind, "RuntimeDefault" | "Localhost")
}

/// True for a /proc that is masked.
pub fn allows_proc_mount(kind: &str) -> bool {
    kind == "Default"
}
