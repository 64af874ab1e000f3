//! The codes of this floor.

use crate::finding::{Code, Fixable, Level, Profile};

const fn fixable(mut code: Code) -> Code {
    code.fixable = Fixable::Sometimes;
    code
}

/// A key that the type does not have.
pub static UNKNOWN_FIELD: Code = fixable(
    Code::server("schema/unknown-field", "a key that the object's type does not have")
        .page(include_str!("pages/unknown_field.md")),
);

/// A key that belongs elsewhere.
pub static MISPLACED_FIELD: Code = fixable(
    Code::server("schema/misplaced-field", "a key that belongs to another level of the object")
        .page(include_str!("pages/misplaced_field.md")),
);

/// A field that some of the versions asked for do not have.
pub static FIELD_NOT_IN_VERSION: Code =
    Code::server("schema/field-not-in-version", "a field that a version asked for does not have")
        .page(include_str!("pages/field_not_in_version.md"));

/// A value of another type.
pub static TYPE: Code = fixable(
    Code::server("schema/type", "a value of another type than the field's")
        .page(include_str!("pages/type.md")),
);

/// A string that is none of what its field holds.
pub static FORMAT: Code =
    Code::server("schema/format", "a quantity, time, duration or base64 text that cannot be read")
        .page(include_str!("pages/format.md"));

/// A plain scalar that YAML reads as something else than a string.
pub static AMBIGUOUS_SCALAR: Code = Code {
    fixable: Fixable::Always,
    ..Code::server(
        "yaml/ambiguous-scalar",
        "a value without quotes that is read as a boolean or number where a string is due",
    )
    .page(include_str!("pages/ambiguous_scalar.md"))
};

/// A field that must be there.
pub static REQUIRED: Code = fixable(
    Code::server("schema/required", "a field that must be there").page(include_str!("pages/required.md")),
);

/// A value that is none of the allowed ones.
pub static ENUM: Code = fixable(
    Code::server("schema/enum", "a value that is none of those allowed").page(include_str!("pages/enum.md")),
);

/// A value that a JSON Schema of the user does not allow.
pub static JSON_SCHEMA: Code =
    Code::server("schema/json-schema", "a value that a JSON Schema of `--schema-location` does not allow")
        .page(include_str!("pages/json_schema.md"));

/// A kind that its group and version do not have.
pub static UNKNOWN_KIND: Code = fixable(
    Code::server("schema/unknown-kind", "a kind that its API group and version do not have")
        .page(include_str!("pages/unknown_kind.md")),
);

/// A version that its group does not have.
pub static UNKNOWN_GROUP_VERSION: Code = fixable(
    Code::server("schema/unknown-group-version", "an apiVersion that no server knows")
        .page(include_str!("pages/unknown_group_version.md")),
);

/// A kind that servers stopped serving.
pub static REMOVED: Code = fixable(
    Code::server("api/removed", "a kind that the version asked for no longer serves")
        .page(include_str!("pages/removed.md")),
);

/// A kind that servers know and do not serve.
pub static NOT_SERVED: Code = Code {
    profile: Profile::Recommended,
    ..Code::server(
        "api/not-served-by-default",
        "an alpha or beta kind that servers do not serve unless told to",
    )
    .page(include_str!("pages/not_served.md"))
};

/// A kind that will go.
pub static DEPRECATED: Code = fixable(
    Code::server("api/deprecated", "a kind that is served, but deprecated")
        .page(include_str!("pages/deprecated.md"))
        .at(Level::Warning),
);

/// The one kind of the core group that is deprecated.
pub static ENDPOINTS: Code =
    Code::server("api/endpoints", "an Endpoints object: EndpointSlices took its place")
        .page(include_str!("pages/endpoints.md"))
        .at(Level::Warning);

/// A field of a custom resource that its definition does not have.
pub static CR_PRUNED_FIELD: Code = fixable(
    Code::server("schema/cr-pruned-field", "a key of a custom resource that its definition does not have")
        .page(include_str!("pages/cr_pruned_field.md")),
);

/// A custom resource of which nothing is known.
pub static NO_SCHEMA: Code =
    Code::server("schema/no-schema", "a custom resource whose definition is not given")
        .page(include_str!("pages/no_schema.md"))
        .at(Level::Info)
        .of(Profile::Recommended);

/// A key that is written twice in a request body.
pub static DUPLICATE_FIELD: Code =
    Code::server("schema/duplicate-field", "a key that is written twice in a request body")
        .page(include_str!("pages/duplicate_field.md"));

/// All codes of this floor.
pub static CODES: &[&Code] = &[
    &UNKNOWN_FIELD,
    &MISPLACED_FIELD,
    &FIELD_NOT_IN_VERSION,
    &TYPE,
    &FORMAT,
    &AMBIGUOUS_SCALAR,
    &REQUIRED,
    &ENUM,
    &JSON_SCHEMA,
    &UNKNOWN_KIND,
    &UNKNOWN_GROUP_VERSION,
    &REMOVED,
    &NOT_SERVED,
    &DEPRECATED,
    &ENDPOINTS,
    &CR_PRUNED_FIELD,
    &NO_SCHEMA,
    &DUPLICATE_FIELD,
];
