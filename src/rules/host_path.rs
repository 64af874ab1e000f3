//! Paths of the node in a Pod: what each of them opens, so that one volume is one finding.

use super::PodAt;
use crate::object::Value;

/// What a hostPath volume opens, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Opens {
    /// The socket of a container runtime, or its folder.
    Socket,
    /// Credentials of the node at its cloud.
    Credentials,
    /// A folder with which one has the node.
    Sensitive,
    /// Any other path, mounted so that it can be written.
    Writable,
    /// Any other path.
    Path,
}

/// A hostPath volume.
pub(super) struct HostPath<'a> {
    /// What it opens.
    pub opens: Opens,
    /// Name of the volume.
    pub name: &'a str,
    /// The path.
    pub path: Value<'a>,
    /// Path of `path` in the object.
    pub field: String,
    /// The first mount that may write.
    pub mount: Option<Value<'a>>,
}

/// All hostPath volumes of a Pod.
pub(super) fn host_paths<'a>(at: &PodAt<'a>) -> Vec<HostPath<'a>> {
    let mut found = Vec::new();
    for (i, volume) in at.pod.spec.list("volumes").enumerate() {
        let Some(path) = volume.at(&["hostPath", "path"]) else { continue };
        let text = path.as_str().unwrap_or_default();
        let name = volume.str("name");
        let mount = at
            .containers()
            .flat_map(|c| c.container.value.list("volumeMounts"))
            .find(|mount| mount.str("name") == name && !mount.flag("readOnly"));
        let opens = match classify(text) {
            Opens::Path if mount.is_some() => Opens::Writable,
            opens => opens,
        };
        let field = at.field(&format!("volumes[{i}].hostPath.path"));
        found.push(HostPath { opens, name, path, field, mount });
    }
    found
}

/// Sockets with which one starts any container.
const SOCKETS: &[&str] = &["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "podman.sock"];
/// Folders that hold nothing else.
const SOCKET_FOLDERS: &[&str] =
    &["/run", "/run/containerd", "/run/crio", "/run/k3s/containerd", "/run/docker", "/run/podman"];
/// Files with credentials of a cloud.
const CREDENTIALS: &[&str] =
    &["/.aws", "/.config/gcloud", "/.azure", "/etc/kubernetes/azure.json", "/etc/kubernetes/cloud.conf"];
/// Folders that are the node: these themselves, and what lies in those of the second list.
const SENSITIVE: &[&str] = &[
    "/", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sys", "/usr", "/var", "/var/lib",
    "/var/log",
];
const SENSITIVE_BELOW: &[&str] = &["/etc/kubernetes", "/var/lib/kubelet", "/boot", "/root"];

fn classify(path: &str) -> Opens {
    let path = path.trim_end_matches('/');
    // `/var/run` is a link to `/run`.
    let path = path.strip_prefix("/var").filter(|p| p.starts_with("/run")).unwrap_or(path);
    let is_below = |folder: &&str| {
        path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if SOCKETS.iter().any(|socket| path.ends_with(socket)) || SOCKET_FOLDERS.contains(&path) {
        Opens::Socket
    } else if CREDENTIALS.iter().any(|file| path.ends_with(file) || path.contains(&format!("{file}/"))) {
        Opens::Credentials
    } else if path.is_empty() || SENSITIVE.contains(&path) || SENSITIVE_BELOW.iter().any(is_below) {
        Opens::Sensitive
    } else {
        Opens::Path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(classify("/var/run/docker.sock"), Opens::Socket);
        assert_eq!(classify("/run/containerd/"), Opens::Socket);
        assert_eq!(classify("/root/.aws/credentials"), Opens::Credentials);
        assert_eq!(classify("/"), Opens::Sensitive);
        assert_eq!(classify("/etc/"), Opens::Sensitive);
        assert_eq!(classify("/etc/kubernetes/pki"), Opens::Sensitive);
        assert_eq!(classify("/var/lib/kubelet/plugins"), Opens::Sensitive);
        assert_eq!(classify("/etcd"), Opens::Path);
        assert_eq!(classify("/opt/data"), Opens::Path);
    }
}
