//! Plain words and a help for what the server says, where the rule knows nothing better.

use crate::finding::nearest;

/// Plain words and a help.
pub(in crate::apiserver) type Words = (String, String);

/// A field as a sentence names it.
pub(in crate::apiserver) fn called(name: Option<&str>) -> String {
    name.map_or_else(|| "the object".to_owned(), |name| format!("`{name}`"))
}

/// A text as a sentence names it.
pub(in crate::apiserver) fn shown(text: &str) -> String {
    if text.is_empty() { "an empty text".to_owned() } else { format!("`{text}`") }
}

/// A value as the server prints it, as a sentence names it.
fn shown_json(printed: &str) -> String {
    printed.replace("\"\"", "an empty text").replace('"', "`")
}

pub(in crate::apiserver) fn required(name: Option<&str>, is_set: bool) -> Words {
    let name = called(name);
    if is_set {
        (format!("{name} is empty"), format!("give {name} a value"))
    } else {
        (format!("{name} is missing"), format!("add {name}"))
    }
}

/// Whether a sentence of the server says more than the value that it names: there is none, or it is held against another.
fn compares(printed: &str, detail: &str) -> bool {
    let is_part = printed.starts_with(['{', '[']);
    !detail.is_empty() && (printed.is_empty() || is_part || detail.contains(" is greater than "))
}

/// The server's details are often the second half of a sentence.
pub(in crate::apiserver) fn invalid(name: Option<&str>, printed: &str, detail: &str) -> Words {
    let name = called(name);
    let goes_on =
        ["must ", "may ", "cannot ", "can only ", "can not ", "should ", "is ", "does ", "requires "];
    let help = match detail.strip_prefix("must be ") {
        Some(rest) if rest.len() < 100 && !rest.contains("regex") => format!("make it {rest}"),
        _ => match detail.strip_prefix("must not be greater than ") {
            Some(most) => format!("make it {most} at most"),
            None => format!("change {name}"),
        },
    };
    if goes_on.iter().any(|start| detail.starts_with(start)) && detail.len() < 200 {
        (format!("{name} {detail}"), help)
    } else if compares(printed, detail) && detail.len() < 200 {
        (format!("{name}: {detail}"), help)
    } else if printed.is_empty() || printed == "\"\"" || printed == "null" {
        (format!("{name} has no valid value"), help)
    } else if printed.len() < 80 {
        (format!("{} is no valid value of {name}", shown_json(printed)), help)
    } else {
        (format!("the value of {name} is not valid"), help)
    }
}

pub(in crate::apiserver) fn not_supported(name: Option<&str>, text: &str, supported: &[&str]) -> Words {
    let plain = if text.is_empty() {
        format!("{} has no value", called(name))
    } else {
        format!("`{text}` is none of the values of {}", called(name))
    };
    // `HTTP` is two letters from `SCTP`, and nobody meant that.
    let farthest = if text.len() < 6 { 1 } else { 2 };
    let help = match nearest(text, supported.iter().copied(), farthest) {
        Some(near) if !text.is_empty() => format!("did you mean `{near}`? Use {}", either(supported)),
        _ => format!("use {}", either(supported)),
    };
    (plain, help)
}

/// `a`, `b` or `c`.
pub(in crate::apiserver) fn either(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|v| format!("`{v}`")).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

pub(in crate::apiserver) fn forbidden(name: Option<&str>, detail: &str) -> Words {
    let name = called(name);
    let plain = if detail.len() > 100 || detail.is_empty() {
        format!("{name} may not be set here")
    } else {
        format!("{name} is not allowed here: {detail}")
    };
    (plain, format!("remove {name}"))
}

pub(in crate::apiserver) fn duplicate(name: Option<&str>, printed: &str) -> Words {
    let plain = if printed.len() < 80 {
        format!("{} is there twice in {}", shown_json(printed), called(name))
    } else {
        format!("something is there twice in {}", called(name))
    };
    (plain, "remove or change one of them".to_owned())
}

pub(in crate::apiserver) fn not_found(name: Option<&str>, printed: &str) -> Words {
    let name = called(name);
    (
        format!("{name} names {}, which is not there", shown_json(printed)),
        format!("correct {name}, or add what it names"),
    )
}

pub(in crate::apiserver) fn too_long(name: Option<&str>, max: usize, unit: &str) -> Words {
    (format!("{} is longer than {max} {unit}", called(name)), format!("use at most {max} {unit}"))
}

pub(in crate::apiserver) fn too_many(name: Option<&str>, count: usize, max: usize) -> Words {
    (format!("{} has {count} items; {max} are allowed", called(name)), format!("leave at most {max}"))
}
