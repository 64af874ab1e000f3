//! Certificates in Secrets. Mirrors what `tls.X509KeyPair` says before it reads what is in the blocks.

use super::super::core::secret::decode;
use super::super::field::Field;

/// A Secret of type `kubernetes.io/tls`.
pub(super) fn secret(secret: Field<'_>) {
    if secret.text("type") != "kubernetes.io/tls" {
        return;
    }
    let bytes = |key| {
        let (plain, data) = (secret.field("stringData").entry(key), secret.field("data").entry(key));
        if plain.is_set() {
            (plain, plain.str().as_bytes().to_vec())
        } else {
            (data, decode(data.str()).unwrap_or_default())
        }
    };
    let help = "put in PEM: the certificate into `tls.crt`, its key into `tls.key`";
    let ((certificate, text), (key, key_text)) = (bytes("tls.crt"), bytes("tls.key"));
    let types = block_types(&text);
    if !types.iter().any(|kind| kind == "CERTIFICATE") {
        let sentence = match types.as_slice() {
            [] => "failed to find any PEM data in certificate input".to_owned(),
            [one] if one.ends_with("PRIVATE KEY") => "failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".to_owned(),
            all => format!("failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{}]", all.join(" ")),
        };
        certificate.warn_bare(format!("tls: {sentence}"), help);
        return;
    }
    let types = block_types(&key_text);
    if !types.iter().any(|kind| kind == "PRIVATE KEY" || kind.ends_with(" PRIVATE KEY")) {
        let sentence = match types.as_slice() {
            [] => "failed to find any PEM data in key input".to_owned(),
            [one] if one == "CERTIFICATE" => {
                "found a certificate rather than a key in the PEM for the private key".to_owned()
            }
            all => format!(
                "failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{}]",
                all.join(" ")
            ),
        };
        key.warn_bare(format!("tls: {sentence}"), help);
    }
}

/// Types of the blocks of a PEM text that begin and end.
fn block_types(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let mut types = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines().map(str::trim_end) {
        if let Some(kind) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) {
            open = Some(kind.to_owned());
        } else if let Some(kind) = line.strip_prefix("-----END ").and_then(|rest| rest.strip_suffix("-----"))
            && open.take().is_some_and(|begun| begun == kind)
        {
            types.push(kind.to_owned());
        }
    }
    types
}
