//! ConfigMaps. Mirrors ValidateConfigMap.

use super::super::field::Field;
use super::super::primitives::config_map_key;
use super::super::size::{MAX_DATA, decoded_len, text_bytes};
use crate::apiserver::codes;

/// What a key of a ConfigMap or Secret may be.
pub(super) const KEY_HELP: &str =
    "a key becomes the name of a file: use letters, digits, `-`, `_` and `.`, at most 253 characters";

/// Mirrors ValidateConfigMap.
pub(in super::super) fn validate(map: Field<'_>) {
    let (data, binary) = (map.field("data"), map.field("binaryData"));
    for (key, entry) in data.entries() {
        entry.check_text(key, config_map_key, KEY_HELP);
        if binary.value().is_some_and(|b| b.entries().any(|(k, _)| k == key)) {
            entry
                .invalid_text(key, "duplicate of key present in binaryData")
                .plain(format!("`{key}` is in `data` and in `binaryData`"), "remove one of them")
                .code(&codes::DUPLICATE);
        }
    }
    for (key, entry) in binary.entries() {
        entry.check_text(key, config_map_key, KEY_HELP);
    }
    let total = text_bytes(data, str::len) + text_bytes(binary, decoded_len);
    if total > MAX_DATA {
        // The server prints `[]` here.
        map.nowhere("[]")
            .too_long(MAX_DATA)
            .place(data.key_place())
            .plain(
                format!("the data have {total} bytes; {MAX_DATA} are allowed"),
                "split the object, or keep large files in an image or a volume",
            )
            .code(&codes::TOO_LARGE);
    }
}
