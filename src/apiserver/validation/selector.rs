//! Label selectors. Mirrors ValidateLabelSelector and LabelSelectorAsSelector of `apimachinery`.

use rustc_hash::FxHashMap;

use super::field::Field;
use super::metadata::{label_value_words, validate_labels};
use super::primitives::{label_value, qualified_name};
use super::words;
use crate::apiserver::codes;
use crate::apiserver::go_json;
use crate::object::Value;

/// Mirrors ValidateLabelSelector with the options of a new object.
pub(super) fn validate_label_selector(selector: Field<'_>) {
    validate_labels(selector.field("matchLabels"));
    for expression in selector.each("matchExpressions") {
        validate_requirement(expression);
    }
}

/// Mirrors ValidateLabelSelectorRequirement.
fn validate_requirement(expression: Field<'_>) {
    let (operator, key, values) =
        (expression.field("operator"), expression.field("key"), expression.field("values"));
    match operator.str() {
        "In" | "NotIn" => {
            if values.is_empty() {
                values
                    .required("must be specified when `operator` is 'In' or 'NotIn'")
                    .plain("`In` and `NotIn` compare with a list of values", "add `values: [...]`");
            }
        }
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                values
                    .forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
                    .plain("`Exists` and `DoesNotExist` look at the key only", "remove `values`, or use `In`")
                    .code(&codes::SELECTOR_INVALID);
            }
        }
        other => {
            operator
                .invalid("not a valid selector operator")
                .plain(
                    format!("`{other}` is no operator of a label selector"),
                    "use `In`, `NotIn`, `Exists` or `DoesNotExist`",
                )
                .code(&codes::ENUM);
        }
    }
    for sentence in qualified_name(key.str()) {
        key.invalid(sentence)
            .plain(format!("{} is no valid label key", words::shown(key.str())), "use the key of a label")
            .code(&codes::LABEL_INVALID);
    }
    for value in values.items() {
        let text = value.str();
        for sentence in label_value(text) {
            let (plain, help) = label_value_words(text);
            value.invalid_text(text, sentence).plain(plain, help).code(&codes::LABEL_INVALID);
        }
    }
}

/// Whether LabelSelectorAsSelector can turn it into a selector.
pub(super) fn converts(selector: Value<'_>) -> bool {
    selector.map("matchLabels").all(|(key, v)| {
        qualified_name(key).is_empty() && label_value(v.as_str().unwrap_or_default()).is_empty()
    }) && selector.list("matchExpressions").all(|expression| {
        let some = expression.list("values").next().is_some();
        qualified_name(expression.str("key")).is_empty()
            && match expression.str("operator") {
                "In" | "NotIn" => some,
                "Exists" | "DoesNotExist" => !some,
                _ => false,
            }
            && expression.list("values").all(|v| label_value(v.as_str().unwrap_or_default()).is_empty())
    })
}

/// Whether it asks for nothing.
pub(super) fn is_empty(selector: Value<'_>) -> bool {
    selector.map("matchLabels").next().is_none() && selector.list("matchExpressions").next().is_none()
}

/// The first thing it asks that these labels do not satisfy.
pub(super) fn unsatisfied<'v>(selector: Value<'v>, labels: Option<Value<'v>>) -> Option<Unsatisfied<'v>> {
    let labels: FxHashMap<&str, &str> = labels
        .into_iter()
        .flat_map(Value::entries)
        .map(|(key, value)| (key, value.as_str().unwrap_or_default()))
        .collect();
    requires(selector, |key| labels.get(key).copied())
}

/// The first thing it asks that labels, given by a look-up, do not satisfy.
pub(super) fn requires<'v>(
    selector: Value<'v>,
    of: impl Fn(&str) -> Option<&'v str>,
) -> Option<Unsatisfied<'v>> {
    for (key, wanted) in selector.map("matchLabels") {
        let wanted = wanted.as_str().unwrap_or_default();
        if of(key) != Some(wanted) {
            return Some(Unsatisfied { key, wanted: Some(wanted), has: of(key) });
        }
    }
    for expression in selector.list("matchExpressions") {
        let key = expression.str("key");
        let has = of(key);
        let listed = || expression.list("values").any(|v| v.as_str() == has);
        let good = match expression.str("operator") {
            "In" => has.is_some() && listed(),
            "NotIn" => has.is_none() || !listed(),
            "Exists" => has.is_some(),
            "DoesNotExist" => has.is_none(),
            _ => true,
        };
        if !good {
            return Some(Unsatisfied { key, wanted: None, has });
        }
    }
    None
}

/// What a selector asks in vain.
pub(super) struct Unsatisfied<'v> {
    /// The label's key.
    pub(super) key: &'v str,
    /// The value it asks for, if it asks for one.
    pub(super) wanted: Option<&'v str>,
    /// The value that is there.
    pub(super) has: Option<&'v str>,
}

/// A LabelSelector in the order of Go's fields.
pub(in crate::apiserver) fn selector_json(selector: Value<'_>) -> String {
    selector_json_of(selector, None)
}

/// The same with a label that the server adds. What it adds is a placeholder, and printed as it is.
pub(super) fn selector_json_of(selector: Value<'_>, added: Option<(&str, &str)>) -> String {
    let labels: Vec<(&str, &str)> =
        selector.map("matchLabels").map(|(k, v)| (k, v.as_str().unwrap_or_default())).collect();
    let added = added.filter(|(key, _)| !labels.iter().any(|(k, _)| k == key));
    let mut parts = Vec::new();
    if !labels.is_empty() || added.is_some() {
        let json = go_json::strings(labels.into_iter().chain(added));
        parts.push(format!("\"matchLabels\":{json}"));
    }
    let expressions: Vec<String> = selector
        .list("matchExpressions")
        .map(|expression| {
            let text = |name| go_json::text(expression.str(name));
            let values = expression.get("values").filter(|v| v.items().next().is_some());
            let values =
                values.map_or_else(String::new, |v| format!(",\"values\":{}", go_json::texts(Some(v))));
            format!("{{\"key\":{},\"operator\":{}{values}}}", text("key"), text("operator"))
        })
        .collect();
    if !expressions.is_empty() {
        parts.push(format!("\"matchExpressions\":[{}]", expressions.join(",")));
    }
    format!("{{{}}}", parts.join(","))
}
