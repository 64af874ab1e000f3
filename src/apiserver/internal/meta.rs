//! `metav1`, whose fields have names for JSON.

use super::Go::{Bool, List, Map, Pointer, Struct, Text};
use super::{Fields, field, tagged};

/// `OwnerReference` of apimachinery.
pub(in crate::apiserver) static OWNER_REFERENCE: Fields = &[
    field("apiVersion", "apiVersion", Text),
    field("kind", "kind", Text),
    field("name", "name", Text),
    field("uid", "uid", Text),
    tagged("controller", "controller", Pointer(&Bool)),
    tagged("blockOwnerDeletion", "blockOwnerDeletion", Pointer(&Bool)),
];

/// `LabelSelectorRequirement` of apimachinery.
pub(in crate::apiserver) static LABEL_SELECTOR_REQUIREMENT: Fields = &[
    field("key", "key", Text),
    field("operator", "operator", Text),
    tagged("values", "values", List(&Text)),
];

/// `LabelSelector` of apimachinery.
pub(in crate::apiserver) static LABEL_SELECTOR: Fields = &[
    tagged("matchLabels", "matchLabels", Map(&Text)),
    tagged("matchExpressions", "matchExpressions", List(&Struct(&LABEL_SELECTOR_REQUIREMENT))),
];
