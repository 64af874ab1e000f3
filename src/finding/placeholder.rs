//! Values that were left to be filled in: a template that nobody rendered, an example's `<your-name-here>`.

/// What opens a gap and what closes it. `$(NAME)` is none: Kubernetes fills that in itself.
const GAPS: [(&str, &str); 6] =
    [("{{", "}}"), ("${", "}"), ("<", ">"), ("__", "__"), ("@@", "@@"), ("{%", "%}")];

/// What people write where they mean "put yours here".
const YOURS: [&str; 7] = ["YOUR_", "YOUR-", "REPLACE_ME", "REPLACE-ME", "REPLACEME", "CHANGE_ME", "CHANGEME"];

/// The gap that a text holds, if it holds one: `${NAME}` of `cluster-${NAME}`, `$ITEM` of `item-$ITEM`.
///
/// Only what was refused should be asked about: `<` and `$` have their place in commands and regular expressions.
pub fn placeholder(text: &str) -> Option<&str> {
    GAPS.iter()
        .find_map(|(open, close)| between(text, open, close))
        .or_else(|| variable(text))
        .or_else(|| YOURS.iter().any(|word| text.to_ascii_uppercase().contains(word)).then_some(text))
}

/// How to mend a value with a gap.
pub fn fill_in(gap: &str) -> String {
    format!(
        "`{gap}` looks like a placeholder: write the value itself, or check what the tool that fills it in writes"
    )
}

/// From `open` to the first `close` behind it, with words between them.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let start = text.find(open)?;
    let rest = text.get(start + open.len()..)?;
    let inner = rest.get(..rest.find(close)?)?;
    // `{{ .Values.name }}` and `{{- $name }}`, but no `a < b && c > d`.
    let words =
        inner.trim_start_matches(if open.starts_with('{') { &[' ', '-', '.', '$'][..] } else { &['*', '.'] });
    let of_words = words.starts_with(|c: char| c.is_ascii_alphabetic()) && !words.contains(['&', '|', '=']);
    of_words.then(|| text.get(start..start + open.len() + inner.len() + close.len()))?
}

/// `$NAME`, in capitals as a shell's variables are.
fn variable(text: &str) -> Option<&str> {
    let start = text.find('$')?;
    let name = text.get(start + 1..)?;
    let length = name.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    let length = length.unwrap_or(name.len());
    name.starts_with(|c: char| c.is_ascii_uppercase()).then(|| text.get(start..=start + length))?
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn gaps_and_what_only_looks_like_one() {
        assert_eq!(placeholder("vttablet-{{uid}}"), Some("{{uid}}"));
        assert_eq!(placeholder("${AUTOSCALER_NS}"), Some("${AUTOSCALER_NS}"));
        assert_eq!(placeholder("process-item-$ITEM"), Some("$ITEM"));
        assert_eq!(placeholder("rook-ceph-cleanup-<node-hostname>"), Some("<node-hostname>"));
        assert_eq!(placeholder("<*.custom_domain>"), Some("<*.custom_domain>"));
        assert_eq!(placeholder("__INGRESS_HOST__"), Some("__INGRESS_HOST__"));
        assert_eq!(placeholder("bootstrap-token-YOUR_TOKEN_ID"), Some("bootstrap-token-YOUR_TOKEN_ID"));
        for no in ["", "web_server", "a<b", "<>", "a < b && c > d", "$", "$1", "costs $5", "____", "Über"] {
            assert_eq!(placeholder(no), None, "{no}");
        }
    }
}
