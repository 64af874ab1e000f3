//! Patterns of objects: kind, namespace and name with `*` for any run of characters.

/// Objects by kind, namespace and name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// The kind, as `Secret`.
    pub kind: String,
    /// Its namespace, `*` for any (and for none).
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Pattern {
    /// `KIND`, `KIND/NAME` or `KIND/NAMESPACE/NAME`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts[..] {
            [kind] => (kind, "*", "*"),
            [kind, name] => (kind, "*", name),
            [kind, namespace, name] => (kind, namespace, name),
            _ => return None,
        };
        let some = |part: &str| (!part.is_empty()).then(|| part.to_owned());
        Some(Self { kind: some(kind)?, namespace: some(namespace)?, name: some(name)? })
    }

    /// True if it takes the object.
    pub fn takes(&self, kind: &str, namespace: &str, name: &str) -> bool {
        matches(&self.kind, kind) && matches(&self.namespace, namespace) && matches(&self.name, name)
    }
}

/// True if a text fits a pattern in which `*` stands for any run of characters.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars() {
        assert!(matches("a", "a") && !matches("a", "ab") && !matches("a", "ba"));
        assert!(matches("*", "") && matches("*", "abc"));
        assert!(matches("a*c", "abc") && matches("a*c", "ac") && !matches("a*c", "acd"));
        assert!(matches("*-tls-*", "x-tls-y") && !matches("*-tls-*", "x-tls"));
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn objects() {
        let takes = |pattern| Pattern::parse(pattern).unwrap().takes("Secret", "shop", "db");
        assert!(takes("Secret") && takes("Secret/d*") && takes("*/shop/db"));
        assert!(!takes("ConfigMap") && !takes("Secret/other/db"));
        assert_eq!(
            (Pattern::parse(""), Pattern::parse("Secret//x"), Pattern::parse("a/b/c/d")),
            (None, None, None)
        );
    }
}
