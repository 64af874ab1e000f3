//! Texts that are credentials, by their form.

/// Forms of tokens that services hand out: how they begin, how long the rest is at least, and what they are. Long enough that
/// no word and no example of a few letters is one.
const TOKENS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "an access key of AWS"),
    ("ASIA", 16, "an access key of AWS"),
    ("AIza", 35, "an API key of Google"),
    ("ghp_", 36, "a token of GitHub"),
    ("gho_", 36, "a token of GitHub"),
    ("ghs_", 36, "a token of GitHub"),
    ("github_pat_", 50, "a token of GitHub"),
    ("glpat-", 20, "a token of GitLab"),
    ("xoxb-", 20, "a token of Slack"),
    ("xoxp-", 20, "a token of Slack"),
    ("sk_live_", 20, "a key of Stripe"),
    ("rk_live_", 20, "a key of Stripe"),
    ("SG.", 60, "a key of SendGrid"),
    ("npm_", 36, "a token of npm"),
    ("hf_", 30, "a token of Hugging Face"),
    ("dop_v1_", 60, "a token of DigitalOcean"),
    ("AGE-SECRET-KEY-", 50, "a key of age"),
];

/// What a text holds, if it holds a private key or a token of a known form.
pub(super) fn known_form(text: &str) -> Option<&'static str> {
    if text.len() < 20 {
        return None;
    }
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
    for word in words.filter(|word| word.len() >= 20) {
        let token = TOKENS.iter().find(|(start, rest, _)| {
            word.strip_prefix(start).is_some_and(|tail| tail.len() >= *rest && is_random(tail))
        });
        if let Some((.., what)) = token {
            return Some(what);
        }
        if is_jwt(word) {
            return Some("a JSON Web Token");
        }
    }
    None
}

/// A header and a body in base64, and a signature.
fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    matches!(parts.as_slice(), [head, body, _] if head.starts_with("eyJ") && body.starts_with("eyJ") && body.len() > 20)
}

/// Examples repeat a letter, or say that they are examples.
fn is_random(tail: &str) -> bool {
    let lower = tail.to_ascii_lowercase();
    let mut letters: Vec<u8> = lower.bytes().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() >= 8
        && !["example", "xxxx", "changeme", "1234567890"].iter().any(|word| lower.contains(word))
}

/// Words of names that mean a secret.
const WORDS: &[&str] =
    &["APIKEY", "PASSWD", "PASSWORD", "PASSPHRASE", "SECRET", "TOKEN", "PASS", "PWD", "CREDENTIALS"];
/// Pairs of words that do.
const PAIRS: &[(&str, &str)] = &[
    ("API", "KEY"),
    ("ACCESS", "KEY"),
    ("PRIVATE", "KEY"),
    ("SECRET", "KEY"),
    ("ENCRYPTION", "KEY"),
    ("SIGNING", "KEY"),
];
/// Words that make it the place or a property of a secret.
const ABOUT: &[&str] = &[
    "ARN",
    "AUDIENCE",
    "COUNT",
    "DIR",
    "DIRS",
    "DISABLED",
    "DURATION",
    "ENABLE",
    "ENABLED",
    "ENDPOINT",
    "EXPIRATION",
    "EXPIRY",
    "FILE",
    "FOLDER",
    "HEADER",
    "HOST",
    "ID",
    "INTERVAL",
    "ISSUER",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "MAX",
    "METHOD",
    "MIN",
    "MODE",
    "MOUNT",
    "NAME",
    "NAMES",
    "NAMESPACE",
    "PATH",
    "POLICY",
    "PORT",
    "PREFIX",
    "PROVIDER",
    "REF",
    "REGION",
    "REQUIRED",
    "RESET",
    "ROTATION",
    "SECONDS",
    "SERVICE",
    "SIZE",
    "STORE",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "USE",
    "VALIDATION",
    "VERSION",
];

/// True if a name (of a variable, of a key) says that its value is a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words: Vec<&str> =
        upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let means = words.iter().any(|word| WORDS.contains(word))
        || words.windows(2).any(|pair| matches!(pair, [a, b] if PAIRS.contains(&(*a, *b))));
    means && !words.iter().any(|word| ABOUT.contains(word))
}

/// True if a value may be a secret: no flag, no number, no path, no reference, nothing that is filled in later.
pub(super) fn may_be_secret(value: &str) -> bool {
    let text = value.trim();
    let lower = text.to_ascii_lowercase();
    let is_word = matches!(
        lower.as_str(),
        "true" | "false" | "yes" | "no" | "none" | "null" | "default" | "disabled" | "enabled"
    );
    text.len() >= 3
        && !is_word
        && text.parse::<f64>().is_err()
        && !text.starts_with(['/', '$', '<', '{', '.', '%'])
        && !text.contains("$(")
        && !text.contains("${")
        && !text.contains("{{")
        && !text.contains("://")
        && !lower.contains("redacted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "PASSWORD",
            "DB_PASSWORD",
            "api-key",
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "MYSQL_ROOT_PASSWORD",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "SECRETS_DIR",
            "PASSWORD_FILE",
            "TOKEN_PATH",
            "TOKEN_TTL",
            "KEY",
            "SECRETARY",
            "password_validation.py",
            "SECRET_NAME",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn forms() {
        let github = format!("ghp_{}", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5");
        assert_eq!(known_form(&format!("--token={github}")), Some("a token of GitHub"));
        assert_eq!(known_form(&format!("ghp_{}", "x".repeat(36))), None);
        assert_eq!(known_form("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(known_form("a text about the secrets of a long life"), None);
        let private = ["-----BEGIN RSA ", "PRIVATE KEY-----\nabc"].concat();
        assert_eq!(known_form(&private), Some("a private key"));
    }

    #[test]
    fn values() {
        assert!(may_be_secret("hunter2") && may_be_secret("p@ssw0rd"));
        for value in ["", "true", "3600", "/var/run/secrets", "$(OTHER)", "{{ .x }}", "https://x"] {
            assert!(!may_be_secret(value), "{value}");
        }
    }
}
