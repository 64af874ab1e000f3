//! Claims of volumes. Mirrors ValidatePersistentVolumeClaimSpec.

use super::super::field::{DNS_SUBDOMAIN_HELP, Field};
use super::super::metadata::{validate_annotations, validate_labels};
use super::super::primitives::dns_1123_subdomain;
use super::super::selector::validate_label_selector;
use super::resources::validate_quantity;
use crate::apiserver::codes;

/// In the server's order.
pub(super) const ACCESS_MODES: [&str; 4] =
    ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
pub(super) const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

/// Mirrors ValidatePersistentVolumeClaim.
pub(in super::super) fn validate(claim: Field<'_>) {
    let spec = claim.field("spec");
    validate_spec_with(spec, &Sources::of(spec));
}

/// Mirrors ValidatePersistentVolumeClaimTemplate.
pub(in super::super) fn validate_claim_template(template: Field<'_>) {
    validate_template_metadata(template.field("metadata"));
    validate_claim_spec(template.field("spec"));
}

/// Mirrors ValidateTemplateObjectMeta: labels and annotations, and nothing else.
pub(in super::super) fn validate_template_metadata(metadata: Field<'_>) {
    validate_annotations(metadata.field("annotations"));
    validate_labels(metadata.field("labels"));
    const OTHERS: [&str; 12] = [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uID",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "finalizers",
    ];
    for shown in OTHERS {
        let name = if shown == "uID" { "uid" } else { shown };
        let field = metadata.field(name);
        let zero = field.is_empty() || field.int() == Some(0);
        if field.is_set() && !zero || field.value().is_some_and(crate::object::Value::is_seq) {
            field
                .called(metadata, shown)
                .forbidden("cannot be set")
                .help("leave only labels and annotations");
        }
    }
    let managed = metadata.field("managedFields");
    if managed.is_set() {
        managed.forbidden("cannot be set").help("leave only labels and annotations");
    }
}

/// Access modes that exist, and not several if one is for a single Pod.
pub(super) fn validate_access_modes(modes: Field<'_>) {
    let (mut single, mut other) = (false, false);
    for mode in modes.items() {
        let text = mode.str();
        mode.as_at(modes).one_of(&ACCESS_MODES);
        single |= text == "ReadWriteOncePod";
        other |= text != "ReadWriteOncePod" && ACCESS_MODES.contains(&text);
    }
    if single && other {
        modes
            .forbidden("may not use ReadWriteOncePod with other access modes")
            .help("leave only `ReadWriteOncePod`, or remove it");
    }
}

/// Mirrors ValidatePersistentVolumeClaimSpec for a claim that is made from a template.
pub(in super::super) fn validate_claim_spec(spec: Field<'_>) {
    let sources = Sources { source: spec.field("dataSource"), reference: spec.field("dataSourceRef") };
    validate_spec_with(spec, &sources);
}

/// Mirrors ValidatePersistentVolumeClaimSpec.
fn validate_spec_with<'v>(spec: Field<'v>, sources: &Sources<'v>) {
    let modes = spec.field("accessModes");
    modes.require("at least 1 access mode is required");
    validate_label_selector(spec.field("selector"));
    validate_access_modes(modes);
    let resources = spec.field("resources");
    // A null is the quantity 0.
    let storage = resources.field("requests").entry("storage");
    let shown = storage.as_at(resources.keyed("storage"));
    if storage.is_unset() {
        shown
            .required("")
            .plain("the claim does not say how much it wants", "add `resources: {requests: {storage: 1Gi}}`");
    } else if storage.quantity().is_some_and(|q| q.sign() <= 0) {
        shown.invalid_as(&shown.printed_quantity(), "must be greater than zero").code(&codes::RANGE);
    } else {
        validate_quantity(shown, "storage");
    }
    let class = spec.field("storageClassName");
    if !class.is_empty() {
        class.dns_subdomain();
    }
    spec.field("volumeMode").one_of_if_set(&VOLUME_MODES);
    for source in [sources.source, sources.reference] {
        if source.is_set() {
            validate_data_source(source);
        }
    }
    let namespace = sources.reference.field("namespace");
    if !namespace.is_empty() {
        namespace.dns_label();
    }
    sources.validate_match(spec);
    let attributes = spec.field("volumeAttributesClassName");
    if !attributes.is_empty() && spec.since(34) {
        attributes.dns_subdomain();
    }
}

/// The two fields that say what a claim starts with, as the server fills them in. Mirrors
/// DropDisabledFields, EnforceDataSourceBackwardsCompatibility and NormalizeDataSources.
struct Sources<'v> {
    source: Field<'v>,
    reference: Field<'v>,
}

impl<'v> Sources<'v> {
    fn of(spec: Field<'v>) -> Self {
        let (mut source, mut reference) = (spec.field("dataSource"), spec.field("dataSourceRef"));
        let old = spec.stored().and_then(|old| old.get("spec"));
        let had = |name: &str| old.is_some_and(|old| old.get(name).is_some());
        let elsewhere = !reference.text("namespace").is_empty();
        // Gate CrossNamespaceVolumeDataSource is off.
        if elsewhere && !had("dataSourceRef") {
            reference = reference.with(None);
        }
        let known = matches!(
            (source.text("apiGroup"), source.text("kind")),
            ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
        );
        if reference.is_unset() && !known && !had("dataSource") && !had("dataSourceRef") {
            source = source.with(None);
        }
        if reference.is_unset() && source.is_set() {
            reference = source.as_at(reference);
        } else if source.is_unset() && reference.is_set() && !elsewhere {
            source = reference.as_at(source);
        }
        Self { source, reference }
    }

    fn validate_match(&self, spec: Field<'v>) {
        let (source, reference) = (self.source, self.reference);
        if !reference.text("namespace").is_empty() {
            if source.is_set() {
                spec.invalid_as("{}", "may not be specified when dataSourceRef.namespace is specified")
                    .place(source.place())
                    .help("remove `dataSource`");
            }
            return;
        }
        let group = |f: Field<'_>| f.get("apiGroup").map(|g| g.str().to_owned());
        if source.is_set()
            && reference.is_set()
            && (group(source) != group(reference)
                || source.text("kind") != reference.text("kind")
                || source.text("name") != reference.text("name"))
        {
            spec.invalid_as("{}", "must match dataSourceRef")
                .place(source.place())
                .help("remove `dataSource`");
        }
    }
}

/// Mirrors validateDataSource and validateDataSourceRef.
fn validate_data_source(source: Field<'_>) {
    source.field("name").require("");
    let (kind, group) = (source.field("kind"), source.field("apiGroup"));
    kind.require("");
    if group.is_empty() && kind.str() != "PersistentVolumeClaim" {
        kind.as_at(source)
            .invalid_as(
                &crate::schema::quote(kind.str()),
                "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
            )
            .help("add `apiGroup`, as `snapshot.storage.k8s.io` for a VolumeSnapshot");
    }
    // A claim that has a group may have any.
    let old = source.stored().and_then(|old| old.get("spec"));
    let had = |name: &str| old.and_then(|old| old.get(name)?.get("apiGroup")).is_some();
    if !group.is_empty() && !had("dataSource") && !had("dataSourceRef") {
        group.check(dns_1123_subdomain, DNS_SUBDOMAIN_HELP);
    }
}
