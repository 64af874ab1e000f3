//! Admission policies: what ValidatingAdmissionPolicies and their bindings say about a new object, and what
//! MutatingAdmissionPolicies make of it. Mirrors `admission/plugin/policy`.
//!
//! What cannot be evaluated (who asks, what an authorizer says, a parameter that is not there to be seen) is told in
//! `Answer::not_evaluated`: it is never a silent yes.

mod json_patch;
mod matching;
mod merge;
mod mutating;
mod scope;

use std::borrow::Cow;
use std::rc::Rc;

use super::admission::Lookup;
use super::cel::{self, Env, EvalError, Program, Refusal, Type, Val};
use super::validation::Request;
use crate::finding::ServerCause;
use crate::object::{Owned, Selector, Value};
use crate::schema::quote;

use scope::Scope;

pub(super) use mutating::declare as declare_patches;
pub use mutating::{Mutated, Mutations};

/// Who makes requests, where that is known.
#[derive(Clone, Debug, Default)]
pub struct Asker {
    /// The user's name.
    pub user: String,
    /// Groups that the user is in.
    pub groups: Vec<String>,
    /// The request is a trial (`dryRun=All`).
    pub dry_run: bool,
}

/// Most variables that a policy can have.
const MAX_VARIABLES: usize = 200;

/// A policy, compiled.
#[derive(Debug)]
struct Policy<'p> {
    name: &'p str,
    spec: Value<'p>,
    /// All that its rules name, to tell quickly that it is for something else.
    resources: Vec<&'p str>,
    /// `failurePolicy: Fail`, which is the default.
    fails: bool,
    conditions: Vec<Expression>,
    variables: Vec<(String, Expression)>,
    validations: Vec<Validation>,
    mutations: Vec<Mutation>,
}

/// A mutation of a MutatingAdmissionPolicy.
#[derive(Debug)]
struct Mutation {
    /// `JSONPatch`, else `ApplyConfiguration`.
    json_patch: bool,
    expression: Expression,
}

/// An expression of a policy.
#[derive(Debug)]
struct Expression {
    text: String,
    program: Result<Program, Wrong>,
}

/// Why there is no program.
#[derive(Clone, Debug)]
enum Wrong {
    Said(String),
    NotEvaluated,
}

#[derive(Debug)]
struct Validation {
    expression: Expression,
    message: String,
    message_expression: Option<Expression>,
    reason: &'static str,
}

/// A refusal by a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denied {
    /// HTTP status.
    pub code: u16,
    /// `Invalid`, `Forbidden`, ...
    pub reason: &'static str,
    /// The server's whole sentence.
    pub message: String,
    /// Its parts, where it has some.
    pub causes: Vec<ServerCause>,
    /// The policy, and its binding.
    pub by: (String, String),
    /// What is wrong, in the policy's words.
    pub why: String,
}

/// What all policies say about an object.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The refusal: the first of them.
    pub denied: Option<Denied>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
    /// What goes into the audit log.
    pub audit: Vec<String>,
    /// What kcheck could not evaluate.
    pub not_evaluated: Vec<String>,
}

/// The policies of a cluster, compiled.
#[derive(Debug)]
pub struct Policies<'p> {
    policies: Vec<Policy<'p>>,
    bindings: Vec<Value<'p>>,
}

/// What is decided by one expression.
enum Decision {
    Admit,
    Deny { message: String, reason: &'static str },
    Unknown(String),
}

impl<'p> Policies<'p> {
    /// Compiles policies. Those without a binding say nothing.
    pub fn new(policies: &[Value<'p>], bindings: &[Value<'p>]) -> Self {
        Self {
            policies: policies
                .iter()
                .filter(|policy| bound(**policy, bindings))
                .filter_map(|policy| read(*policy, false))
                .collect(),
            bindings: bindings.to_vec(),
        }
    }

    /// True if there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// True if one of them may have something to say about an object.
    pub fn may_concern(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
        cluster: &dyn Lookup,
    ) -> bool {
        let facts = || matching::Facts::new(request, resource, object, cluster);
        matching::may_concern(request.gvk, resource, facts, &self.policies, &self.bindings)
    }

    /// Asks all policies about a new object. `resource` is the plural of its kind.
    pub fn ask(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
        cluster: &dyn Lookup,
        asker: Option<&Asker>,
    ) -> Answer {
        let mut answer = Answer::default();
        if self.policies.is_empty() || matching::is_exempt(request.gvk) {
            return answer;
        }
        let facts = matching::Facts::new(request, resource, object, cluster);
        for policy in &self.policies {
            let constraints = policy.spec.get("matchConstraints");
            let name = policy.name;
            for binding in &self.bindings {
                let Some(spec) = binding.get("spec").filter(|spec| spec.str("policyName") == name) else {
                    continue;
                };
                match facts.matches(constraints, true).and_then(|yes| {
                    if yes { facts.matches(spec.get("matchResources"), false) } else { Ok(false) }
                }) {
                    Ok(true) => {}
                    Ok(false) => continue,
                    Err(why) => {
                        answer.not_evaluated.push(format!("ValidatingAdmissionPolicy '{name}': {why}"));
                        continue;
                    }
                }
                let asked = Asked { policy, binding: *binding, spec, facts: &facts, asker };
                asked.ask(request, resource, object, cluster, &mut answer);
            }
        }
        answer
    }
}

/// One policy by one binding.
struct Asked<'a, 'p> {
    policy: &'a Policy<'p>,
    binding: Value<'p>,
    spec: Value<'p>,
    facts: &'a matching::Facts<'a>,
    asker: Option<&'a Asker>,
}

impl Asked<'_, '_> {
    fn ask(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
        cluster: &dyn Lookup,
        answer: &mut Answer,
    ) {
        let params = match self.params(request, cluster) {
            Ok(params) => params,
            Err(Wrong::Said(error)) => {
                if self.policy.fails {
                    let message = format!("failed to configure binding: {error}");
                    self.decide(
                        Decision::Deny { message, reason: "Invalid" },
                        request,
                        resource,
                        object,
                        answer,
                    );
                }
                return;
            }
            Err(Wrong::NotEvaluated) => {
                let why = "its parameters are not among what kcheck was given".to_owned();
                self.decide(Decision::Unknown(why), request, resource, object, answer);
                return;
            }
        };
        let made = scope::request(request, resource, object, self.asker);
        for params in params {
            let scope = Rc::new(Scope::new(self.policy, object, &made, params, self.facts.namespace));
            for decision in self.decisions(&scope) {
                self.decide(decision, request, resource, object, answer);
            }
        }
    }

    /// Mirrors `CollectParams`.
    fn params<'c>(
        &self,
        request: &Request<'_>,
        cluster: &'c dyn Lookup,
    ) -> Result<Vec<Option<Value<'c>>>, Wrong> {
        let Some(kind) = self.policy.spec.get("paramKind").filter(|k| !k.is_null()) else {
            return Ok(vec![None]);
        };
        let Some(wanted) = self.spec.get("paramRef").filter(|r| !r.is_null()) else {
            return Ok(vec![None]);
        };
        let group = kind.str("apiVersion").split_once('/').map_or("", |(group, _)| group);
        let namespace = Some(wanted.str("namespace")).filter(|n| !n.is_empty()).unwrap_or(request.namespace);
        let all = cluster.placed(group, kind.str("kind")).into_iter();
        let there = all.filter(|(of, _)| of.is_empty() || **of == *namespace).map(|(_, value)| value);
        let name = wanted.str("name");
        let found: Vec<Option<Value<'c>>> = if name.is_empty() {
            let selector = wanted.get("selector").map(Selector::read).unwrap_or_default();
            let labels = |v: &Value<'_>| crate::object::Labels::read(v.at(&["metadata", "labels"]));
            there.filter(|v| selector.matches(&labels(v))).map(Some).collect()
        } else {
            let named = |v: &Value<'_>| v.at(&["metadata", "name"]).and_then(Value::as_str) == Some(name);
            there.filter(named).take(1).map(Some).collect()
        };
        if !found.is_empty() {
            return Ok(found);
        }
        if !cluster.complete() {
            return Err(Wrong::NotEvaluated);
        }
        match wanted.str("parameterNotFoundAction") {
            "Deny" => Err(Wrong::Said(
                "no params found for policy binding with `Deny` parameterNotFoundAction".into(),
            )),
            _ => Ok(Vec::new()),
        }
    }

    /// Mirrors `validator.Validate`.
    fn decisions(&self, scope: &Rc<Scope<'_>>) -> Vec<Decision> {
        match conditions(self.policy, scope) {
            Met::Yes => {}
            Met::No => return Vec::new(),
            Met::Error(message) if self.policy.fails => {
                return vec![Decision::Deny { message, reason: "Invalid" }];
            }
            Met::Error(_) => return Vec::new(),
            Met::Unknown(what) => return vec![Decision::Unknown(what)],
        }
        self.policy.validations.iter().map(|validation| self.validation(validation, scope)).collect()
    }

    fn validation(&self, validation: &Validation, scope: &Rc<Scope<'_>>) -> Decision {
        match run(&validation.expression, scope) {
            Ok(Val::Bool(true)) => Decision::Admit,
            Ok(_) => {
                let said = validation.message_expression.as_ref().map(|expression| run(expression, scope));
                let said = match said {
                    Some(Ok(Val::Str(text))) => {
                        let text = text.trim();
                        let usable = !text.is_empty() && text.len() <= 5 * 1024 && !text.contains('\n');
                        usable.then(|| text.to_owned())
                    }
                    _ => None,
                };
                let message = said.unwrap_or_else(|| {
                    if validation.message.is_empty() {
                        format!("failed expression: {}", validation.expression.text.trim())
                    } else {
                        validation.message.clone()
                    }
                });
                Decision::Deny { message, reason: validation.reason }
            }
            Err(Wrong::Said(message)) if self.policy.fails => Decision::Deny { message, reason: "Invalid" },
            Err(Wrong::Said(_)) => Decision::Admit,
            Err(Wrong::NotEvaluated) => Decision::Unknown(validation.expression.text.clone()),
        }
    }

    /// Does what the binding asks for.
    fn decide(
        &self,
        decision: Decision,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
        answer: &mut Answer,
    ) {
        let policy = self.policy.name;
        let binding = self.binding.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
        let (why, reason) = match decision {
            Decision::Admit => return,
            Decision::Unknown(what) => {
                let text = format!("ValidatingAdmissionPolicy '{policy}' with binding '{binding}': {what}");
                if !answer.not_evaluated.contains(&text) {
                    answer.not_evaluated.push(text);
                }
                return;
            }
            Decision::Deny { message, reason } => (message, reason),
        };
        for action in self.spec.list("validationActions").filter_map(Value::as_str) {
            match action {
                "Deny" if answer.denied.is_none() => {
                    let of = if request.gvk.group.is_empty() {
                        resource.to_owned()
                    } else {
                        format!("{resource}.{}", request.gvk.group)
                    };
                    let name = super::validation::name_of(object);
                    let name = if name.is_empty() { Cow::Borrowed("Unknown") } else { name };
                    let code = match reason {
                        "Unauthorized" => 401,
                        "Forbidden" => 403,
                        "RequestEntityTooLarge" => 413,
                        _ => 422,
                    };
                    let message = format!(
                        "{of} {} is forbidden: ValidatingAdmissionPolicy '{policy}' with binding '{binding}' denied request: {why}",
                        quote(&name)
                    );
                    let by = (policy.to_owned(), binding.to_owned());
                    let causes = Vec::new();
                    answer.denied = Some(Denied { code, reason, message, causes, by, why: why.clone() });
                }
                "Warn" => answer.warnings.push(format!(
                    "Validation failed for ValidatingAdmissionPolicy '{policy}' with binding '{binding}': {why}"
                )),
                "Audit" => answer.audit.push(why.clone()),
                _ => {}
            }
        }
    }
}

/// True if a binding names the policy.
fn bound(policy: Value<'_>, bindings: &[Value<'_>]) -> bool {
    let name = policy.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
    bindings.iter().any(|b| b.get("spec").is_some_and(|spec| spec.str("policyName") == name))
}

/// Whether match conditions are met.
enum Met {
    Yes,
    No,
    /// In the server's words.
    Error(String),
    Unknown(String),
}

/// Mirrors `matchconditions.Match`.
fn conditions(policy: &Policy<'_>, scope: &Rc<Scope<'_>>) -> Met {
    let mut errors: Vec<String> = Vec::new();
    for condition in &policy.conditions {
        match run(condition, scope) {
            Ok(Val::Bool(true)) => {}
            Ok(_) => return Met::No,
            Err(Wrong::Said(error)) => errors.push(error),
            Err(Wrong::NotEvaluated) => return Met::Unknown(condition.text.clone()),
        }
    }
    match errors.as_slice() {
        [] => Met::Yes,
        [one] => Met::Error(one.clone()),
        all => Met::Error(format!("[{}]", all.join(", "))),
    }
}

/// Evaluates an expression; errors in the server's words.
fn run<'a>(expression: &Expression, scope: &Rc<Scope<'a>>) -> Result<Val<'a>, Wrong> {
    let program = match &expression.program {
        Ok(program) => program,
        Err(wrong) => return Err(wrong.clone()),
    };
    let scope = Rc::clone(scope);
    let (outcome, _) = program.eval(&move |name: &str| Scope::variable(&scope, name));
    outcome.map_err(|error| match error {
        EvalError::NotEvaluated(_) => Wrong::NotEvaluated,
        error => Wrong::Said(format!("expression '{}' resulted in error: {error}", expression.text.trim())),
    })
}

fn read(policy: Value<'_>, mutating: bool) -> Option<Policy<'_>> {
    let spec = policy.get("spec")?;
    let mut env = environment(spec.get("paramKind").is_some_and(|k| !k.is_null()));
    let conditions =
        spec.list("matchConditions").map(|c| compile(c.str("expression"), &env, &Type::Bool)).collect();
    if mutating {
        mutating::declare(&mut env);
    }
    env.object(scope::VARIABLES, []);
    env.variable("variables", Type::Struct(scope::VARIABLES.into()));
    let mut variables = Vec::new();
    for variable in spec.list("variables").take(MAX_VARIABLES) {
        let name = variable.str("name");
        let expression = compile(variable.str("expression"), &env, &Type::Dyn);
        let ty = expression.program.as_ref().map_or(Type::Dyn, |program| program.output().clone());
        env.object(scope::VARIABLES, [(name.into(), ty)]);
        variables.push((name.to_owned(), expression));
    }
    let validations = spec.list("validations").map(|validation| {
        let message = validation.str("messageExpression");
        Validation {
            expression: compile(validation.str("expression"), &env, &Type::Bool),
            message: validation.str("message").trim().to_owned(),
            message_expression: (!message.is_empty()).then(|| compile(message, &env, &Type::Str)),
            reason: match validation.str("reason") {
                "Unauthorized" => "Unauthorized",
                "Forbidden" => "Forbidden",
                "RequestEntityTooLarge" => "RequestEntityTooLarge",
                _ => "Invalid",
            },
        }
    });
    let mutations = spec.list("mutations").filter_map(|mutation| {
        let json_patch = mutation.str("patchType") == "JSONPatch";
        let patch = mutation.get(if json_patch { "jsonPatch" } else { "applyConfiguration" })?;
        Some(Mutation { json_patch, expression: compile(patch.str("expression"), &env, &Type::Dyn) })
    });
    let mutations = mutations.collect();
    let rules =
        spec.get("matchConstraints").into_iter().flat_map(|constraints| constraints.list("resourceRules"));
    let resources = rules.flat_map(|rule| rule.list("resources")).filter_map(Value::as_str).collect();
    Some(Policy {
        mutations,
        name: policy.at(&["metadata", "name"]).and_then(Value::as_str)?,
        spec,
        resources,
        fails: spec.str("failurePolicy") != "Ignore",
        conditions,
        validations: validations.collect(),
        variables,
    })
}

fn compile(text: &str, env: &Env, wanted: &Type) -> Expression {
    let program = match cel::compile(text, env) {
        Ok(program)
            if *wanted == Type::Dyn || program.output() == wanted || *program.output() == Type::Dyn =>
        {
            Ok(program)
        }
        Ok(_) => {
            let wanted = if *wanted == Type::Bool { "bool" } else { "string" };
            Err(Wrong::Said(format!("must evaluate to {wanted}")))
        }
        Err(Refusal::Issues(issues)) => Err(Wrong::Said(format!("compilation failed: {issues}"))),
        Err(Refusal::Program(error)) => Err(Wrong::Said(format!("program instantiation failed: {error}"))),
        Err(Refusal::TooLarge) => Err(Wrong::NotEvaluated),
    };
    Expression { text: text.to_owned(), program }
}

/// Mirrors `mustBuildEnvs`: what expressions can name.
fn environment(params: bool) -> Env {
    let mut env = Env::new();
    let object = |env: &mut Env, name: &str, fields: &[(&str, Type)]| {
        env.object(name, fields.iter().map(|(name, ty)| ((*name).into(), ty.clone())));
        Type::Struct(name.into())
    };
    let text = Type::Str;
    let texts = || Type::Map(std::sync::Arc::new((Type::Str, Type::Str)));
    let list = |ty: Type| Type::List(std::sync::Arc::new(ty));
    let kind = object(
        &mut env,
        "kubernetes.GroupVersionKind",
        &[("group", text.clone()), ("version", text.clone()), ("kind", text.clone())],
    );
    let resource = object(
        &mut env,
        "kubernetes.GroupVersionResource",
        &[("group", text.clone()), ("version", text.clone()), ("resource", text.clone())],
    );
    let extra = Type::Map(std::sync::Arc::new((Type::Str, list(Type::Str))));
    let user = object(
        &mut env,
        "kubernetes.UserInfo",
        &[("username", text.clone()), ("uid", text.clone()), ("groups", list(Type::Str)), ("extra", extra)],
    );
    let request = object(
        &mut env,
        "kubernetes.AdmissionRequest",
        &[
            ("kind", kind.clone()),
            ("resource", resource.clone()),
            ("subResource", text.clone()),
            ("requestKind", kind),
            ("requestResource", resource),
            ("requestSubResource", text.clone()),
            ("name", text.clone()),
            ("namespace", text.clone()),
            ("operation", text.clone()),
            ("userInfo", user),
            ("dryRun", Type::Bool),
            ("options", Type::Dyn),
        ],
    );
    let metadata = object(
        &mut env,
        "kubernetes.NamespaceMetadata",
        &[
            ("name", text.clone()),
            ("generateName", text.clone()),
            ("namespace", text.clone()),
            ("labels", texts()),
            ("annotations", texts()),
            ("UID", text.clone()),
            ("creationTimestamp", Type::Timestamp),
            ("deletionGracePeriodSeconds", Type::Int),
            ("deletionTimestamp", Type::Timestamp),
            ("generation", Type::Int),
            ("resourceVersion", text.clone()),
            ("finalizers", list(Type::Str)),
        ],
    );
    let spec = object(&mut env, "kubernetes.NamespaceSpec", &[("finalizers", list(Type::Str))]);
    let status = object(&mut env, "kubernetes.NamespaceStatus", &[("phase", text)]);
    let namespace = object(
        &mut env,
        "kubernetes.Namespace",
        &[("metadata", metadata), ("spec", spec), ("status", status)],
    );
    env.variable("object", Type::Dyn)
        .variable("oldObject", Type::Dyn)
        .variable("request", request)
        .variable("namespaceObject", namespace)
        .variable("authorizer", Type::Struct("kubernetes.authorization.Authorizer".into()))
        .variable(
            "authorizer.requestResource",
            Type::Struct("kubernetes.authorization.ResourceCheck".into()),
        );
    if params {
        env.variable("params", Type::Dyn);
    }
    env
}

/// A value that kcheck made, as a value of an object.
fn made<'a>(value: &'a Owned, of: Value<'a>) -> Value<'a> {
    Value::Made(value, of.place())
}
