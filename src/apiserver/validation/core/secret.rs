//! Secrets. Mirrors ValidateSecret.

use super::super::field::Field;
use super::super::primitives::config_map_key;
use super::super::size::{MAX_DATA, decoded_len, text_bytes};
use super::config_map::KEY_HELP;
use crate::apiserver::codes;

/// Mirrors ValidateSecret.
pub(in super::super) fn validate(secret: Field<'_>) {
    let data = secret.field("data");
    let total = text_bytes(data, decoded_len) + text_bytes(secret.field("stringData"), str::len);
    for (key, entry) in data.entries() {
        entry.check_text(key, config_map_key, KEY_HELP);
    }
    if total > MAX_DATA {
        data.too_long(MAX_DATA)
            .plain(
                format!("the data have {total} bytes; {MAX_DATA} are allowed"),
                "split the object, or keep large files in an image or a volume",
            )
            .code(&codes::TOO_LARGE);
    }
}
