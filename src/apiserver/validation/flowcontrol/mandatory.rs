//! Objects that every cluster has, and that nobody may change: `exempt` and `catch-all`.

use std::sync::LazyLock;

use super::super::field::Field;
use super::super::metadata::Name;
use crate::apiserver::go_json::{Go, GoField, internal};
use crate::object::{Owned, Value};

const REFERENCE: &[GoField] = &[("Name", "name", Go::Text)];
const METHOD: &[GoField] = &[("Type", "type", Go::Text)];
const SUBJECT: &[GoField] = &[
    ("Kind", "kind", Go::Text),
    ("User", "user", Go::Pointer(REFERENCE)),
    ("Group", "group", Go::Pointer(REFERENCE)),
    (
        "ServiceAccount",
        "serviceAccount",
        Go::Pointer(&[("Namespace", "namespace", Go::Text), ("Name", "name", Go::Text)]),
    ),
];
const RESOURCE_RULE: &[GoField] = &[
    ("Verbs", "verbs", Go::Any),
    ("APIGroups", "apiGroups", Go::Any),
    ("Resources", "resources", Go::Any),
    ("ClusterScope", "clusterScope", Go::Flag),
    ("Namespaces", "namespaces", Go::Any),
];
const OTHER_RULE: &[GoField] =
    &[("Verbs", "verbs", Go::Any), ("NonResourceURLs", "nonResourceURLs", Go::Any)];
const RULE: &[GoField] = &[
    ("Subjects", "subjects", Go::List(SUBJECT)),
    ("ResourceRules", "resourceRules", Go::List(RESOURCE_RULE)),
    ("NonResourceRules", "nonResourceRules", Go::List(OTHER_RULE)),
];
const SCHEMA: &[GoField] = &[
    ("PriorityLevelConfiguration", "priorityLevelConfiguration", Go::Struct(REFERENCE)),
    ("MatchingPrecedence", "matchingPrecedence", Go::Int),
    ("DistinguisherMethod", "distinguisherMethod", Go::Pointer(METHOD)),
    ("Rules", "rules", Go::List(RULE)),
];
const QUEUING: &[GoField] = &[
    ("Queues", "queues", Go::Int),
    ("HandSize", "handSize", Go::Int),
    ("QueueLengthLimit", "queueLengthLimit", Go::Int),
];
const LIMITED: &[GoField] = &[
    ("NominalConcurrencyShares", "nominalConcurrencyShares", Go::Int),
    (
        "LimitResponse",
        "limitResponse",
        Go::Pointer(&[("Type", "type", Go::Text), ("Queuing", "queuing", Go::Pointer(QUEUING))]),
    ),
    ("LendablePercent", "lendablePercent", Go::Int),
    ("BorrowingLimitPercent", "borrowingLimitPercent", Go::Any),
];
const EXEMPT: &[GoField] = &[
    ("NominalConcurrencyShares", "nominalConcurrencyShares", Go::Int),
    ("LendablePercent", "lendablePercent", Go::Int),
];
const LEVEL: &[GoField] = &[
    ("Type", "type", Go::Text),
    ("Limited", "limited", Go::Pointer(LIMITED)),
    ("Exempt", "exempt", Go::Pointer(EXEMPT)),
];
const HELP: &str = "do not touch it: every API server makes it and puts it back";

fn texts(all: &[&'static str]) -> Owned {
    Owned::Seq(all.iter().map(|text| (*text).into()).collect())
}

/// A FlowSchema for groups that lets them everything.
fn flow_schema(
    level: &'static str,
    precedence: i64,
    method: Option<&'static str>,
    groups: &[&'static str],
) -> String {
    let subject = |group: &&'static str| {
        Owned::map([("kind", "Group".into()), ("group", Owned::map([("name", (*group).into())]))])
    };
    let rule = Owned::map([
        ("subjects", Owned::Seq(groups.iter().map(subject).collect())),
        (
            "resourceRules",
            Owned::Seq(vec![Owned::map([
                ("verbs", texts(&["*"])),
                ("apiGroups", texts(&["*"])),
                ("resources", texts(&["*"])),
                ("clusterScope", Owned::Bool(true)),
                ("namespaces", texts(&["*"])),
            ])]),
        ),
        (
            "nonResourceRules",
            Owned::Seq(vec![Owned::map([("verbs", texts(&["*"])), ("nonResourceURLs", texts(&["*"]))])]),
        ),
    ]);
    let mut fields = vec![
        ("priorityLevelConfiguration".into(), Owned::map([("name", level.into())])),
        ("matchingPrecedence".into(), Owned::Int(precedence)),
        ("rules".into(), Owned::Seq(vec![rule])),
    ];
    if let Some(method) = method {
        fields.push(("distinguisherMethod".into(), Owned::map([("type", method.into())])));
    }
    shown(&Owned::Map(fields), SCHEMA)
}

fn shown(spec: &Owned, fields: &[GoField]) -> String {
    use crate::finding::{FileId, Place, Span};
    internal(Some(Value::Made(spec, Place::new(FileId(0), Span::default()))), fields)
}

/// Mirrors the comparison with MandatoryFlowSchemas.
pub(super) fn of_schema(schema: Field<'_>) {
    static SCHEMAS: LazyLock<[(&str, String); 2]> = LazyLock::new(|| {
        let all = ["system:unauthenticated", "system:authenticated"];
        [
            ("exempt", flow_schema("exempt", 1, None, &["system:masters"])),
            ("catch-all", flow_schema("catch-all", 10_000, Some("ByUser"), &all)),
        ]
    });
    let name = Name::of(schema).shown;
    let Some((_, wanted)) = SCHEMAS.iter().find(|(known, _)| *known == name) else { return };
    let spec = schema.field("spec");
    let given = internal(spec.value(), SCHEMA);
    if given != *wanted {
        spec.invalid_as(&given, &format!("spec of '{name}' must equal the fixed value")).help(HELP);
    }
}

/// Mirrors the comparison with MandatoryPriorityLevelConfigurations.
pub(super) fn of_level(level: Field<'_>) {
    static CATCH_ALL: LazyLock<String> = LazyLock::new(|| {
        let limited = Owned::map([
            ("nominalConcurrencyShares", Owned::Int(5)),
            ("lendablePercent", Owned::Int(0)),
            ("limitResponse", Owned::map([("type", "Reject".into())])),
        ]);
        shown(&Owned::map([("type", "Limited".into()), ("limited", limited)]), LEVEL)
    });
    let name = Name::of(level).shown;
    let spec = level.field("spec");
    let given = internal(spec.value(), LEVEL);
    let (is_good, what) = match &*name {
        // What `spec.exempt` holds is free.
        "exempt" => {
            let rest = spec.text("type") == "Exempt" && spec.field("limited").is_unset();
            (rest, format!("spec of '{name}' except the 'spec.exempt' field must equal the fixed value"))
        }
        "catch-all" => (given == *CATCH_ALL, format!("spec of '{name}' must equal the fixed value")),
        _ => return,
    };
    if !is_good {
        spec.invalid_as(&given, &what).help(HELP);
    }
}
