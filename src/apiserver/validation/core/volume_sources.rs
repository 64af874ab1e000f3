//! Sources of volumes that Pods and PersistentVolumes share, and what a path may be.

use super::super::field::Field;
use crate::apiserver::codes;
use crate::schema::quote;

/// Whose source it is: the same source may be asked for more in a PersistentVolume.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A volume of a Pod.
    Pod,
    /// A PersistentVolume.
    PersistentVolume,
}

/// `..` as a part of a path.
pub(super) fn has_backsteps(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// Mirrors validatePathNoBacksteps.
pub(super) fn validate_no_backsteps(field: Field<'_>, path: &str) {
    if has_backsteps(path) {
        field.invalid_text(path, "must not contain '..'").help("write the path without `..`");
    }
}

/// Mirrors validateLocalDescendingPath.
pub(super) fn validate_local_descending_path(field: Field<'_>, path: &str) {
    if path.starts_with('/') {
        field.invalid_text(path, "must be a relative path").help("remove the `/` at its start");
    }
    validate_no_backsteps(field, path);
}

/// Mirrors ValidateLocalNonReservedPath.
pub(super) fn validate_local_non_reserved_path(field: Field<'_>, path: &str) {
    validate_local_descending_path(field, path);
    if path.starts_with("..") && !path.starts_with("../") {
        field.invalid_text(path, "must not start with '..'").help("rename the file");
    }
}

/// Mode bits of files.
pub(super) fn validate_mode(mode: Field<'_>) {
    if mode.int().is_some_and(|mode| !(0..=0o777).contains(&mode)) {
        mode.range("must be a number between 0 and 0777 (octal), both inclusive")
            .help("use a mode like 0644; JSON has no octal numbers, there it is 420");
    }
}

/// Mirrors validateKeyToPath.
pub(super) fn validate_key_to_path(item: Field<'_>) {
    item.field("key").require("");
    let path = item.field("path");
    path.require("");
    validate_local_non_reserved_path(path, path.str());
    validate_mode(item.field("mode"));
}

/// The sources without a function of their own are told by name.
pub(super) fn validate_source(source: Field<'_>, kind: &str, of: Of) {
    let field = |name| source.field(name);
    let require = |names: &[&'static str]| {
        for name in names {
            field(name).require("");
        }
    };
    match kind {
        "hostPath" => validate_host_path(source),
        "gcePersistentDisk" => {
            require(&["pdName"]);
            validate_partition(field("partition"));
        }
        "awsElasticBlockStore" => {
            require(&["volumeID"]);
            validate_partition(field("partition"));
        }
        "nfs" => {
            require(&["server", "path"]);
            if !field("path").str().starts_with('/') {
                field("path").invalid_text(field("path").str(), "must be an absolute path");
            }
        }
        "iscsi" => validate_iscsi(source, of),
        "glusterfs" => {
            require(&["endpoints", "path"]);
            let namespace = field("endpointsNamespace");
            if of == Of::PersistentVolume && namespace.is_set() {
                if namespace.is_empty() {
                    namespace.invalid("if the endpointnamespace is set, it must be a valid namespace name");
                } else {
                    namespace.dns_label();
                }
            }
        }
        "flocker" => validate_flocker(source),
        "rbd" => require(&["monitors", "image"]),
        "cinder" => {
            require(&["volumeID"]);
            validate_secret_ref(field("secretRef"), of);
        }
        "cephfs" => require(&["monitors"]),
        "quobyte" => validate_quobyte(source),
        "fc" => validate_fibre_channel(source),
        "flexVolume" => validate_flex(source),
        "azureFile" => {
            require(&["secretName", "shareName"]);
            let namespace = field("secretNamespace");
            if of == Of::PersistentVolume && namespace.is_set() {
                namespace.require("");
            }
        }
        "vsphereVolume" => require(&["volumePath"]),
        "photonPersistentDisk" => require(&["pdID"]),
        "portworxVolume" => require(&["volumeID"]),
        "azureDisk" => validate_azure_disk(source),
        "scaleIO" => require(&["gateway", "system", "volumeName"]),
        "storageos" => {
            if field("volumeName").require("") {
                field("volumeName").dns_label();
            }
            if !field("volumeNamespace").is_empty() {
                field("volumeNamespace").dns_label();
            }
            validate_secret_ref(field("secretRef"), of);
        }
        _ => {}
    }
}

/// A secret that is named, and in a PersistentVolume its namespace.
fn validate_secret_ref(secret: Field<'_>, of: Of) {
    if secret.is_set() {
        secret.field("name").require("");
        if of == Of::PersistentVolume {
            secret.field("namespace").require("");
        }
    }
}

fn validate_partition(partition: Field<'_>) {
    if partition.int().is_some_and(|n| !(0..=255).contains(&n)) {
        partition.range("must be between 1 and 255, inclusive");
    }
}

/// Mirrors validateHostPathVolumeSource.
fn validate_host_path(source: Field<'_>) {
    let path = source.field("path");
    if !path.require("") {
        return;
    }
    validate_no_backsteps(path, path.str());
    source.field("type").one_of_if_set(&[
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ]);
}

/// A name of iSCSI in one of its three formats.
fn iscsi_name_is_good(name: &str) -> bool {
    let alphanumeric = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
    if name.starts_with("iqn") {
        return name.match_indices("iqn.").any(|(at, _)| is_iqn(&name[at + 4..]));
    }
    // The dot of the patterns stands for any character.
    let rest = |skip: usize| name.get(3..).map(|rest| rest.chars().skip(skip).collect::<String>());
    if name.starts_with("eui") {
        return rest(1).is_some_and(|rest| rest.len() == 16 && alphanumeric(&rest));
    }
    name.starts_with("naa") && rest(1).is_some_and(|rest| rest.len() == 32 && alphanumeric(&rest))
}

/// What comes after `iqn.`: a year and month, a domain, a colon and a name.
fn is_iqn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let dated = digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7) && bytes.get(7) == Some(&b'.');
    let Some(rest) = text.get(8..).filter(|_| dated) else { return false };
    rest.match_indices(':').any(|(at, _)| {
        let (domain, name) = (&rest[..at], &rest[at + 1..]);
        !domain.is_empty()
            && domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
            && !name.is_empty()
            && !name.contains([',', ';', '*', '&', '$', '|'])
            && !name.contains([' ', '\t', '\n', '\r', '\u{c}'])
    })
}

/// Mirrors validateISCSIVolumeSource and validateISCSIPersistentVolumeSource.
fn validate_iscsi(source: Field<'_>, of: Of) {
    const STARTS: [&str; 3] = ["iqn", "eui", "naa"];
    const HELP: &str = "write a name like `iqn.2001-04.com.example:storage.disk1`";
    let other = if of == Of::Pod {
        "must be valid format starting with iqn, eui, or naa"
    } else {
        "must be valid format"
    };
    let field = |name| source.field(name);
    let (portal, name, initiator) = (field("targetPortal"), field("iqn"), field("initiatorName"));
    let volume = &super::super::metadata::Name::of(source.root()).shown;
    portal.require("");
    if of == Of::PersistentVolume && initiator.is_set() && volume.len() + 1 + portal.str().len() > 64 {
        portal.called(source, "targetportal").invalid_text(portal.str(), ISCSI_TOO_LONG);
    }
    if name.require("") {
        let good = iscsi_name_is_good(name.str());
        if !STARTS.iter().any(|start| name.str().starts_with(start)) {
            name.invalid(other).help(HELP);
        } else if !good {
            name.invalid("must be valid format").help(HELP);
        }
    }
    field("lun").between(0, 255);
    let secret = field("secretRef");
    if (field("chapAuthDiscovery").flag() || field("chapAuthSession").flag()) && secret.is_unset() {
        secret.required("").help("name the Secret with the CHAP credentials");
    }
    if of == Of::PersistentVolume && secret.is_set() {
        secret.field("name").require("");
    }
    if initiator.is_set() {
        let shown = initiator.called(source, "initiatorname");
        let good = iscsi_name_is_good(initiator.str());
        if !STARTS.iter().any(|start| initiator.str().starts_with(start)) {
            shown.invalid(other).help(HELP);
        } else if !good {
            shown.invalid("must be valid format").help(HELP);
        }
    }
}

/// Said where the name of a volume and its portal are too long together.
pub(super) const ISCSI_TOO_LONG: &str = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";

/// Mirrors validateFlockerVolumeSource.
fn validate_flocker(source: Field<'_>) {
    let (name, uuid) = (source.field("datasetName"), source.field("datasetUUID"));
    if name.is_empty() && uuid.is_empty() {
        source.required("one of datasetName and datasetUUID is required");
    }
    if !name.is_empty() && !uuid.is_empty() {
        source.invalid_text("resource", "datasetName and datasetUUID can not be specified simultaneously");
    }
    if name.str().contains('/') {
        name.invalid("must not contain '/'");
    }
}

/// Mirrors validateQuobyteVolumeSource.
fn validate_quobyte(source: Field<'_>) {
    const DETAIL: &str = "must be a host:port pair or multiple pairs separated by commas";
    let registry = source.field("registry");
    if registry.is_empty() {
        registry.required(DETAIL);
    } else if source.text("tenant").len() >= 65 {
        source.field("tenant").required("must be a UUID and may not exceed a length of 64 characters");
    } else {
        for _ in registry.str().split(',').filter(|pair| !is_host_port(pair)) {
            registry.invalid(DETAIL);
        }
    }
    source.field("volume").require("");
}

/// Mirrors net.SplitHostPort, as far as it refuses.
fn is_host_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let host = match host.strip_prefix('[') {
        Some(rest) => match rest.strip_suffix(']') {
            Some(inner) => return !inner.contains(['[', ']']) && !port.contains(['[', ']']),
            None => return false,
        },
        None => host,
    };
    !host.contains([':', '[', ']']) && !port.contains(['[', ']'])
}

/// Mirrors validateFCVolumeSource.
fn validate_fibre_channel(source: Field<'_>) {
    let (names, ids, lun) = (source.field("targetWWNs"), source.field("wwids"), source.field("lun"));
    if names.is_empty() && ids.is_empty() {
        names.required("must specify either targetWWNs or wwids, but not both");
    }
    if !names.is_empty() && !ids.is_empty() {
        names.invalid_json("targetWWNs and wwids can not be specified simultaneously");
    }
    if !names.is_empty() {
        if lun.is_unset() {
            lun.required("lun is required if targetWWNs is specified");
        }
        lun.between(0, 255);
    }
}

/// Mirrors validateFlexVolumeSource.
fn validate_flex(source: Field<'_>) {
    source.field("driver").require("");
    for (key, option) in source.field("options").entries() {
        let namespace = key.split_once('/').map_or(key, |(namespace, _)| namespace);
        let normal = format!(".{}", namespace.to_lowercase());
        if normal.ends_with(".kubernetes.io") || normal.ends_with(".k8s.io") {
            option
                .invalid_text(key, "kubernetes.io and k8s.io namespaces are reserved")
                .place(option.key_place());
        }
    }
}

/// Mirrors validateAzureDisk.
fn validate_azure_disk(source: Field<'_>) {
    const MANAGED: &str =
        "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
    const BLOB: &str = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
    let (uri, kind) = (source.field("diskURI"), source.field("kind"));
    source.field("diskName").require("");
    uri.require("");
    source.field("cachingMode").one_of_if_set(&["None", "ReadOnly", "ReadWrite"]);
    kind.one_of_if_set(&["Dedicated", "Managed", "Shared"]);
    if kind.is_set() {
        let managed = kind.str() == "Managed";
        if managed && !uri.str().starts_with("/subscriptions/") {
            uri.not_supported_as(&quote(uri.str()), &[MANAGED]);
        }
        if !managed && !uri.str().starts_with("https://") {
            uri.not_supported_as(&quote(uri.str()), &[BLOB]);
        }
    }
}

/// Mirrors ValidateCSIDriverName.
pub(in super::super) fn validate_csi_driver_name(name: Field<'_>) {
    if !name.require("") {
        return;
    }
    if name.str().len() > 63 {
        name.too_long(63);
    }
    let lower = name.str().to_lowercase();
    for sentence in super::super::primitives::dns_1123_subdomain(&lower) {
        name.invalid(sentence)
            .help("use the name under which the driver registers, as `ebs.csi.aws.com`")
            .code(&codes::NAME_INVALID);
    }
}

/// A kind of source: its name in JSON, and the names that the server gives it: where there are two sources, and for what
/// is in it.
pub(super) type Source = (&'static str, &'static str, &'static str);

/// Exactly one source. Mirrors the counting of `numVolumes`; `validate` says what is wrong in the first.
pub(super) fn one_source<'v>(
    holder: Field<'v>,
    sources: &[Source],
    mut validate: impl FnMut(Field<'v>, &'static str),
) {
    let mut first: Option<&str> = None;
    for &(name, refused, named) in sources {
        let Some(source) = holder.get(name) else { continue };
        if let Some(first) = first {
            // The server does not count this one in a PersistentVolume.
            if refused.is_empty() {
                validate(source.called(holder, named), name);
                continue;
            }
            source.called(holder, refused).forbidden("may not specify more than 1 volume type").plain(
                format!("the volume is `{first}` and `{name}` at once"),
                format!("remove `{first}` or `{name}`"),
            );
        } else {
            first = Some(name);
            validate(source.called(holder, named), name);
        }
    }
    if first.is_none() {
        holder
            .required("must specify a volume type")
            .help("say what the volume is, for example `emptyDir: {}`");
    }
}
