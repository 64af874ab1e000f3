//! Rules in CEL: compiled for every node of a schema, and run on objects. Mirrors `schema/cel/compilation.go` and
//! `validation.go`.

use std::sync::{Arc, OnceLock};

use super::decl::decl;
use super::errors::{Errors, printed};
use super::field_path;
use super::path::Path;
use super::schema::{Rule, Schema};
use super::shape::{Correlated, equal};
use super::words::last_name;
use crate::apiserver::cel::{self, Decl, Env, EvalError, Outcome, Program, Refusal, Type, Val};
use crate::apiserver::validation::Reason;
use crate::object::{Owned, Value};

/// What types of objects are called: the server makes up a number behind it.
pub(super) const SELF_TYPE: &str = "selfType<random>";
/// How to mend what does not hold.
const RULE_HELP: &str =
    "change the object so that this holds: the CustomResourceDefinition of the kind has it as a rule";
/// Longest message that an expression may return, in bytes (`MaxEvaluatedMessageExpressionSizeBytes`).
const MAX_MESSAGE: usize = 5 * 1024;

/// A rule, compiled. Mirrors `CompilationResult`.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The program; `Ok(None)` for an empty rule; else what the compiler says.
    pub(super) program: Result<Option<Program>, Wrong>,
    /// `oldSelf` occurs.
    pub(super) uses_old: bool,
    /// Most that it may cost, by the schema.
    pub(super) cost: u64,
    /// The program of messageExpression.
    pub(super) message: Result<Option<Program>, Wrong>,
    /// Most that the message may cost.
    pub(super) message_cost: u64,
}

/// Why there is no program.
#[derive(Clone, Debug)]
pub(super) enum Wrong {
    /// The server's sentence.
    Said(String),
    /// kcheck does not know.
    NotEvaluated,
}

/// Compiles the rules of one node. Mirrors `cel.Compile`.
pub(super) fn compile(schema: &Schema, decl: &Decl) -> Vec<Compiled> {
    let Some(ty) = decl.ty() else { return Vec::new() };
    let mut env = Env::new();
    decl.declare(&mut env);
    env.variable("self", ty.clone());
    let mut plain = env.clone();
    plain.variable("oldSelf", ty.clone());
    env.variable("oldSelf", Type::optional(ty));
    let compile = |rule: &Rule| {
        let env = if rule.optional_old_self == Some(true) { &env } else { &plain };
        compile_rule(rule, env, decl)
    };
    schema.seldom().validations.iter().map(compile).collect()
}

fn compile_rule(rule: &Rule, env: &Env, decl: &Decl) -> Compiled {
    let mut out =
        Compiled { program: Ok(None), uses_old: false, cost: 0, message: Ok(None), message_cost: 0 };
    if rule.rule.trim().is_empty() {
        return out;
    }
    let cost = |program: &Program| program.cost([("self", decl), ("oldSelf", decl)]).max;
    match cel::compile(&rule.rule, env) {
        Err(Refusal::Issues(issues)) => {
            out.program = Err(Wrong::Said(format!("compilation failed: {issues}")));
            return out;
        }
        Err(Refusal::Program(error)) => {
            out.program = Err(Wrong::Said(format!("program instantiation failed: {error}")));
            return out;
        }
        Err(Refusal::TooLarge) => {
            out.program = Err(Wrong::NotEvaluated);
            return out;
        }
        Ok(program) if *program.output() != Type::Bool => {
            out.program = Err(Wrong::Said("cel expression must evaluate to a bool".into()));
            return out;
        }
        Ok(program) => {
            out.uses_old = rule.rule.contains("oldSelf") && program.names("oldSelf");
            out.cost = cost(&program);
            out.program = Ok(Some(program));
        }
    }
    if !rule.message_expression.is_empty() {
        out.message = match cel::compile(&rule.message_expression, env) {
            Err(Refusal::Issues(issues)) => {
                Err(Wrong::Said(format!("messageExpression compilation failed: {issues}")))
            }
            Err(Refusal::Program(error)) => {
                Err(Wrong::Said(format!("messageExpression instantiation failed: {error}")))
            }
            Err(Refusal::TooLarge) => Err(Wrong::NotEvaluated),
            Ok(program) if *program.output() != Type::Str => {
                Err(Wrong::Said("messageExpression must evaluate to a string".into()))
            }
            Ok(program) => {
                out.message_cost = cost(&program);
                Ok(Some(program))
            }
        };
    }
    out
}

/// The rules of one node. Mirrors `cel.Validator`.
#[derive(Debug)]
struct Rules {
    decl: Arc<Decl>,
    compiled: Vec<Compiled>,
}

/// Rules by node of the schema: a tree beside the schema. Those of a node are compiled when there is a value to ask: most
/// objects reach few of them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// None: there is no type that they could speak of.
    rules: OnceLock<Option<Rules>>,
    /// It is the schema of a whole object.
    is_root: bool,
    item: Option<Box<Tree>>,
    values: Option<Box<Tree>>,
    properties: Vec<(String, Tree)>,
}

impl Tree {
    /// A tree beside a schema. `root`: it is that of a whole object.
    pub(super) fn new(schema: &Schema, root: bool) -> Self {
        let child = |schema: &Schema| schema.has_rules.then(|| Box::new(Self::new(schema, schema.embedded)));
        let properties = schema.properties.iter();
        Self {
            rules: OnceLock::new(),
            is_root: root,
            item: schema.item().and_then(child),
            values: schema.values_schema().and_then(child),
            properties: properties.filter_map(|(name, s)| Some((name.clone(), *child(s)?))).collect(),
        }
    }

    /// The rules of the node.
    fn rules(&self, schema: &Schema) -> Option<&Rules> {
        let compile = || {
            let decl = decl(schema, SELF_TYPE, self.is_root)?;
            let compiled = compile(schema, &decl);
            Some(Rules { decl: Arc::new(decl), compiled })
        };
        self.rules.get_or_init(compile).as_ref()
    }
}

/// Runs all rules on an object. `old` is what is stored, if it is an update.
pub(super) fn run(
    tree: &Tree,
    schema: &Schema,
    object: &Owned,
    old: Option<&Owned>,
    errors: &mut Errors<'_>,
) {
    let mut runner = Runner { budget: i128::from(cel::RUNTIME_BUDGET), ratchets: true, errors };
    let unchanged = old.is_some_and(|old| equal(old, object));
    runner.node(tree, schema, object, old, &Path::ROOT, unchanged);
}

/// The same, and what did not change must be right as well.
pub(super) fn run_all(
    tree: &Tree,
    schema: &Schema,
    object: &Owned,
    old: Option<&Owned>,
    errors: &mut Errors<'_>,
) {
    let mut runner = Runner { budget: i128::from(cel::RUNTIME_BUDGET), ratchets: false, errors };
    runner.node(tree, schema, object, old, &Path::ROOT, false);
}

struct Runner<'e, 'v> {
    /// What did not change is only warned of.
    ratchets: bool,
    /// What is left to spend; below zero nothing runs any more.
    budget: i128,
    errors: &'e mut Errors<'v>,
}

/// A rule as errors name it (`ruleErrorString`).
fn shown(rule: &Rule) -> &str {
    if rule.message.is_empty() { rule.rule.trim() } else { rule.message.trim() }
}

impl Runner<'_, '_> {
    /// Mirrors `Validator.validate`. `same`: the value, or what is nearest above and can be compared, did not change.
    fn node(
        &mut self,
        tree: &Tree,
        schema: &Schema,
        value: &Owned,
        old: Option<&Owned>,
        path: &Path<'_>,
        same: bool,
    ) {
        if matches!(value, Owned::Null) || self.budget < 0 {
            return;
        }
        if !schema.seldom().validations.is_empty() {
            self.rules(tree, schema, value, old, path, same);
        }
        match value {
            Owned::Map(entries) => {
                let correlatable =
                    schema.seldom().map_type.as_deref().is_none_or(|t| matches!(t, "granular" | "atomic"));
                let before = |key: &str| old.filter(|_| correlatable).and_then(|old| old.get(key));
                for (key, value) in entries {
                    let (below, schema, path) = match tree.properties.iter().find(|(name, _)| name == key) {
                        Some((name, below)) => match schema.property(name) {
                            Some(schema) => (below, schema, path.child(key)),
                            None => continue,
                        },
                        None => match (&tree.values, schema.values_schema()) {
                            (Some(below), Some(schema)) => (&**below, schema, path.key(key)),
                            _ => continue,
                        },
                    };
                    if self.budget < 0 {
                        return;
                    }
                    let old = before(key);
                    let same = old.map_or(same, |old| equal(old, value));
                    self.node(below, schema, value, old, &path, same);
                }
            }
            Owned::Seq(items) => {
                let (Some(below), Some(item_schema)) = (&tree.item, schema.item()) else { return };
                let before = Correlated::new(schema, old);
                for (index, value) in items.iter().enumerate() {
                    if self.budget < 0 {
                        return;
                    }
                    let old = before.find(value);
                    let same = old.map_or(same, |old| equal(old, value));
                    self.node(below, item_schema, value, old, &path.index(index), same);
                }
            }
            _ => {}
        }
    }

    /// Mirrors `validateExpressions`.
    fn rules(
        &mut self,
        tree: &Tree,
        schema: &Schema,
        value: &Owned,
        old: Option<&Owned>,
        path: &Path<'_>,
        same: bool,
    ) {
        let Some(rules) = tree.rules(schema) else {
            let detail =
                "rule compiler initialization error: failed to convert to declType for CEL validation rules";
            self.errors.invalid(path, "\"\"", detail);
            return;
        };
        let ty = crate::schema::quote(if tree.is_root { "object" } else { &schema.ty });
        if self.budget <= 0 {
            self.errors.invalid(path, &ty, "validation failed due to running out of cost budget, no further validation rules will be run");
            self.budget = -1;
            return;
        }
        let place = self.errors.root.place();
        let (itself, before) = (Value::Made(value, place), old.map(|old| Value::Made(old, place)));
        let itself = Val::of(itself, Some(&rules.decl));
        let before = before.map(|old| Val::of(old, Some(&rules.decl)));
        for (rule, compiled) in schema.seldom().validations.iter().zip(&rules.compiled) {
            let program = match &compiled.program {
                Err(Wrong::Said(error)) => {
                    self.errors.invalid(path, &ty, &format!("rule compile error: {error}"));
                    continue;
                }
                Err(Wrong::NotEvaluated) => {
                    self.not_evaluated(path, rule);
                    continue;
                }
                Ok(None) => continue,
                Ok(Some(program)) => program,
            };
            let optional = rule.optional_old_self == Some(true);
            if compiled.uses_old && before.is_none() && !optional {
                continue;
            }
            let variables = |name: &str| match (name, optional) {
                ("self", _) => Some(itself.clone()),
                ("oldSelf", true) => Some(optional_of(before.as_ref())),
                ("oldSelf", false) => before.clone(),
                _ => None,
            };
            let (outcome, cost) = program.eval(&variables);
            if i128::from(cost) > self.budget {
                self.errors.invalid(path, &ty, "validation failed due to running out of cost budget, no further validation rules will be run");
                self.budget = -1;
                return;
            }
            self.budget -= i128::from(cost);
            match outcome {
                Ok(Val::Bool(true)) => continue,
                Ok(_) => {}
                Err(EvalError::Cel(error)) => {
                    let detail = if error.starts_with("no such overload") {
                        format!(
                            "'{error}': call arguments did not match a supported operator, function or macro signature for rule: {}",
                            shown(rule)
                        )
                    } else {
                        format!("{error} evaluating rule: {}", shown(rule))
                    };
                    self.errors.invalid(path, &ty, &detail);
                    continue;
                }
                Err(error @ EvalError::CostLimit) => {
                    let detail = format!(
                        "'{error}': no further validation rules will be run due to call cost exceeds limit for rule: {}",
                        shown(rule)
                    );
                    self.errors.invalid(path, &ty, &detail);
                    self.budget = -1;
                    return;
                }
                Err(EvalError::NotEvaluated(_)) => {
                    self.not_evaluated(path, rule);
                    continue;
                }
            }
            let detail = match &compiled.message {
                Ok(Some(message)) => self.message(message, &variables),
                _ => None,
            };
            if self.budget < 0 {
                self.errors.invalid(path, &ty, "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run");
                return;
            }
            let detail = detail.unwrap_or_else(|| {
                if rule.message.is_empty() {
                    format!("failed rule: {}", shown(rule))
                } else {
                    shown(rule).to_owned()
                }
            });
            let warned = self.ratchets && same && !compiled.uses_old;
            self.failed(rule, schema, tree.is_root, value, path, &detail, warned);
        }
    }

    /// What an expression says about a rule that failed, if it says something that can be used.
    fn message(&mut self, program: &Program, variables: &dyn cel::Activation<'_>) -> Option<String> {
        let (outcome, cost) = program.eval(variables);
        self.budget -= i128::from(cost);
        match outcome {
            Ok(Val::Str(text)) => {
                let text = text.trim();
                let usable = !text.is_empty() && text.len() <= MAX_MESSAGE && !text.contains('\n');
                usable.then(|| text.to_owned())
            }
            _ => None,
        }
    }

    /// A rule that is broken; if nothing changed there, the server only warns.
    fn failed(
        &mut self,
        rule: &Rule,
        schema: &Schema,
        is_root: bool,
        value: &Owned,
        path: &Path<'_>,
        detail: &str,
        ratcheted: bool,
    ) {
        let bare = is_root || matches!(&*schema.ty, "object" | "array");
        let shown = if bare { String::new() } else { format!("{}: ", printed(value)) };
        let (reason, message) = match rule.reason.as_deref() {
            Some("FieldValueForbidden") => (Reason::Forbidden, format!("Forbidden: {detail}")),
            Some("FieldValueRequired") => (Reason::Required, format!("Required value: {detail}")),
            Some("FieldValueDuplicate") if bare => (Reason::Duplicate, "Duplicate value".to_owned()),
            Some("FieldValueDuplicate") => {
                (Reason::Duplicate, format!("Duplicate value: {}", printed(value)))
            }
            _ => (Reason::Invalid, format!("Invalid value: {shown}{detail}")),
        };
        let below = field_path::resolve(&rule.field_path, schema).unwrap_or_default();
        let at;
        let path = if below.is_empty() {
            path
        } else {
            at = path.child(&below);
            &at
        };
        if ratcheted {
            let text = format!("{}: {message}", path.field());
            self.errors.warn(path, text, "the object was like that before and passes once more; mend it");
        } else {
            self.errors.say(reason, path, message);
            if let Some(cause) = self.errors.causes.last_mut() {
                cause.code = &crate::apiserver::codes::CUSTOM_RULE;
                if reason == Reason::Invalid {
                    let of = last_name(&cause.field).map(|name| format!("`{name}`: "));
                    let said = match detail.strip_prefix("failed rule: ") {
                        Some(rule) => format!("a rule of the kind does not hold: {rule}"),
                        None => detail.to_owned(),
                    };
                    cause.plain = of.unwrap_or_default() + &said;
                    cause.help = Some(RULE_HELP.to_owned());
                }
            }
        }
    }

    fn not_evaluated(&mut self, path: &Path<'_>, rule: &Rule) {
        self.errors.not_evaluated.push((path.place(self.errors.root), shown(rule).to_owned()));
    }
}

fn optional_of<'a>(before: Option<&Outcome<'a>>) -> Outcome<'a> {
    match before {
        None => Ok(Val::Optional(None)),
        Some(value) => value.clone().map(Val::some),
    }
}
