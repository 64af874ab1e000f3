//! Plain words and a help for what is said of custom objects and definitions, as built-in types get them.

use crate::apiserver::validation::{Reason, words};

/// The sentences of kube-openapi name the field once more: `spec.size in body should be less than or equal to 5`.
const IN_BODY: &str = " in body ";

/// What follows when rules are not asked.
const NOT_ASKED: &str = "some validation rules were not checked";

/// The last name of a path, with the number of an item; none for the object itself.
pub(super) fn last_name(field: &str) -> Option<&str> {
    let last = field.rsplit(['.', '[', ']']).find(|part| !part.is_empty()).filter(|_| field != "<nil>")?;
    let of_list = field
        .strip_suffix(']')
        .and_then(|field| field.strip_suffix(last))
        .filter(|_| last.bytes().all(|c| c.is_ascii_digit()))
        .and_then(|list| list.trim_end_matches('[').rsplit('.').next());
    match of_list {
        Some(list) if !list.is_empty() => field.get(field.len() - list.len() - last.len() - 2..),
        _ => Some(last),
    }
}

/// What an error says, as people say it, and how to mend it.
pub(super) fn of(reason: Reason, field: &str, message: &str) -> (String, String) {
    let name = last_name(field);
    let (value, detail) = parts(message);
    match reason {
        Reason::Required => missing_or_empty(name),
        Reason::NotSupported => {
            let supported: Vec<&str> = detail
                .strip_prefix("supported values: ")
                .unwrap_or(detail)
                .split(", ")
                .map(|value| value.trim_matches('"'))
                .collect();
            words::not_supported(name, value.trim_matches('"'), &supported)
        }
        Reason::Forbidden => words::forbidden(name, message.strip_prefix("Forbidden: ").unwrap_or(message)),
        Reason::Duplicate => {
            // It is twice in the list, not in its item.
            let list = name.map(|name| name.split('[').next().unwrap_or(name));
            words::duplicate(list, message.strip_prefix("Duplicate value: ").unwrap_or(value))
        }
        Reason::TypeInvalid => wrong_type(name, detail),
        Reason::TooLong | Reason::TooMany => {
            let shown = words::called(name);
            let limit = message.rsplit(": ").next().unwrap_or(message);
            (format!("{shown} is too large: it {limit}"), format!("make {shown} smaller"))
        }
        _ if detail.starts_with(NOT_ASKED) => (
            "the rules (CEL) of the kind were not asked, because the object is wrong already".to_owned(),
            "mend the other errors first; there may be more behind them".to_owned(),
        ),
        _ => match detail.split_once(IN_BODY) {
            Some((_, detail)) => {
                let detail = detail.replace('"', "`");
                let (plain, _) = words::invalid(name, value, &detail);
                (plain, "the CustomResourceDefinition of the kind asks for that".to_owned())
            }
            None => words::invalid(name, value, detail),
        },
    }
}

/// For the server a value that is empty is as good as none.
fn missing_or_empty(name: Option<&str>) -> (String, String) {
    let shown = words::called(name);
    (format!("{shown} is missing or empty"), format!("give {shown} a value"))
}

/// `Invalid value: VALUE: detail` as value and detail; the value may be JSON with colons in it.
fn parts(message: &str) -> (&str, &str) {
    let rest = message.split_once("value: ").map_or(message, |(_, rest)| rest);
    let end = if rest.starts_with('"') {
        // The quote that ends a quoted text.
        let mut escaped = false;
        rest.char_indices().skip(1).find_map(|(at, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(at + 1)
        })
    } else if rest.starts_with(['{', '[']) {
        rest.rfind("}: ").or_else(|| rest.rfind("]: ")).map(|at| at + 1)
    } else {
        rest.find(": ")
    };
    let Some((value, detail)) = end.and_then(|end| rest.split_at_checked(end)) else { return ("", rest) };
    (value, detail.strip_prefix(": ").unwrap_or(detail))
}

/// `must be of type integer: "string"`
fn wrong_type(name: Option<&str>, detail: &str) -> (String, String) {
    let shown = words::called(name);
    let wanted = detail.split_once("must be of type ").map(|(_, rest)| rest);
    let Some((wanted, given)) = wanted.and_then(|rest| rest.split_once(": ")) else {
        return (format!("{shown} is of the wrong type"), format!("change {shown}"));
    };
    let given = given.trim_matches('"');
    let a = |ty: &str| {
        let article = if ty.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        if ty == "null" { ty.to_owned() } else { format!("{article} {ty}") }
    };
    // `cidr: "dead::beef::/64"`: a format, and the value that does not have it.
    if !["string", "integer", "number", "boolean", "array", "object", "null"].contains(&wanted) {
        return (format!("{shown} is `{given}`, which is no {wanted}"), format!("write {}", a(wanted)));
    }
    let help = match wanted {
        "string" => format!("put the value of {shown} in quotes"),
        "integer" | "number" | "boolean" if given == "string" => {
            format!("write {} without quotes", a(wanted))
        }
        _ => format!("write {}", a(wanted)),
    };
    (format!("{shown} is {} and must be {}", a(given), a(wanted)), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_say_it() {
        let said = |reason, message: &str| of(reason, "spec.size", message).0;
        let wrong = "Invalid value: \"string\": spec.size in body must be of type integer: \"string\"";
        assert_eq!(said(Reason::TypeInvalid, wrong), "`size` is a string and must be an integer");
        let large = "Invalid value: 7: spec.size in body should be less than or equal to 5";
        assert_eq!(said(Reason::Invalid, large), "`size` should be less than or equal to 5");
        let twice = of(Reason::Duplicate, "spec.sizes[1]", "Duplicate value: \"a\"").0;
        assert!(twice.contains("`sizes`"), "{twice}");
        let other = "Unsupported value: \"c\": supported values: \"a\", \"b\"";
        assert_eq!(said(Reason::NotSupported, other), "`c` is none of the values of `size`");
        for (field, name) in [
            ("spec.size", Some("size")),
            ("spec.rules[0].backends[12]", Some("backends[12]")),
            ("spec.labels[a.b/c]", Some("b/c")),
            ("[3]", Some("3")),
            ("<nil>", None),
        ] {
            assert_eq!(last_name(field), name, "{field}");
        }
        assert_eq!(parts("Invalid value: \"a: \\\"b\": must be c"), ("\"a: \\\"b\"", "must be c"));
    }
}
