//! What an expression of a policy can name, with its value.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Asker, Policy, made};
use crate::apiserver::cel::{EvalError, Fields, Outcome, Val};
use crate::apiserver::validation::Request;
use crate::object::{Owned, Value};
use crate::schema::quote;

/// The type of `variables`.
pub(super) const VARIABLES: &str = "kubernetes.variables";
/// Variables in variables deeper than this are not evaluated.
const MAX_DEPTH: u32 = 32;

/// The variables of one evaluation.
pub(super) struct Scope<'a> {
    policy: &'a Policy<'a>,
    object: Value<'a>,
    request: Value<'a>,
    params: Option<Value<'a>>,
    namespace: Option<Value<'a>>,
    found: RefCell<FxHashMap<String, Outcome<'a>>>,
    depth: Cell<u32>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        policy: &'a Policy<'a>,
        object: Value<'a>,
        request: &'a Owned,
        params: Option<Value<'a>>,
        namespace: Option<Value<'a>>,
    ) -> Self {
        let request = made(request, object);
        Self { policy, object, request, params, namespace, found: RefCell::default(), depth: Cell::new(0) }
    }

    pub(super) fn variable(scope: &Rc<Self>, name: &str) -> Option<Outcome<'a>> {
        let unknown = || Some(Err(EvalError::NotEvaluated("only a cluster knows who asks")));
        match name {
            "object" => Some(Ok(Val::plain(scope.object))),
            "oldObject" => Some(Ok(Val::Null)),
            "params" => Some(Ok(scope.params.map_or(Val::Null, Val::plain))),
            "request" => Some(Ok(Val::Lazy(Rc::new(Asking(scope.request))))),
            "namespaceObject" => match scope.namespace {
                Some(namespace) => Some(Ok(Val::plain(namespace))),
                None if scope.request.str("namespace").is_empty() => Some(Ok(Val::Null)),
                None => {
                    Some(Err(EvalError::NotEvaluated("the namespace is not among what kcheck was given")))
                }
            },
            "variables" => Some(Ok(Val::Lazy(Rc::new(Variables(Rc::clone(scope)))))),
            "authorizer" | "authorizer.requestResource" => unknown(),
            _ => None,
        }
    }
}

/// `request`: all of it but who asks.
struct Asking<'a>(Value<'a>);

impl<'a> Fields<'a> for Asking<'a> {
    fn type_name(&self) -> &'static str {
        "kubernetes.AdmissionRequest"
    }

    fn field(&self, name: &str) -> Option<Outcome<'a>> {
        match name {
            "userInfo" | "dryRun" if self.0.get(name).is_none() => {
                Some(Err(EvalError::NotEvaluated("only a cluster knows who asks, and how")))
            }
            "options" => Some(Err(EvalError::NotEvaluated("options of the request are not known"))),
            name => self.0.get(name).map(|value| Ok(Val::plain(value))),
        }
    }
}

/// `variables`: each is found out when it is first asked for.
struct Variables<'a>(Rc<Scope<'a>>);

impl<'a> Fields<'a> for Variables<'a> {
    fn type_name(&self) -> &'static str {
        VARIABLES
    }

    fn field(&self, name: &str) -> Option<Outcome<'a>> {
        let scope = &self.0;
        if let Some(known) = scope.found.borrow().get(name) {
            return Some(known.clone());
        }
        let (_, expression) = scope.policy.variables.iter().find(|(known, _)| known == name)?;
        if scope.depth.get() >= MAX_DEPTH {
            return Some(Err(EvalError::NotEvaluated("variables are nested too deep")));
        }
        let outcome = match &expression.program {
            Err(super::Wrong::Said(error)) => {
                Err(EvalError::Cel(format!("composited variable {} fails to compile: {error}", quote(name))))
            }
            Err(super::Wrong::NotEvaluated) => {
                Err(EvalError::NotEvaluated("an expression that is too large"))
            }
            Ok(program) => {
                scope.depth.set(scope.depth.get() + 1);
                let inner = Rc::clone(scope);
                let (outcome, _) = program.eval(&move |name: &str| Scope::variable(&inner, name));
                scope.depth.set(scope.depth.get() - 1);
                outcome.map_err(|error| match error {
                    EvalError::NotEvaluated(why) => EvalError::NotEvaluated(why),
                    error => EvalError::Cel(format!(
                        "composited variable {} fails to evaluate: {error}",
                        quote(name)
                    )),
                })
            }
        };
        scope.found.borrow_mut().insert(name.to_owned(), outcome.clone());
        Some(outcome)
    }
}

/// `request` of a POST. Mirrors `CreateAdmissionRequest`.
pub(super) fn request(
    request: &Request<'_>,
    resource: &str,
    object: Value<'_>,
    asker: Option<&Asker>,
) -> Owned {
    let text = |text: &str| Owned::from(text.to_owned());
    let gvk = request.gvk;
    let kind = || {
        Owned::map([("group", text(&gvk.group)), ("version", text(&gvk.version)), ("kind", text(&gvk.kind))])
    };
    let of = || {
        Owned::map([
            ("group", text(&gvk.group)),
            ("version", text(&gvk.version)),
            ("resource", text(resource)),
        ])
    };
    let name = object.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
    let mut made = Owned::map([
        ("kind", kind()),
        ("resource", of()),
        ("subResource", text("")),
        ("requestKind", kind()),
        ("requestResource", of()),
        ("requestSubResource", text("")),
        ("name", text(name)),
        ("namespace", text(request.namespace)),
        ("operation", text("CREATE")),
    ]);
    if let (Some(asker), Owned::Map(entries)) = (asker, &mut made) {
        let groups = asker.groups.iter().map(|group| text(group)).collect();
        let user = Owned::map([
            ("username", text(&asker.user)),
            ("uid", text("")),
            ("groups", Owned::Seq(groups)),
            ("extra", Owned::Map(Vec::new())),
        ]);
        entries.extend([("userInfo".into(), user), ("dryRun".into(), asker.dry_run.into())]);
    }
    made
}
