//! The codes of this floor.

use crate::finding::{Code, Fixable, Level, Profile};

const fn fixable(mut code: Code) -> Code {
    code.fixable = Fixable::Sometimes;
    code
}

/// A key that the type does not have.
pub static UNKNOWN_FIELD: Code =
    fixable(Code::server("schema/unknown-field", "a key that the object's type does not have").page(
        "The API server decodes strictly when kubectl asks it to (`--validate=strict`, the default): a key that the type \
         does not have is refused. Keys are compared exactly, `Containers` is not `containers`. Clients that do not ask \
         for strictness (many operators, older tools) lose the key without a word.",
    ));

/// A key that belongs elsewhere.
pub static MISPLACED_FIELD: Code =
    fixable(Code::server("schema/misplaced-field", "a key that belongs to another level of the object").page(
        "The key is no field of the object it stands in, but of one around it, below it or beside it: most often the \
         indentation is off, or a line ended up under the wrong parent. One finding stands for a whole block.",
    ));

/// A field that some of the versions asked for do not have.
pub static FIELD_NOT_IN_VERSION: Code =
    Code::server("schema/field-not-in-version", "a field that a version asked for does not have").page(
        "The field came later than the Kubernetes version you target, or was dropped before it. A server without the \
         field refuses it in strict mode, and else ignores it.",
    );

/// A value of another type.
pub static TYPE: Code = fixable(Code::server("schema/type", "a value of another type than the field's").page(
    "The API server cannot decode the object. It tells only the first such mistake, and nothing else that is wrong; \
     kcheck tells all.",
));

/// A string that is none of what its field holds.
pub static FORMAT: Code =
    Code::server("schema/format", "a quantity, time, duration or base64 text that cannot be read").page(
        "Quantities are a number and one suffix (`500m`, `1.5Gi`, `2k`); times are RFC 3339 (`2024-01-02T03:04:05Z`); \
         binary values (`Secret.data`) are padded standard base64. The API server refuses the object while decoding it.",
    );

/// A plain scalar that YAML reads as something else than a string.
pub static AMBIGUOUS_SCALAR: Code = Code {
    fixable: Fixable::Always,
    ..Code::server("yaml/ambiguous-scalar", "a value without quotes that is read as a boolean or number where a string is due")
        .page(
            "Kubernetes reads YAML 1.1: without quotes `yes`, `on`, `off`, `n`, `0777`, `1_000`, `1e3` are booleans and \
             numbers. Labels, annotations, environment variables, arguments and the data of ConfigMaps are strings, and the \
             API server refuses anything else there. Quote it.",
        )
};

/// A field that must be there.
pub static REQUIRED: Code = Code::server("schema/required", "a field that must be there");

/// A value that is none of the allowed ones.
pub static ENUM: Code = Code::server("schema/enum", "a value that is none of those allowed");

/// A kind that its group and version do not have.
pub static UNKNOWN_KIND: Code =
    fixable(Code::server("schema/unknown-kind", "a kind that its API group and version do not have"));

/// A version that its group does not have.
pub static UNKNOWN_GROUP_VERSION: Code =
    fixable(Code::server("schema/unknown-group-version", "an apiVersion that no server knows"));

/// A kind that servers stopped serving.
pub static REMOVED: Code = Code::server("api/removed", "a kind that the version asked for no longer serves").page(
    "The API version was deprecated, and is gone: `kubectl apply` fails with `no matches for kind`. The replacement may \
     need more than another apiVersion; Kubernetes' deprecation guide lists the changes.",
);

/// A kind that servers know and do not serve.
pub static NOT_SERVED: Code = Code {
    profile: Profile::Recommended,
    ..Code::server("api/not-served-by-default", "an alpha or beta kind that servers do not serve unless told to")
        .page(
            "Servers serve no alpha API, and no beta API that came with 1.24 or later, unless `--runtime-config` turns it \
             on. With default settings `kubectl apply` fails with `no matches for kind`.",
        )
};

/// A kind that will go.
pub static DEPRECATED: Code =
    Code::server("api/deprecated", "a kind that is served, but deprecated").at(Level::Warning);

/// A custom resource of which nothing is known.
pub static NO_SCHEMA: Code = Code::server("schema/no-schema", "a custom resource whose definition is not given")
    .at(Level::Info)
    .of(Profile::Recommended)
    .page(
        "The verdict of a server is not known: kcheck has no CustomResourceDefinition of this kind. Put it beside the \
         manifests, or give a folder of them with `--crds`.",
    );

/// A key that is written twice in a request body.
pub static DUPLICATE_FIELD: Code =
    Code::server("schema/duplicate-field", "a key that is written twice in a request body");

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
    &UNKNOWN_KIND,
    &UNKNOWN_GROUP_VERSION,
    &REMOVED,
    &NOT_SERVED,
    &DEPRECATED,
    &NO_SCHEMA,
    &DUPLICATE_FIELD,
];
