//! Secrets. Mirrors ValidateSecret.

use super::super::field::Field;
use super::super::primitives::config_map_key;
use super::super::size::{MAX_DATA, decoded_len, text_bytes};
use super::config_map::KEY_HELP;
use crate::apiserver::codes;

const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";

/// Mirrors ValidateSecret. `stringData` has been written into `data`.
pub(in super::super) fn validate(secret: Field<'_>) {
    let (data, strings) = (secret.field("data"), secret.field("stringData"));
    for (key, entry) in data.entries() {
        entry.check_text(key, config_map_key, KEY_HELP);
    }
    for (key, entry) in strings.entries() {
        if data.entry(key).is_unset() {
            entry.as_at(data.keyed(key)).check_text(key, config_map_key, KEY_HELP);
        }
    }
    let total = text_bytes(data, decoded_len) + text_bytes(strings, str::len);
    if total > MAX_DATA {
        data.too_long(MAX_DATA)
            .plain(
                format!("the data have {total} bytes; {MAX_DATA} are allowed"),
                "split the object, or keep large files in an image or a volume",
            )
            .code(&codes::TOO_LARGE);
    }
    validate_type(secret, data, strings);
}

/// The keys that a type asks for.
fn validate_type<'v>(secret: Field<'v>, data: Field<'v>, strings: Field<'v>) {
    let has = |key: &'static str| {
        [data, strings].iter().any(|map| map.value().is_some_and(|m| m.entries().any(|(k, _)| k == key)))
    };
    let require = |key: &'static str| {
        data.entry(key).required("").plain(
            format!("a Secret of this type has a key `{key}`, and this one does not"),
            format!("add `{key}` to `data` or `stringData`, or use `type: Opaque`"),
        );
    };
    match secret.text("type") {
        "kubernetes.io/service-account-token" => {
            let name = secret.at(&["metadata", "annotations"]).entry(ACCOUNT_NAME);
            if name.is_empty() {
                name.required("").plain(
                    "the Secret does not say whose token it holds",
                    format!("add the annotation `{ACCOUNT_NAME}` with the name of a ServiceAccount"),
                );
            }
        }
        "kubernetes.io/dockercfg" => docker_config(".dockercfg", has(".dockercfg"), data, strings, require),
        "kubernetes.io/dockerconfigjson" => {
            docker_config(".dockerconfigjson", has(".dockerconfigjson"), data, strings, require);
        }
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => {
            require("username");
            require("password");
        }
        "kubernetes.io/ssh-auth" => {
            let empty = [strings, data]
                .iter()
                .find(|map| map.entry("ssh-privatekey").is_set())
                .is_none_or(|map| map.entry("ssh-privatekey").is_empty());
            if empty {
                require("ssh-privatekey");
            }
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"] {
                if !has(key) {
                    require(key);
                }
            }
        }
        _ => {}
    }
}

/// A key whose value is a JSON object.
fn docker_config<'v>(
    key: &'static str,
    has: bool,
    data: Field<'v>,
    strings: Field<'v>,
    require: impl Fn(&'static str),
) {
    if !has {
        return require(key);
    }
    let plain = strings.entry(key);
    let (field, text) = if plain.is_set() {
        (plain, Some(plain.str().as_bytes().to_vec()))
    } else {
        (data.entry(key), decode(data.entry(key).str()))
    };
    if let Some(text) = text
        && let Some(detail) = crate::apiserver::go_json::object_error(&text)
    {
        field.as_at(data.keyed(key)).invalid_text("<secret contents redacted>", &detail).plain(
            format!("`{key}` is no JSON object"),
            "write what `docker login` writes into its config.json",
        );
    }
}

/// Standard base64, line breaks skipped; decoding was checked before.
pub(in super::super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' | b'\n' | b'\r' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    Some(out)
}
