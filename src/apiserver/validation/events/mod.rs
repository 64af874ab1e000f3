//! Events of both groups. Mirrors ValidateEventCreate.

use super::field::Field;
use super::metadata::validate_object_meta;
use super::names::{MetaRule, NameRule};
use crate::apiserver::codes;

const MAX_NOTE: usize = 1024;
const MAX_SHORT: usize = 128;

/// Where the two versions of the kind have the same things.
struct Names {
    regarding: &'static str,
    controller: &'static str,
    shown_controller: &'static str,
    note: &'static str,
    first: &'static str,
    last: &'static str,
    count: &'static str,
    source: &'static str,
}

const CORE: Names = Names {
    regarding: "involvedObject",
    controller: "reportingComponent",
    shown_controller: "reportingComponent",
    note: "message",
    first: "firstTimestamp",
    last: "lastTimestamp",
    count: "count",
    source: "source",
};
const EVENTS: Names = Names {
    regarding: "regarding",
    controller: "reportingController",
    shown_controller: "reportingController",
    note: "note",
    first: "deprecatedFirstTimestamp",
    last: "deprecatedLastTimestamp",
    count: "deprecatedCount",
    source: "deprecatedSource",
};

/// An Event of the core group.
pub(super) fn validate_core(event: Field<'_>) {
    validate_legacy(event, &CORE);
}

/// Mirrors ValidateEventCreate for `events.k8s.io/v1`. The server uses the names of the core group.
pub(super) fn validate(event: Field<'_>) {
    validate_legacy(event, &EVENTS);
    validate_object_meta(event, MetaRule { name: NameRule::Subdomain, finalizers: true });
    validate_series(event);
    event.field("eventTime").require("");
    rest(event);
}

/// What is said of an Event of `events.k8s.io` as of one of the core group.
pub(super) fn validate_legacy_new(event: Field<'_>) {
    validate_legacy(event, &EVENTS);
}

/// Mirrors validateV1EventSeries.
pub(super) fn validate_series(event: Field<'_>) {
    let series = event.field("series");
    if series.is_set() {
        let (count, last) = (series.field("count"), series.field("lastObservedTime"));
        if count.int().unwrap_or_default() < 2 {
            count.called(event, "series.count").invalid_text("", "should be at least 2").code(&codes::RANGE);
        }
        if last.is_unset() {
            last.called(event, "series.lastObservedTime").required("");
        }
    }
}

fn rest(event: Field<'_>) {
    let kind = event.field("type");
    if !matches!(kind.str(), "Normal" | "Warning") {
        kind.invalid_text("", &format!("has invalid value: {}", kind.str()))
            .help("use `Normal` or `Warning`")
            .code(&codes::ENUM);
    }
    for (name, shown) in [(EVENTS.first, CORE.first), (EVENTS.last, CORE.last)] {
        if event.field(name).is_set() {
            unset(event.field(name).called(event, shown));
        }
    }
    let count = event.field(EVENTS.count);
    if count.int().unwrap_or_default() != 0 {
        unset(count.called(event, CORE.count));
    }
    let source = event.field(EVENTS.source);
    if !source.text("component").is_empty() || !source.text("host").is_empty() {
        unset(source.called(event, CORE.source));
    }
}

/// What only Events of old clients have.
fn unset(field: Field<'_>) {
    field.invalid_text("", "needs to be unset").help("remove it").code(&codes::FORBIDDEN);
}

/// Mirrors legacyValidateEvent.
fn validate_legacy(event: Field<'_>, names: &Names) {
    let own = event.field("metadata").text("namespace");
    let own = if own.is_empty() { event.request().namespace } else { own };
    let regarding = event.field(names.regarding);
    let namespace = regarding.field("namespace").called(event.field("involvedObject"), "namespace");
    let other = namespace.str();
    let mismatch = || {
        namespace
            .invalid_text(other, "does not match event.namespace")
            .help("an Event is in the namespace of what it is about");
    };
    if event.field("eventTime").is_unset() {
        if other.is_empty() && !matches!(own, "" | "default") || !other.is_empty() && own != other {
            mismatch();
        }
    } else {
        if other.is_empty() && !matches!(own, "default" | "kube-system") {
            mismatch();
        }
        let controller = event.field(names.controller).called(event, names.shown_controller);
        controller.require("");
        controller.qualified_name();
        let short = |field: Field<'_>, most: usize, required: bool| {
            if required {
                field.require("");
            }
            if field.str().len() > most {
                field.invalid_text("", &format!("can have at most {most} characters")).code(&codes::TOO_LONG);
            }
        };
        for name in ["reportingInstance", "action", "reason"] {
            short(event.field(name), MAX_SHORT, true);
        }
        short(event.field(names.note).called(event, CORE.note), MAX_NOTE, false);
    }
    if !own.is_empty() {
        event.field("namespace").check_text(
            own,
            super::primitives::dns_1123_subdomain,
            "use the name of a namespace",
        );
    }
}
