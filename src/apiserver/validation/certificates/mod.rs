//! CertificateSigningRequests. Mirrors `pkg/apis/certificates/validation`.

use rustc_hash::FxHashSet;

use super::field::Field;
use super::primitives::{dns_1123_label, dns_1123_subdomain};
use crate::schema::quote;

const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];
const MAX_DOMAIN: usize = 253;
const MAX_SIGNER: usize = 571;
/// `-----BEGIN CERTIFICATE REQUEST-----` in base64, up to where the next group of letters begins.
const BEGINNING: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS";

/// Mirrors ValidateCertificateSigningRequestCreate, except for what is in the request: only its kind is judged.
pub(super) fn validate_request(object: Field<'_>) {
    let spec = object.field("spec");
    let request = spec.field("request");
    let text = request.str();
    if !text.starts_with(BEGINNING) {
        request
            .invalid_as(
                &if request.is_set() { format!("\"{text}\"") } else { "null".to_owned() },
                "PEM block type must be CERTIFICATE REQUEST",
            )
            .help("put in what `openssl req -new` writes, in base64");
    }
    let usages = spec.field("usages");
    usages.require("");
    for usage in usages.items() {
        usage.one_of(&USAGES);
    }
    let mut seen = FxHashSet::default();
    for usage in usages.items() {
        usage.unique(usage.str(), &mut seen);
    }
    let signer = spec.field("signerName");
    if signer.str() == "kubernetes.io/legacy-unknown" {
        signer.invalid("the legacy signerName is not allowed via this API version");
    } else {
        validate_signer_name(signer);
    }
    let expiration = spec.field("expirationSeconds");
    if expiration.int().is_some_and(|n| n < 600) {
        expiration
            .range("may not specify a duration less than 600 seconds (10 minutes)")
            .help("use at least 600");
    }
}

/// Mirrors ValidateSignerName.
fn validate_signer_name(signer: Field<'_>) {
    const HELP: &str = "write it as `example.com/signer-name`";
    if !signer.require("") {
        return;
    }
    let parts: Vec<&str> = signer.str().split('/').collect();
    let [domain, path] = parts.as_slice() else {
        signer
            .invalid("must be a fully qualified domain and path of the form 'example.com/signer-name'")
            .help(HELP);
        return;
    };
    if domain.len() > MAX_DOMAIN {
        signer.too_long(MAX_DOMAIN);
    }
    let say = |part: &str, rule: fn(&str) -> super::primitives::Sentences| {
        let Some(label) = part.split('.').find(|label| !rule(label).is_empty()) else { return };
        for sentence in rule(label) {
            signer.invalid_text(part, &format!("validating label {}: {sentence}", quote(label))).help(HELP);
        }
    };
    say(domain, dns_1123_label);
    if !domain.contains('.') {
        signer
            .invalid_text(domain, "should be a domain with at least two segments separated by dots")
            .help(HELP);
    }
    say(path, dns_1123_subdomain);
    if signer.str().len() > MAX_SIGNER {
        signer.too_long(MAX_SIGNER);
    }
}
