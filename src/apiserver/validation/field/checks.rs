//! Checks of single fields that every kind uses. Each says the server's sentence and returns whether the field is good.

use super::super::{ip, primitives};
use super::Field;
use super::words::{self, either};
use crate::apiserver::codes;
use crate::finding::{Code, Fix};
use crate::yaml::edit::replace_scalar;
use primitives::Sentences;

/// Names as people write them in a help.
pub(in super::super) const DNS_LABEL_HELP: &str =
    "use lower-case letters, digits and `-`, with a letter or digit at both ends, at most 63 characters";
pub(in super::super) const DNS_SUBDOMAIN_HELP: &str = "use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends, at most 253 characters";
pub(in super::super) const LABEL_KEY_HELP: &str =
    "a key is a name of at most 63 letters, digits, `-`, `_`, `.`, and may have a DNS name and `/` before it";
/// The sentence about numbers below zero.
pub(in super::super) const NEGATIVE: &str = "must be greater than or equal to 0";

impl<'v> Field<'v> {
    /// The sentences of a check about its text, each as `Invalid value`.
    pub(in super::super) fn check(self, check: fn(&str) -> Sentences, help: &str) -> bool {
        self.check_text(self.str(), check, help)
    }

    /// The sentences of a check about a text at hand.
    pub(in super::super) fn check_text(self, text: &str, check: fn(&str) -> Sentences, help: &str) -> bool {
        let sentences = check(text);
        for sentence in &sentences {
            self.invalid_text(text, sentence).help(help).code(&codes::FORMAT);
        }
        sentences.is_empty()
    }

    fn check_name(self, check: fn(&str) -> Sentences, help: &str) -> bool {
        self.check_name_as(check, help, &codes::NAME_INVALID)
    }

    fn check_name_as(self, check: fn(&str) -> Sentences, help: &str, code: &'static Code) -> bool {
        let sentences = check(self.str());
        for sentence in &sentences {
            self.invalid_text(self.str(), sentence)
                .plain(
                    format!("{} is no valid `{}`", words::shown(self.str()), self.name().unwrap_or("name")),
                    help,
                )
                .code(code);
        }
        sentences.is_empty()
    }

    /// The name of a Service's port: a DNS label.
    pub(in super::super) fn port_label(self) -> bool {
        self.check_name_as(primitives::dns_1123_label, DNS_LABEL_HELP, &codes::PORT_NAME)
    }

    /// A DNS label. Mirrors ValidateDNS1123Label.
    pub(in super::super) fn dns_label(self) -> bool {
        self.check_name(primitives::dns_1123_label, DNS_LABEL_HELP)
    }

    /// A DNS subdomain. Mirrors ValidateDNS1123Subdomain.
    pub(in super::super) fn dns_subdomain(self) -> bool {
        self.check_name(primitives::dns_1123_subdomain, DNS_SUBDOMAIN_HELP)
    }

    /// A label key. Mirrors ValidateQualifiedName and ValidateLabelName.
    pub(in super::super) fn qualified_name(self) -> bool {
        self.check_name(primitives::qualified_name, LABEL_KEY_HELP)
    }

    /// A text that must be there; `Required value: detail` if it is empty.
    pub(in super::super) fn require(self, detail: &str) -> bool {
        let good = !self.is_empty();
        if !good {
            self.required(detail);
        }
        good
    }

    /// One of a closed set; the empty text is none of them. The values are said in the order given.
    pub(in super::super) fn one_of(self, supported: &[&str]) -> bool {
        let good = supported.contains(&self.str());
        if !good {
            self.not_supported(supported);
        }
        good
    }

    /// The same, but `Required value` if it is empty.
    pub(in super::super) fn require_one_of(self, detail: &str, supported: &[&str]) -> bool {
        if self.is_empty() {
            self.required(detail).help(format!("use {}", either(supported)));
            return false;
        }
        self.one_of(supported)
    }

    /// One of a closed set, if it is set at all.
    pub(in super::super) fn one_of_if_set(self, supported: &[&str]) -> bool {
        self.is_unset() || self.one_of(supported)
    }

    /// Not below 0; absent is good. Mirrors ValidateNonnegativeField.
    pub(in super::super) fn non_negative(self) -> bool {
        self.at_least(0)
    }

    /// `must be greater than or equal to N`; absent is good.
    pub(in super::super) fn at_least(self, least: i64) -> bool {
        let good = self.int().is_none_or(|n| n >= least);
        if !good {
            self.range(&format!("must be greater than or equal to {least}"));
        }
        good
    }

    /// `must be greater than 0`; an absent number is 0.
    pub(in super::super) fn positive(self) -> bool {
        let good = self.int().unwrap_or_default() > 0;
        if !good {
            self.range("must be greater than 0");
        }
        good
    }

    /// `must be between LOW and HIGH, inclusive`; absent is good.
    pub(in super::super) fn between(self, low: i64, high: i64) -> bool {
        let good = self.int().is_none_or(|n| (low..=high).contains(&n));
        if !good {
            self.range(&format!("must be between {low} and {high}, inclusive"));
        }
        good
    }

    /// `Invalid value: N: detail` about a number that is out of range; an absent number is 0.
    pub(in super::super) fn range(self, detail: &str) -> super::Said<'v> {
        self.invalid_int(detail).code(&codes::RANGE)
    }

    /// A port number. Mirrors IsValidPortNum; an absent one is 0.
    pub(in super::super) fn port_number(self) -> bool {
        let good = self.int().is_some_and(|n| (1..=65535).contains(&n));
        if !good {
            self.range("must be between 1 and 65535, inclusive").help("use a port between 1 and 65535");
        }
        good
    }

    /// A port name. Mirrors IsValidPortName.
    pub(in super::super) fn port_name(self) -> bool {
        const HELP: &str =
            "a port name has at most 15 lower-case letters, digits and `-`, and at least one letter";
        let sentences = primitives::port_name(self.str());
        for sentence in &sentences {
            self.invalid_text(self.str(), sentence).help(HELP).code(&codes::PORT_NAME);
        }
        sentences.is_empty()
    }

    /// A port by number or by name. Mirrors ValidatePortNumOrName.
    pub(in super::super) fn port_number_or_name(self) -> bool {
        if self.value.and_then(crate::object::Value::as_str).is_some() {
            self.port_name()
        } else {
            self.port_number()
        }
    }

    /// An IP address in a field that is older than strict reading. Mirrors IsValidIPForLegacyField, strict since 1.36.
    pub(in super::super) fn ip(self) -> bool {
        self.ip_text(self.str())
    }

    /// The same for a text at hand.
    pub(in super::super) fn ip_text(self, text: &str) -> bool {
        let sentence = ip::judge_ip(text, self.since(36));
        if let Some(sentence) = sentence {
            let said = self.invalid_text(text, sentence);
            let said = said.help("write an address like `10.9.8.7` or `2001:db8::ffff`");
            if ip::judge_ip(text, false).is_none() {
                said.code(&codes::IP_FORMAT).fix(self.write_instead(text, ip::canonical_ip(text)));
            }
        }
        sentence.is_none()
    }

    /// A network in a field that is older than strict reading. Mirrors IsValidCIDRForLegacyField, strict since 1.36.
    pub(in super::super) fn cidr(self) -> bool {
        self.cidr_text(self.str())
    }

    /// The same for a text at hand.
    pub(in super::super) fn cidr_text(self, text: &str) -> bool {
        let sentence = ip::judge_cidr(text, self.since(36));
        if let Some(sentence) = sentence {
            let said = self.invalid_text(text, sentence);
            let said = said.help("write a network like `10.9.8.0/24` or `2001:db8::/64`");
            if ip::judge_cidr(text, false).is_none() {
                said.code(&codes::IP_FORMAT).fix(self.write_instead(text, ip::canonical_cidr(text)));
            }
        }
        sentence.is_none()
    }

    /// A fix that writes an address in its canonical form, where the text is all of the value.
    fn write_instead(self, text: &str, canonical: Option<String>) -> Option<Fix> {
        let canonical = canonical.filter(|_| self.str() == text)?;
        let edit = replace_scalar(self.value?.view()?, &canonical)?;
        Some(Fix::safe(format!("write `{canonical}`"), vec![edit]))
    }

    /// An address in canonical form. Mirrors IsValidIP.
    pub(in super::super) fn canonical_ip(self) -> bool {
        if let Some(sentence) = ip::judge_ip(self.str(), true) {
            self.invalid_text(self.str(), sentence)
                .help("write an address like `10.9.8.7` or `2001:db8::ffff`");
            return false;
        }
        let canonical = ip::canonical_ip(self.str());
        let good = canonical.as_deref() == Some(self.str());
        if let (false, Some(canonical)) = (good, canonical) {
            self.invalid_text(self.str(), &format!("must be in canonical form (\"{canonical}\")"))
                .help(format!("write `{canonical}`"));
        }
        good
    }

    /// A network in canonical form. Mirrors IsValidCIDR.
    pub(in super::super) fn canonical_cidr(self) -> bool {
        if let Some(sentence) = ip::judge_cidr(self.str(), true) {
            self.invalid_text(self.str(), sentence)
                .help("write a network like `10.9.8.0/24` or `2001:db8::/64`");
            return false;
        }
        let canonical = ip::canonical_cidr(self.str());
        let good = canonical.as_deref() == Some(self.str());
        if let (false, Some(canonical)) = (good, canonical) {
            self.invalid_text(self.str(), &format!("must be in canonical form (\"{canonical}\")"))
                .help(format!("write `{canonical}`"));
        }
        good
    }

    /// A quantity that is not below 0. Mirrors ValidateNonnegativeQuantity.
    pub(in super::super) fn non_negative_quantity(self) -> bool {
        let good = self.quantity().is_none_or(|q| q.sign() >= 0);
        if !good {
            self.invalid_as(&self.printed_quantity(), NEGATIVE).code(&codes::RANGE);
        }
        good
    }

    /// A quantity as the server prints it: quoted, in canonical form; 0 if there is none.
    pub(in super::super) fn printed_quantity(self) -> String {
        self.quantity().map_or_else(|| "\"0\"".to_owned(), |q| format!("\"{q}\""))
    }

    /// A share as `50%`, or a number that is not below 0. Mirrors ValidatePositiveIntOrPercent.
    pub(in super::super) fn non_negative_or_percent(self) -> bool {
        if self.value.and_then(crate::object::Value::as_str).is_some() {
            self.check(primitives::percent, "write a share like `25%`, or a number")
        } else {
            self.non_negative()
        }
    }

    /// At most 100 %, if it is a share. Mirrors IsNotMoreThan100Percent.
    pub(in super::super) fn at_most_100_percent(self) -> bool {
        let share = self
            .str()
            .strip_suffix('%')
            .filter(|digits| primitives::percent(&format!("{digits}%")).is_empty());
        let good = share.is_none_or(|digits| digits.parse::<u64>().is_ok_and(|n| n <= 100));
        if !good {
            self.invalid_json("must not be greater than 100%").code(&codes::RANGE);
        }
        good
    }

    /// Unless seen before; said as `Duplicate value`.
    pub(in super::super) fn unique<T: std::hash::Hash + Eq>(
        self,
        item: T,
        seen: &mut rustc_hash::FxHashSet<T>,
    ) -> bool {
        let good = seen.insert(item);
        if !good {
            self.duplicate();
        }
        good
    }

    /// Set, where it may not be.
    pub(in super::super) fn forbid_if_set(self, detail: &str) -> bool {
        if self.is_set() {
            self.forbidden(detail);
        }
        self.is_unset()
    }

    /// A domain and a path. Mirrors IsDomainPrefixedPath.
    pub(in super::super) fn domain_prefixed_path(self) {
        const HELP: &str = "write it as `example.com/name`";
        if !self.require("") {
            return;
        }
        let parts = self.str().split_once('/').filter(|(host, path)| !host.is_empty() && !path.is_empty());
        let Some((host, path)) = parts else {
            self.invalid("must be a domain-prefixed path (such as \"acme.io/foo\")").help(HELP);
            return;
        };
        self.check_text(host, primitives::dns_1123_subdomain, HELP);
        let good = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
        if !path.bytes().all(good) {
            let detail = r"Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')";
            self.invalid_text(path, detail).help(HELP);
        }
    }
}
