//! Volumes of a Pod. Mirrors ValidateVolumes and validateVolumeSource.

use rustc_hash::FxHashSet;

use super::super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::super::names::NameRule;
use super::super::claim::validate_claim_template;
use super::super::volume_sources::{
    ISCSI_TOO_LONG, Of, Source, one_source, validate_csi_driver_name, validate_key_to_path,
    validate_local_descending_path, validate_local_non_reserved_path, validate_mode, validate_source,
};
use super::env::{validate_field_ref, validate_resource_field_ref};
use super::{Pod, judge_subdomain, pod_name};
use crate::apiserver::codes;

/// In the server's order.
const SOURCES: &[Source] = &[
    ("emptyDir", "emptyDir", "emptyDir"),
    ("hostPath", "hostPath", "hostPath"),
    ("gitRepo", "gitRepo", "gitRepo"),
    ("gcePersistentDisk", "gcePersistentDisk", "persistentDisk"),
    ("awsElasticBlockStore", "awsElasticBlockStore", "awsElasticBlockStore"),
    ("secret", "secret", "secret"),
    ("nfs", "nfs", "nfs"),
    ("iscsi", "iscsi", "iscsi"),
    ("glusterfs", "glusterfs", "glusterfs"),
    ("flocker", "flocker", "flocker"),
    ("persistentVolumeClaim", "persistentVolumeClaim", "persistentVolumeClaim"),
    ("rbd", "rbd", "rbd"),
    ("cinder", "cinder", "cinder"),
    ("cephfs", "cephFS", "cephfs"),
    ("quobyte", "quobyte", "quobyte"),
    ("downwardAPI", "downwarAPI", "downwardAPI"),
    ("fc", "fc", "fc"),
    ("flexVolume", "flexVolume", "flexVolume"),
    ("configMap", "configMap", "configMap"),
    ("azureFile", "azureFile", "azureFile"),
    ("vsphereVolume", "vsphereVolume", "vsphereVolume"),
    ("photonPersistentDisk", "photonPersistentDisk", "photonPersistentDisk"),
    ("portworxVolume", "portworxVolume", "portworxVolume"),
    ("azureDisk", "azureDisk", "azureDisk"),
    ("storageos", "storageos", "storageos"),
    ("projected", "projected", "projected"),
    ("scaleIO", "scaleIO", "scaleIO"),
    ("csi", "csi", "csi"),
    ("ephemeral", "ephemeral", "ephemeral"),
    ("image", "image", "image"),
];
/// What a volume may take from the Pod.
const VOLUME_FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// Mirrors ValidateVolumes.
pub(super) fn validate_volumes(pod: &mut Pod<'_>) {
    let volumes = pod.spec.field("volumes");
    // Names of the claims that the Pod makes.
    let mut made: FxHashSet<String> = FxHashSet::default();
    let name = pod_name(pod);
    if let Some(name) = &name {
        for volume in volumes.items().filter(|v| v.get("ephemeral").is_some()) {
            made.insert(format!("{}-{}", name.shown, volume.text("name")));
        }
    }
    // What a StatefulSet adds stands before the template's own volumes, and in the place of those of the same name.
    let added: Vec<Field<'_>> = pod.of_set.into_iter().flat_map(Field::items).collect();
    for (i, claim) in added.iter().enumerate() {
        let name = claim.at(&["metadata", "name"]);
        let volume = volumes.indexed(i);
        let shown = name.as_at(volume.field("name"));
        let before = name.said();
        if name.is_empty() {
            name.as_at(volume.field("persistentVolumeClaim").field("claimName")).required("");
        }
        if shown.require("") {
            shown.dns_label();
        }
        if name.said() == before {
            pod.volumes.insert(name.str(), claim.as_claim_volume());
        }
    }
    let own: Vec<Field<'_>> = volumes
        .items()
        .filter(|v| !added.iter().any(|claim| claim.at(&["metadata", "name"]).str() == v.text("name")))
        .collect();
    for (i, volume) in own.into_iter().enumerate() {
        let volume = if added.is_empty() { volume } else { volume.as_at(volumes.indexed(added.len() + i)) };
        let before = volume.said();
        validate_volume_source(pod, volume);
        let name = volume.field("name");
        if name.require("") {
            name.dns_label();
        }
        if pod.volumes.contains_key(name.str()) {
            name.duplicate().plain(format!("two volumes are called `{}`", name.str()), "rename one of them");
        }
        if volume.said() == before {
            pod.volumes.insert(name.str(), volume);
        }
        let claim = volume.field("persistentVolumeClaim").field("claimName");
        if !claim.is_empty() && made.contains(claim.str()) {
            claim.invalid("must not reference a PVC that gets created for an ephemeral volume");
        }
    }
}

/// Mirrors validateVolumeSource.
fn validate_volume_source<'v>(pod: &Pod<'v>, volume: Field<'v>) {
    one_source(volume, SOURCES, |source, kind| match kind {
        "emptyDir" => {
            let limit = source.field("sizeLimit");
            if limit.quantity().is_some_and(|q| q.sign() < 0) {
                limit.forbidden("SizeLimit field must be a valid resource quantity").code(&codes::RANGE);
            }
        }
        "gitRepo" => {
            source.field("repository").require("");
            let directory = source.field("directory");
            validate_local_descending_path(directory, directory.str());
        }
        "secret" => validate_files(source, "secretName"),
        "configMap" => validate_files(source, "name"),
        "persistentVolumeClaim" => {
            source.field("claimName").require("");
        }
        "downwardAPI" => {
            validate_mode(source.field("defaultMode"));
            for file in source.each("items") {
                // The server names the source, not the item.
                validate_downward_file(file, source);
            }
        }
        "projected" => {
            validate_mode(source.field("defaultMode"));
            validate_projected(source);
        }
        "csi" => {
            validate_csi_driver_name(source.field("driver"));
            let secret = source.field("nodePublishSecretRef");
            if secret.is_set() && secret.field("name").require("") {
                for sentence in NameRule::Subdomain.judge(secret.text("name"), false) {
                    secret
                        .field("name")
                        .called(source, "name")
                        .invalid(&sentence)
                        .help(DNS_SUBDOMAIN_HELP)
                        .code(&codes::NAME_INVALID);
                }
            }
        }
        "ephemeral" => {
            let template = source.field("volumeClaimTemplate");
            if template.require("") || template.is_set() {
                validate_claim_template(template);
            }
            let name = volume.field("name");
            if let Some(of_pod) = pod_name(pod)
                && !name.is_empty()
            {
                let claim = format!("{}-{}", of_pod.shown, name.str());
                for sentence in judge_subdomain(&format!("{}-{}", of_pod.judged, name.str())) {
                    name.invalid(&format!("PVC name {}: {sentence}", crate::schema::quote(&claim)))
                        .code(&codes::DERIVED_NAME_TOO_LONG);
                }
            }
        }
        "image" => {
            if pod.metadata.is_some() {
                source.field("reference").require("");
            }
            source.field("pullPolicy").require_one_of("", &["Always", "IfNotPresent", "Never"]);
        }
        _ => validate_source(source, kind, Of::Pod),
    });
    let iscsi = volume.field("iscsi");
    let name = volume.field("name");
    if iscsi.get("initiatorName").is_some() && name.str().len() + 1 + iscsi.text("targetPortal").len() > 64 {
        name.invalid_text(name.str(), ISCSI_TOO_LONG);
    }
}

/// A Secret or ConfigMap as files.
fn validate_files<'v>(source: Field<'v>, name: &'v str) {
    source.field(name).require("");
    validate_mode(source.field("defaultMode"));
    for item in source.each("items") {
        validate_key_to_path(item);
    }
}

/// Mirrors validateDownwardAPIVolumeFile; `at` is where the server says it is.
fn validate_downward_file<'v>(file: Field<'v>, at: Field<'v>) {
    let path = file.field("path").called(at, "path");
    path.require("");
    validate_local_non_reserved_path(path, path.str());
    let (field, resource) = (file.field("fieldRef"), file.field("resourceFieldRef"));
    if field.is_set() {
        validate_field_ref(field.called(at, "fieldRef"), &VOLUME_FIELDS);
        if resource.is_set() {
            file.as_at(at)
                .invalid_text("resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
                .help("leave one of them");
        }
    } else if resource.is_set() {
        validate_resource_field_ref(resource.called(at, "resourceFieldRef"), true);
    } else {
        file.as_at(at)
            .required("one of fieldRef and resourceFieldRef is required")
            .help("say what the file holds: add `fieldRef` or `resourceFieldRef`");
    }
    validate_mode(file.field("mode").called(at, "mode"));
}

/// Mirrors validateProjectionSources. Sources whose gates are off are gone.
fn validate_projected(projected: Field<'_>) {
    let mut paths: FxHashSet<&str> = FxHashSet::default();
    for source in projected.each("sources") {
        let mut count = 0;
        for kind in ["secret", "configMap"] {
            let Some(files) = source.get(kind) else { continue };
            count += 1;
            files.field("name").require("");
            for item in files.each("items") {
                validate_key_to_path(item);
                let path = item.field("path");
                if !path.is_empty() && !paths.insert(path.str()) {
                    conflicting(projected, path, files.text("name"));
                }
            }
        }
        if let Some(files) = source.get("downwardAPI") {
            count += 1;
            for file in files.each("items") {
                validate_downward_file(file, files);
                let path = file.field("path");
                if !path.is_empty() && !paths.insert(path.str()) {
                    conflicting(projected, path, path.str());
                }
            }
        }
        if let Some(token) = source.get("serviceAccountToken") {
            count += 1;
            let expiration = token.field("expirationSeconds");
            let seconds = expiration.int().unwrap_or_default();
            if seconds < 10 * 60 {
                expiration.range("may not specify a duration less than 10 minutes").help("use at least 600");
            }
            if seconds > 1 << 32 {
                expiration.range("may not specify a duration larger than 2^32 seconds");
            }
            let path = token.field("path").called(projected, "path");
            if path.require("") {
                validate_local_non_reserved_path(path, path.str());
            }
        }
        if count > 1 {
            source
                .forbidden("may not specify more than 1 volume type per source")
                .help("make several sources of it");
        }
    }
}

fn conflicting<'v>(projected: Field<'v>, path: Field<'v>, printed: &str) {
    path.as_at(projected)
        .invalid_text(printed, "conflicting duplicate paths")
        .plain(format!("two files of the volume are called `{}`", path.str()), "rename one of them")
        .code(&codes::DUPLICATE);
}

/// Mirrors validateFileKeyRefVolumes.
pub(super) fn validate_file_key_volumes(pod: &Pod<'_>) {
    for container in pod.all_containers() {
        for variable in container.each("env") {
            let reference = variable.at(&["valueFrom", "fileKeyRef"]);
            if reference.is_unset() {
                continue;
            }
            let name = reference.field("volumeName");
            match pod.spec.each("volumes").filter(|v| v.text("name") == name.str()).last() {
                None => {
                    name.not_found();
                }
                Some(volume) if volume.get("emptyDir").is_none() => {
                    name.invalid("referenced volume must be of type emptyDir");
                }
                Some(_) => {}
            }
        }
    }
}
