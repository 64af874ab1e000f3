//! CEL expressions of admission and of devices, compiled as the server does it when an object is created.

use std::sync::Arc;

use super::field::Field;
use crate::apiserver::cel::{self, Env, Refusal, Type};

const REQUEST: &str = "kubernetes.AdmissionRequest";
const NAMESPACE: &str = "kubernetes.Namespace";
const VARIABLES: &str = "kubernetes.variables";
/// Most that a selector of devices may cost (`CELSelectorExpressionMaxCost`).
const SELECTOR_LIMIT: u64 = 1_000_000;
const DEVICE: &str = "kubernetes.DRADevice";
const AUTHORIZER: &str = "kubernetes.authorization.Authorizer";
const RESOURCE_CHECK: &str = "kubernetes.authorization.ResourceCheck";

/// The names that an expression of admission may use. Mirrors createEnvForOpts.
pub(super) fn admission(params: bool, authorizer: bool) -> Env {
    let mut env = Env::new();
    for name in ["object", "oldObject"] {
        env.variable(name, Type::Dyn);
    }
    declare_namespace(&mut env);
    declare_request(&mut env);
    env.variable("namespaceObject", Type::object(NAMESPACE)).variable("request", Type::object(REQUEST));
    if params {
        env.variable("params", Type::Dyn);
    }
    if authorizer {
        env.variable("authorizer", Type::object(AUTHORIZER));
        env.variable("authorizer.requestResource", Type::object(RESOURCE_CHECK));
    }
    env
}

/// Declares `variables` and what is in it so far.
pub(super) fn declare_variables(env: &mut Env, known: &[(Arc<str>, Type)]) {
    env.object(VARIABLES, known.iter().cloned()).variable("variables", Type::object(VARIABLES));
}

/// The type of a variable as other expressions see it. Mirrors convertCelTypeToDeclType.
pub(super) fn variable_type(output: &Type) -> Type {
    match output {
        Type::List(item) => Type::list(variable_type(item)),
        Type::Map(pair) => Type::map(variable_type(&pair.0), variable_type(&pair.1)),
        Type::Bool
        | Type::Int
        | Type::Uint
        | Type::Double
        | Type::Str
        | Type::Bytes
        | Type::Timestamp
        | Type::Duration => output.clone(),
        _ => Type::Dyn,
    }
}

/// Compiles an expression that may be of one of these types, or of any if there are none; returns its type.
pub(super) fn compile(field: Field<'_>, text: &str, env: &Env, allowed: &[Type]) -> Option<Type> {
    let output = match cel::compile(text, env) {
        Ok(program) => program.output().clone(),
        Err(Refusal::Issues(issues)) => {
            refuse(field, text, &issues);
            return None;
        }
        Err(Refusal::Program(error)) => {
            no_program(field, text, &error);
            return None;
        }
        Err(Refusal::TooLarge) => return None,
    };
    if allowed.is_empty() || allowed.contains(&output) {
        return Some(output);
    }
    let detail = match allowed {
        [one] => format!("must evaluate to {one} but got {output}"),
        several => {
            let names: Vec<&str> = several.iter().map(Type::name).collect();
            format!("must evaluate to one of [{}] but got {output}", names.join(" "))
        }
    };
    field.invalid_text(text, &detail).plain(
        format!("the expression gives `{output}`"),
        format!("write an expression that gives `{}`", allowed.first().unwrap_or(&Type::Dyn)),
    );
    None
}

/// Compiles a selector of devices. Mirrors validateCELSelector up to the cost of what asks the device.
pub(super) fn compile_selector(field: Field<'_>) {
    let text = field.str();
    // Bindings are a library of devices alone.
    if text.contains("cel.bind") {
        return;
    }
    let mut env = Env::new();
    let by_name = |value: Type| Type::map(Type::Str, Type::map(Type::Str, value));
    let fields = [
        ("driver", Type::Str),
        ("allowMultipleAllocations", Type::Bool),
        ("attributes", by_name(Type::Any)),
        ("capacity", by_name(Type::object("kubernetes.Quantity"))),
    ];
    env.object(DEVICE, named(fields)).variable("device", Type::object(DEVICE));
    match cel::compile(text, &env) {
        Ok(program) => {
            let output = program.output();
            // What depends on the device depends on how large a device may be, which is not estimated.
            let cost = if program.names("device") { 0 } else { program.cost([]).max };
            if matches!(output, Type::Bool | Type::Any) && cost > SELECTOR_LIMIT {
                field
                    .forbidden("too complex, exceeds cost limit")
                    .plain("the expression may take too long", "make it simpler: fewer loops in loops");
            } else if !matches!(output, Type::Bool | Type::Any) {
                field
                    .invalid_text(text, &format!("must evaluate to bool or the unknown type, not {output}"))
                    .plain(
                        format!("the expression gives `{output}`"),
                        "write an expression that gives `bool`",
                    );
            }
        }
        Err(Refusal::Issues(issues)) => refuse(field, text, &issues),
        Err(Refusal::Program(error)) => no_program(field, text, &error),
        Err(Refusal::TooLarge) => {}
    }
}

/// A constant pattern in it is none.
fn no_program(field: Field<'_>, text: &str, error: &str) {
    field
        .invalid_text(text, &format!("program instantiation failed: {error}"))
        .plain(format!("the expression cannot be run: {error}"), "mend the pattern");
}

fn refuse(field: Field<'_>, text: &str, issues: &str) {
    let first = issues.lines().next().unwrap_or_default();
    let first = first.strip_prefix("ERROR: <input>:").unwrap_or(first);
    field.invalid_text(text, &format!("compilation failed: {issues}")).plain(
        format!("the expression is no CEL: {first}"),
        "mend the expression; the numbers are its line and column",
    );
}

fn named<const N: usize>(fields: [(&str, Type); N]) -> impl Iterator<Item = (Arc<str>, Type)> {
    fields.map(|(name, ty)| (Arc::from(name), ty)).into_iter()
}

/// Mirrors BuildRequestType.
fn declare_request(env: &mut Env) {
    let texts = || Type::list(Type::Str);
    let kind = Type::object("kubernetes.GroupVersionKind");
    let resource = Type::object("kubernetes.GroupVersionResource");
    let words = |third| [("group", Type::Str), ("version", Type::Str), (third, Type::Str)];
    env.object("kubernetes.GroupVersionKind", named(words("kind")));
    env.object("kubernetes.GroupVersionResource", named(words("resource")));
    let user = [
        ("username", Type::Str),
        ("uid", Type::Str),
        ("groups", texts()),
        ("extra", Type::map(Type::Str, texts())),
    ];
    env.object("kubernetes.UserInfo", named(user));
    let request = [
        ("kind", kind.clone()),
        ("resource", resource.clone()),
        ("subResource", Type::Str),
        ("requestKind", kind),
        ("requestResource", resource),
        ("requestSubResource", Type::Str),
        ("name", Type::Str),
        ("namespace", Type::Str),
        ("operation", Type::Str),
        ("userInfo", Type::object("kubernetes.UserInfo")),
        ("dryRun", Type::Bool),
        ("options", Type::Dyn),
    ];
    env.object(REQUEST, named(request));
}

/// Mirrors BuildNamespaceType.
fn declare_namespace(env: &mut Env) {
    let texts = || Type::list(Type::Str);
    let labels = || Type::map(Type::Str, Type::Str);
    let condition = [
        ("status", Type::Str),
        ("type", Type::Str),
        ("lastTransitionTime", Type::Timestamp),
        ("message", Type::Str),
        ("reason", Type::Str),
    ];
    let status =
        [("conditions", Type::list(Type::object("kubernetes.NamespaceCondition"))), ("phase", Type::Str)];
    let metadata = [
        ("name", Type::Str),
        ("generateName", Type::Str),
        ("namespace", Type::Str),
        ("labels", labels()),
        ("annotations", labels()),
        ("UID", Type::Str),
        ("creationTimestamp", Type::Timestamp),
        ("deletionGracePeriodSeconds", Type::Int),
        ("deletionTimestamp", Type::Timestamp),
        ("generation", Type::Int),
        ("resourceVersion", Type::Str),
        ("finalizers", texts()),
    ];
    let namespace = [
        ("metadata", Type::object("kubernetes.NamespaceMetadata")),
        ("spec", Type::object("kubernetes.NamespaceSpec")),
        ("status", Type::object("kubernetes.NamespaceStatus")),
    ];
    env.object("kubernetes.NamespaceSpec", named([("finalizers", texts())]));
    env.object("kubernetes.NamespaceCondition", named(condition));
    env.object("kubernetes.NamespaceStatus", named(status));
    env.object("kubernetes.NamespaceMetadata", named(metadata));
    env.object(NAMESPACE, named(namespace));
}
