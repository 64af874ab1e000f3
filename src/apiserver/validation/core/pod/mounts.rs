//! Mounts and devices of a container. Mirrors ValidateVolumeMounts and ValidateVolumeDevices.

use rustc_hash::FxHashSet;

use super::super::super::field::Field;
use super::super::volume_sources::{has_backsteps, validate_local_descending_path};
use super::Pod;
use crate::apiserver::codes;
use crate::finding::{Fix, distance};
use crate::object::Value;
use crate::yaml::edit::replace_scalar;

/// Mirrors ValidateVolumeMounts. Some of its paths have no index.
pub(super) fn validate_mounts<'v>(pod: &Pod<'v>, container: Field<'v>) {
    let (list, devices) = (container.field("volumeMounts"), container.field("volumeDevices"));
    let mut paths = FxHashSet::default();
    for mount in list.items() {
        let (name, path) = (mount.field("name"), mount.field("mountPath"));
        name.require("");
        if !pod.volumes.contains_key(name.str()) {
            no_volume(pod, name);
        }
        path.require("");
        if !paths.insert(path.str()) {
            path.invalid("must be unique")
                .plain(
                    format!("two volumes of the container are mounted at `{}`", path.str()),
                    "change one of the paths",
                )
                .code(&codes::DUPLICATE);
        }
        if devices.items().any(|device| device.text("name") == name.str()) {
            name.invalid("must not already exist in volumeDevices").code(&codes::DUPLICATE);
        }
        if paths_of(devices, "devicePath").any(|device| device == path.str()) {
            path.invalid("must not already exist as a path in volumeDevices").code(&codes::DUPLICATE);
        }
        let (sub, expression) = (mount.field("subPath"), mount.field("subPathExpr"));
        if !sub.is_empty() {
            validate_local_descending_path(sub.called(list, "subPath"), sub.str());
        }
        if !expression.is_empty() {
            if !sub.is_empty() {
                expression
                    .invalid("subPathExpr and subPath are mutually exclusive")
                    .help("remove one of them")
                    .code(&codes::FORBIDDEN);
            }
            validate_local_descending_path(expression.called(list, "subPathExpr"), expression.str());
        }
        validate_propagation(container, list, mount);
        validate_recursive_read_only(list, mount);
    }
}

/// A volume that the Pod does not have. Of one name that is nearly the same it is clear that it was meant.
fn no_volume(pod: &Pod<'_>, name: Field<'_>) {
    let mut near: Vec<&str> =
        pod.volumes.keys().copied().filter(|known| distance(name.str(), known) <= 2).collect();
    near.sort_unstable();
    let said = name.not_found().code(&codes::VOLUME);
    let plain = format!("the Pod has no volume `{}`", name.str());
    let [near] = near.as_slice() else {
        said.plain(plain, "correct the name, or add the volume under the Pod's `volumes`");
        return;
    };
    let edit = name.value().and_then(Value::view).and_then(|view| replace_scalar(view, near));
    said.plain(plain, format!("did you mean `{near}`?"))
        .fix(edit.map(|edit| Fix::safe(format!("write `{near}`"), vec![edit])));
}

/// Paths of the list as the server knows them: of several with a name the last.
fn paths_of<'v>(list: Field<'v>, path: &'static str) -> impl Iterator<Item = &'v str> {
    list.items().filter_map(move |item| {
        let name = item.text("name");
        let last = list.items().filter(|other| other.text("name") == name).last()?;
        Some(last.text(path))
    })
}

/// Mirrors validateMountPropagation.
fn validate_propagation<'v>(container: Field<'v>, list: Field<'v>, mount: Field<'v>) {
    let propagation = mount.field("mountPropagation").called(list, "mountPropagation");
    if propagation.is_unset() {
        return;
    }
    propagation.one_of(&["Bidirectional", "HostToContainer", "None"]);
    let privileged = container.at(&["securityContext", "privileged"]).flag();
    if propagation.str() == "Bidirectional" && !privileged {
        propagation
            .forbidden("Bidirectional mount propagation is available only to privileged containers")
            .help("set `securityContext.privileged: true`, or use `HostToContainer`");
    }
}

/// Mirrors validateMountRecursiveReadOnly.
fn validate_recursive_read_only<'v>(list: Field<'v>, mount: Field<'v>) {
    let mode = mount.field("recursiveReadOnly").called(list, "recursiveReadOnly");
    match mode.str() {
        _ if mode.is_unset() => {}
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if !mount.field("readOnly").flag() {
                mode.forbidden("may only be specified when readOnly is true").help("add `readOnly: true`");
            }
            let propagation = mount.field("mountPropagation");
            if propagation.is_set() && propagation.str() != "None" {
                mode.forbidden("may only be specified when mountPropagation is None or not specified");
            }
        }
        _ => {
            mode.not_supported(&["Disabled", "Enabled", "IfPossible"]);
        }
    }
}

/// Mirrors ValidateVolumeDevices.
pub(super) fn validate_devices<'v>(pod: &Pod<'v>, container: Field<'v>) {
    let (list, mounts) = (container.field("volumeDevices"), container.field("volumeMounts"));
    let (mut names, mut paths) = (FxHashSet::default(), FxHashSet::default());
    for device in list.items() {
        let (name, path) = (device.field("name"), device.field("devicePath"));
        name.require("");
        if names.contains(name.str()) {
            name.invalid("must be unique").code(&codes::DUPLICATE);
        }
        match pod.volumes.get(name.str()) {
            None => {
                no_volume(pod, name);
            }
            Some(volume) => {
                if volume.get("persistentVolumeClaim").is_none() && volume.get("ephemeral").is_none() {
                    name.invalid(
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
                    )
                    .help("mount the volume with `volumeMounts`, or use a claim");
                }
            }
        }
        path.require("");
        if paths.contains(path.str()) {
            path.invalid("must be unique").code(&codes::DUPLICATE);
        }
        if !path.is_empty() && has_backsteps(path.str()) {
            path.invalid("can not contain backsteps ('..')");
        } else {
            paths.insert(path.str());
        }
        if mounts.items().any(|mount| mount.text("name") == name.str()) {
            name.invalid("must not already exist in volumeMounts").code(&codes::DUPLICATE);
        }
        if paths_of(mounts, "mountPath").any(|mount| mount == path.str()) {
            path.invalid("must not already exist as a path in volumeMounts").code(&codes::DUPLICATE);
        }
        if !name.is_empty() {
            names.insert(name.str());
        }
    }
}
