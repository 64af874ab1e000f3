//! Running a checked expression. Mirrors cel-go's `interpreter`, what it costs included (`runtimecost.go` and
//! Kubernetes' `library/cost.go`).

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Comprehension, Expr, Id, Literal};
use super::check::Checked;
use super::lib;
use super::runtime_cost::call_cost;
use super::value::{EvalError, Map, Outcome, Text, Val, err};
use crate::object::go_regexp::{GoRegexp, GoRegexpError};

/// Steps inside of single calls (comparing, searching) that one expression may take.
const MAX_WORK: u64 = 20_000_000;
/// Deeper trees are not evaluated.
const MAX_DEPTH: u32 = 600;

/// Values of variables.
pub trait Activation<'a> {
    /// The value of a variable; none if there is none.
    fn variable(&self, name: &str) -> Option<Outcome<'a>>;
}

impl<'a, F: Fn(&str) -> Option<Outcome<'a>>> Activation<'a> for F {
    fn variable(&self, name: &str) -> Option<Outcome<'a>> {
        self(name)
    }
}

/// What was spent, and patterns that were compiled.
pub(super) struct Spent {
    /// Cost so far, in the language's units.
    pub cost: u64,
    /// What is left of the steps inside of single calls.
    pub work: u64,
    patterns: FxHashMap<Box<str>, Result<GoRegexp, EvalError>>,
}

impl Spent {
    /// A compiled pattern. `before` stands before Go's error.
    pub(super) fn pattern(&mut self, text: &str, before: &str) -> Result<GoRegexp, EvalError> {
        if let Some(known) = self.patterns.get(text) {
            return known.clone();
        }
        let compiled = GoRegexp::new(text).map_err(|error| match error {
            GoRegexpError::Syntax { .. } => EvalError::Cel(format!("{before}{error}")),
            GoRegexpError::TooLarge => {
                EvalError::NotEvaluated("a regular expression is too large to be evaluated")
            }
        });
        if self.patterns.len() < 1_000 {
            self.patterns.insert(text.into(), compiled.clone());
        }
        compiled
    }
}

/// Evaluates an expression. `limit` is what it may cost. Returns the value, and what was spent.
pub(super) fn eval<'a>(checked: &Checked, variables: &dyn Activation<'a>, limit: u64) -> (Outcome<'a>, u64) {
    let spent = Spent { cost: 0, work: MAX_WORK, patterns: FxHashMap::default() };
    let mut machine = Machine { checked, variables, limit, spent, locals: Vec::new(), depth: 0 };
    let outcome = match checked.ast.root {
        Some(root) => machine.eval(root),
        None => Err(EvalError::NotEvaluated("there is no expression")),
    };
    (outcome, machine.spent.cost)
}

struct Machine<'p, 'a> {
    checked: &'p Checked,
    variables: &'p dyn Activation<'a>,
    limit: u64,
    spent: Spent,
    /// Variables of loops, innermost last; what a loop collects may be an error.
    locals: Vec<(Arc<str>, Outcome<'a>)>,
    depth: u32,
}

/// True for errors that no `||` or `&&` may hide.
fn is_final(error: &EvalError) -> bool {
    !matches!(error, EvalError::Cel(_))
}

impl<'a> Machine<'_, 'a> {
    fn spend(&mut self, cost: u64) -> Result<(), EvalError> {
        self.spent.cost = self.spent.cost.saturating_add(cost);
        if self.spent.cost > self.limit { Err(EvalError::CostLimit) } else { Ok(()) }
    }

    fn eval(&mut self, id: Id) -> Outcome<'a> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.depth -= 1;
            return Err(EvalError::NotEvaluated("the expression is nested too deeply to be evaluated"));
        }
        let checked = self.checked;
        let outcome = match checked.ast.expr(id) {
            Expr::Unspecified => Err(EvalError::NotEvaluated("there is no expression")),
            Expr::Literal(literal) => Ok(constant(literal)),
            Expr::Ident(name) => self.ident(name),
            Expr::Select { operand, field, test_only } => self.select(*operand, field, *test_only),
            Expr::Call { function, target, args } => self.call(id, function, *target, args),
            Expr::List { elements, optional } => self.list(elements, optional),
            Expr::Map(entries) => self.map(entries),
            Expr::Struct { name, fields } => self.construct(name, fields),
            Expr::Comprehension(c) => self.comprehension(c),
        };
        self.depth -= 1;
        outcome
    }

    fn ident(&mut self, name: &str) -> Outcome<'a> {
        self.spend(1)?;
        if let Some((_, value)) = self.locals.iter().rev().find(|(known, _)| **known == *name) {
            return value.clone();
        }
        let name = name.strip_prefix('.').unwrap_or(name);
        if let Some(value) = self.variables.variable(name) {
            return value;
        }
        match super::env::Env::new().ident(name) {
            Some(ty) => Ok(lib::type_value(ty)),
            None => err(format!("no such attribute(s): {name}")),
        }
    }

    /// What names an attribute costs less than what a call returns: that is one more.
    fn operand(&mut self, id: Id) -> Outcome<'a> {
        let attribute = match self.checked.ast.expr(id) {
            Expr::Ident(_) | Expr::Select { .. } => true,
            Expr::Call { function, .. } => matches!(&**function, "_[_]" | "_[?_]" | "_?._" | "_?_:_"),
            _ => false,
        };
        if !attribute {
            self.spend(1)?;
        }
        self.eval(id)
    }

    fn select(&mut self, operand: Id, field: &str, test_only: bool) -> Outcome<'a> {
        let value = self.operand(operand)?;
        if !test_only {
            self.spend(1)?;
        }
        let (value, optional) = match value {
            Val::Optional(None) if test_only => return Ok(Val::Bool(false)),
            Val::Optional(None) => return Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => ((*inner).clone(), true),
            value => (value, false),
        };
        let found = member(&value, field);
        if test_only {
            return match found {
                Some(Err(error)) if is_final(&error) => Err(error),
                found => Ok(Val::Bool(found.is_some())),
            };
        }
        match found {
            Some(found) if optional => found.map(Val::some),
            None if optional => Ok(Val::Optional(None)),
            Some(found) => found,
            None => err(format!("no such key: {field}")),
        }
    }

    /// `a[b]`, `a[?b]` and `a.?b`.
    fn index(&mut self, args: &[Id], ask: bool) -> Outcome<'a> {
        let &[operand, index] = args else { return err("no such overload") };
        let value = self.operand(operand)?;
        let index = self.eval(index)?;
        self.spend(1)?;
        let (value, optional) = match value {
            Val::Optional(None) => return Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => ((*inner).clone(), true),
            value => (value, ask),
        };
        let found = match (&value, &index) {
            (Val::List(list), _) => match list_index(&index) {
                Err(error) => Some(Err(error)),
                Ok(at) => list.items.get(at).cloned().map(Ok),
            },
            (Val::Map(map), _) => map.find(&index),
            (_, Val::Str(name)) => member(&value, name),
            _ => None,
        };
        match found {
            Some(found) if optional => found.map(Val::some),
            None if optional => Ok(Val::Optional(None)),
            Some(found) => found,
            None => {
                let shown = match &index {
                    Val::Str(text) => text.to_string(),
                    Val::Int(n) => n.to_string(),
                    Val::Uint(n) => n.to_string(),
                    Val::Bool(b) => b.to_string(),
                    other => other.type_name().into_owned(),
                };
                let what = if matches!(value, Val::List(_)) { "index out of bounds" } else { "no such key" };
                err(format!("{what}: {shown}"))
            }
        }
    }

    fn call(&mut self, id: Id, function: &str, target: Option<Id>, args: &[Id]) -> Outcome<'a> {
        match (function, target, args) {
            ("_&&_", None, &[a, b]) => return self.logic(a, b, false),
            ("_||_", None, &[a, b]) => return self.logic(a, b, true),
            ("_?_:_", None, &[condition, yes, no]) => {
                return match self.eval(condition)? {
                    Val::Bool(true) => self.eval(yes),
                    Val::Bool(false) => self.eval(no),
                    _ => err("no such overload"),
                };
            }
            ("_[_]", None, args) => return self.index(args, false),
            ("_[?_]" | "_?._", None, args) => return self.index(args, true),
            ("@not_strictly_false", None, &[arg]) => {
                let value = self.eval(arg);
                self.spend(1)?;
                return match value {
                    Ok(Val::Bool(b)) => Ok(Val::Bool(b)),
                    Err(error) if is_final(&error) => Err(error),
                    _ => Ok(Val::Bool(true)),
                };
            }
            ("or" | "orValue", Some(target), &[other]) => {
                let value = self.eval(target)?;
                self.spend(1)?;
                return match value {
                    Val::Optional(None) => self.eval(other),
                    Val::Optional(Some(inner)) if function == "orValue" => Ok((*inner).clone()),
                    value @ Val::Optional(_) => Ok(value),
                    _ => err("no such overload"),
                };
            }
            _ => {}
        }
        let mut values = Vec::with_capacity(args.len() + 1);
        for arg in target.iter().chain(args) {
            values.push(self.eval(*arg)?);
        }
        let outcome = lib::call(function, &values, &mut self.spent);
        let overload = match self.checked.overloads(id) {
            [one] => &*one.id,
            _ => "",
        };
        let cost = call_cost(function, overload, &values, outcome.as_ref().ok());
        self.spend(cost)?;
        match outcome {
            // The sum of nothing is the zero of what there would be.
            Ok(Val::Int(0)) if overload.ends_with("sum_double") => Ok(Val::Double(0.0)),
            Ok(Val::Int(0)) if overload.ends_with("sum_uint") => Ok(Val::Uint(0)),
            Ok(Val::Int(0)) if overload.ends_with("sum_duration") => Ok(Val::Duration(0)),
            outcome => outcome,
        }
    }

    /// `&&` and `||`: the side that decides hides an error of the other one.
    fn logic(&mut self, a: Id, b: Id, decides: bool) -> Outcome<'a> {
        let mut error = None;
        for side in [a, b] {
            match self.eval(side) {
                Ok(Val::Bool(value)) if value == decides => return Ok(Val::Bool(decides)),
                Ok(Val::Bool(_)) => {}
                Ok(_) => error = error.or_else(|| Some(EvalError::Cel("no such overload".into()))),
                Err(found) if is_final(&found) => return Err(found),
                Err(found) => error = error.or(Some(found)),
            }
        }
        error.map_or(Ok(Val::Bool(!decides)), Err)
    }

    fn list(&mut self, elements: &[Id], optional: &[usize]) -> Outcome<'a> {
        let mut items = Vec::with_capacity(elements.len());
        for (at, element) in elements.iter().enumerate() {
            let value = self.eval(*element)?;
            if optional.contains(&at) {
                match value {
                    Val::Optional(None) => {}
                    Val::Optional(Some(inner)) => items.push((*inner).clone()),
                    other => {
                        return err(format!(
                            "cannot initialize optional list element from non-optional value {}",
                            other.type_name()
                        ));
                    }
                }
            } else {
                items.push(value);
            }
        }
        self.spend(10)?;
        Ok(Val::list(items))
    }

    fn map(&mut self, entries: &[super::ast::Entry<Id>]) -> Outcome<'a> {
        let mut made: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = self.eval(entry.key)?;
            let mut value = self.eval(entry.value)?;
            if entry.optional {
                match value {
                    Val::Optional(None) => continue,
                    Val::Optional(Some(inner)) => value = (*inner).clone(),
                    other => {
                        return err(format!(
                            "cannot initialize optional entry from non-optional value {}",
                            other.type_name()
                        ));
                    }
                }
            }
            // A later entry with the same key replaces an earlier one.
            let mut known = None;
            for (at, (own, _)) in made.iter().enumerate() {
                if own.same(&key, &mut self.spent.work)? {
                    known = Some(at);
                }
            }
            match known.and_then(|at| made.get_mut(at)) {
                Some(slot) => slot.1 = value,
                None => made.push((key, value)),
            }
        }
        self.spend(30)?;
        Ok(Val::map(made))
    }

    /// An object that an expression makes. Names of objects in it follow its own. Mirrors `dynamic.ObjectType.Val` and
    /// `CheckTypeNamesMatchFieldPathNames`.
    fn construct(&mut self, name: &str, fields: &[super::ast::Entry<std::sync::Arc<str>>]) -> Outcome<'a> {
        let mut made: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(fields.len());
        for field in fields {
            if name.starts_with("Object") {
                self.named(field.value, &format!("{name}.{}", field.key))?;
            }
            let mut value = self.eval(field.value)?;
            if field.optional {
                match value {
                    Val::Optional(None) => continue,
                    Val::Optional(Some(inner)) => value = (*inner).clone(),
                    _ => {}
                }
            }
            made.push((Val::text(field.key.clone()), value));
        }
        self.spend(40)?;
        Ok(Val::map(made))
    }

    /// Objects that are written in an object are of the type that their field says.
    fn named(&self, value: Id, wanted: &str) -> Result<(), EvalError> {
        match self.checked.ast.expr(value) {
            Expr::Struct { name, .. } if &**name != wanted && name.starts_with("Object") => err(format!(
                "type mismatch: unexpected type name {name:?}, expected {wanted:?}, which matches field name path from root \
                 Object type"
            )),
            Expr::List { elements, .. } => {
                elements.iter().try_for_each(|item| match self.checked.ast.expr(*item) {
                    Expr::Struct { .. } => self.named(*item, wanted),
                    _ => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn comprehension(&mut self, c: &Comprehension) -> Outcome<'a> {
        let range = self.eval(c.range)?;
        let pairs: Vec<(Val<'a>, Option<Val<'a>>)> = match &range {
            Val::List(list) if c.var2.is_some() => {
                list.items.iter().enumerate().map(|(at, v)| (Val::Int(at as i64), Some(v.clone()))).collect()
            }
            Val::List(list) => list.items.iter().map(|v| (v.clone(), None)).collect(),
            Val::Map(map) => map.entries().into_iter().map(|(k, v)| (k, Some(v))).collect(),
            _ => return err("no such overload"),
        };
        let init = self.eval(c.init);
        let mark = self.locals.len();
        self.locals.push((c.accu.clone(), init));
        let outcome = self.fold(c, mark, pairs);
        self.locals.truncate(mark);
        outcome
    }

    fn fold(
        &mut self,
        c: &Comprehension,
        mark: usize,
        pairs: Vec<(Val<'a>, Option<Val<'a>>)>,
    ) -> Outcome<'a> {
        for (first, second) in pairs {
            self.locals.truncate(mark + 1);
            self.locals.push((c.var.clone(), Ok(first)));
            if let (Some(var2), Some(second)) = (&c.var2, second) {
                self.locals.push((var2.clone(), Ok(second)));
            }
            match self.eval(c.condition) {
                Ok(Val::Bool(false)) => break,
                Err(error) if is_final(&error) => return Err(error),
                _ => {}
            }
            let step = match self.append(c, mark) {
                Some(Ok(())) => continue,
                Some(Err(error)) => Err(error),
                None => self.eval(c.step),
            };
            if let Err(error) = &step
                && is_final(error)
            {
                return step;
            }
            if let Some((_, accu)) = self.locals.get_mut(mark) {
                *accu = step;
            }
        }
        self.locals.truncate(mark + 1);
        self.eval(c.result)
    }

    /// A step that adds elements to what the loop collects does so in place, as a copy for every element would take
    /// quadratic time. None if the step is another one.
    fn append(&mut self, c: &Comprehension, mark: usize) -> Option<Result<(), EvalError>> {
        let checked = self.checked;
        let (filter, step) = match checked.ast.expr(c.step) {
            Expr::Call { function, args, .. } if &**function == "_?_:_" => match args.as_slice() {
                &[condition, step, _] => (Some(condition), step),
                _ => return None,
            },
            _ => (None, c.step),
        };
        let Expr::Call { function, args, .. } = checked.ast.expr(step) else { return None };
        let ("_+_", &[accu, list]) = (&**function, args.as_slice()) else { return None };
        let (Expr::Ident(name), Expr::List { elements, optional }) =
            (checked.ast.expr(accu), checked.ast.expr(list))
        else {
            return None;
        };
        if **name != *c.accu || !optional.is_empty() {
            return None;
        }
        if !matches!(self.locals.get(mark), Some((_, Ok(Val::List(list)))) if list.kind.is_none()) {
            return None;
        }
        if let Some(filter) = filter {
            match self.eval(filter) {
                Ok(Val::Bool(true)) => {}
                Ok(Val::Bool(false)) => return Some(self.spend(1)),
                Ok(_) => return Some(err("no such overload")),
                Err(error) => return Some(Err(error)),
            }
        }
        let mut made = Vec::with_capacity(elements.len());
        for element in elements {
            match self.eval(*element) {
                Ok(value) => made.push(value),
                Err(error) => return Some(Err(error)),
            }
        }
        if let Err(error) = self.spend(12) {
            return Some(Err(error));
        }
        if let Some((_, Ok(Val::List(list)))) = self.locals.get_mut(mark) {
            Rc::make_mut(&mut list.items).extend(made);
        }
        Some(Ok(()))
    }
}

/// A field of something, if it has it.
fn member<'a>(value: &Val<'a>, name: &str) -> Option<Outcome<'a>> {
    match value {
        Val::Map(map @ Map::Made(_)) => map.find(&Val::text(name)),
        Val::Map(map) => map.find(&Val::Str(Text::Shared(name.into()))),
        Val::Lazy(fields) => fields.field(name),
        _ => None,
    }
}

/// Mirrors `IndexOrError`.
fn list_index(index: &Val<'_>) -> Result<usize, EvalError> {
    let at = match index {
        Val::Int(n) => usize::try_from(*n).ok(),
        Val::Uint(n) => usize::try_from(*n).ok(),
        Val::Double(n) if n.fract() == 0.0 && *n >= 0.0 => Some(*n as usize),
        Val::Double(n) => return err(format!("unsupported index value {n} in list")),
        other => return err(format!("unsupported index type '{}' in list", other.type_name())),
    };
    Ok(at.unwrap_or(usize::MAX))
}

fn constant<'a>(literal: &Literal) -> Val<'a> {
    match literal {
        Literal::Null => Val::Null,
        Literal::Bool(b) => Val::Bool(*b),
        Literal::Int(n) => Val::Int(*n),
        Literal::Uint(n) => Val::Uint(*n),
        Literal::Double(n) => Val::Double(*n),
        Literal::Str(text) => Val::Str(Text::Shared(text.clone())),
        Literal::Bytes(bytes) => Val::Bytes((**bytes).into()),
    }
}
