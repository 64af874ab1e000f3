//! Which names a kind allows.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::ip;
use super::primitives::{dns_1035_label, dns_1123_label, dns_1123_subdomain, path_segment};
use crate::object::Gvk;

/// How `metadata.name` of a kind is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NameRule {
    /// NameIsDNSSubdomain
    Subdomain,
    /// NameIsDNSLabel
    Label,
    /// NameIsDNS1035Label
    Label1035,
    /// IsValidPathSegmentName
    PathSegment,
    /// The same of names of RBAC, where what a name starts with is judged as a whole name.
    Role,
    /// A DNS subdomain, judged in the words of declarative validation.
    Declarative,
    /// Any, as far as the strategy is concerned.
    Any,
    /// The plural and the group of a CustomResourceDefinition.
    PluralAndGroup,
    /// The version and the group of an APIService.
    VersionAndGroup,
    /// An IP address in canonical form.
    Address,
}

impl NameRule {
    /// True if what it takes fits in a URL as well, be it a name or what names are generated from: at the latter declarative
    /// validation does not look.
    pub(super) const fn is_narrower_than_path_segment(self) -> bool {
        matches!(self, Self::Subdomain | Self::Label | Self::Label1035 | Self::PathSegment)
    }

    /// Sentences about a name, or about what is put before a generated suffix (`prefix`).
    pub(super) fn judge(self, name: &str, prefix: bool) -> SmallVec<[Cow<'static, str>; 2]> {
        let masked;
        let name = if prefix && !matches!(self, Self::PathSegment | Self::Role) {
            masked = mask_trailing_dash(name);
            masked.as_ref()
        } else {
            name
        };
        let sentences = match self {
            Self::Subdomain | Self::PluralAndGroup | Self::Declarative => dns_1123_subdomain(name),
            Self::Label => dns_1123_label(name),
            Self::Label1035 => dns_1035_label(name),
            Self::PathSegment | Self::VersionAndGroup => path_segment(name, prefix),
            Self::Role => path_segment(name, false),
            Self::Address => return address(name).into_iter().collect(),
            Self::Any => return SmallVec::new(),
        };
        sentences.into_iter().map(Cow::Borrowed).collect()
    }
}

/// Mirrors ValidateIPAddressName.
fn address(name: &str) -> Option<Cow<'static, str>> {
    if let Some(sentence) = ip::judge_ip(name, true) {
        return Some(sentence.into());
    }
    let canonical = ip::canonical_ip(name)?;
    (canonical != name).then(|| format!("must be in canonical form (\"{canonical}\")").into())
}

/// Mirrors maskTrailingDash: something comes after the dash.
fn mask_trailing_dash(name: &str) -> std::borrow::Cow<'_, str> {
    match name.strip_suffix('-').map(|rest| (rest, rest.char_indices().next_back())) {
        Some((rest, Some((last, _)))) => format!("{}a", &rest[..last]).into(),
        _ => name.into(),
    }
}

/// How the metadata of a kind is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct MetaRule {
    /// Its name.
    pub(super) name: NameRule,
    /// Finalizers must be standard ones or have a prefix (`ValidateObjectMeta` of `pkg/apis/core`).
    pub(super) finalizers: bool,
}

/// Kinds whose objects get a name when they have none.
pub(super) fn names_itself(gvk: Gvk) -> bool {
    gvk.is("", "LimitRange")
}

/// Requests rather than objects: nothing of them is stored, and their metadata is not looked at.
pub(super) fn is_review(gvk: Gvk) -> bool {
    matches!(&*gvk.group, "authentication.k8s.io" | "authorization.k8s.io")
}
