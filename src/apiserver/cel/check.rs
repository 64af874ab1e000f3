//! The type checker. Mirrors cel-go's `checker/checker.go`, sentence by sentence.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::ast::{Ast, Expr, Id, Literal};
use super::decls::{Function, Overload, functions};
use super::env::Env;
use super::source::Issues;
use super::types::Type;
use super::unify::{Mapping, most_general};

/// Types with more parts than these are too large.
const MAX_TYPE: u32 = 2_000;

/// A checked expression.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) ast: Ast,
    types: Vec<Type>,
    /// Signatures that a call may mean.
    overloads: FxHashMap<Id, SmallVec<[&'static Overload; 1]>>,
}

impl Checked {
    /// The type of a node.
    pub(super) fn type_of(&self, id: Id) -> &Type {
        self.types.get(id.0 as usize).unwrap_or(&Type::Error)
    }

    /// Signatures that a call may mean.
    pub(super) fn overloads(&self, id: Id) -> &[&'static Overload] {
        self.overloads.get(&id).map_or(&[], SmallVec::as_slice)
    }
}

/// Why an expression is not checked.
pub(super) enum Failure {
    Issues(Issues),
    TooLarge,
}

/// Checks a tree. Mirrors `checker.Check`.
pub(super) fn check(ast: Ast, env: &Env) -> Result<Checked, Failure> {
    let Some(root) = ast.root else { return Err(Failure::TooLarge) };
    let mut checker = Checker {
        types: vec![Type::Error; ast.len()],
        ast,
        env,
        scopes: Vec::new(),
        issues: Issues::default(),
        mapping: Mapping::new(),
        overloads: FxHashMap::default(),
        fresh: 0,
        too_large: false,
    };
    checker.check(root);
    let Checker { ast, types, issues, mut mapping, overloads, too_large, .. } = checker;
    let types = types.iter().map(|ty| mapping.substitute(ty, true)).collect();
    if too_large || mapping.exhausted() {
        return Err(Failure::TooLarge);
    }
    if issues.is_empty() { Ok(Checked { ast, types, overloads }) } else { Err(Failure::Issues(issues)) }
}

struct Checker<'e> {
    ast: Ast,
    env: &'e Env,
    types: Vec<Type>,
    /// Variables of loops, innermost last.
    scopes: Vec<(Arc<str>, Type)>,
    issues: Issues,
    mapping: Mapping,
    overloads: FxHashMap<Id, SmallVec<[&'static Overload; 1]>>,
    fresh: u32,
    too_large: bool,
}

impl Checker<'_> {
    fn ty(&self, id: Id) -> Type {
        self.types.get(id.0 as usize).cloned().unwrap_or(Type::Error)
    }

    fn set(&mut self, id: Id, ty: Type) {
        if !ty.is_within(&mut MAX_TYPE.clone()) {
            self.too_large = true;
        }
        if let Some(slot) = self.types.get_mut(id.0 as usize) {
            *slot = ty;
        }
    }

    fn error(&mut self, id: Id, message: String) {
        self.issues.add(self.ast.at(id), message);
    }

    fn mismatch(&mut self, id: Id, expected: &Type, found: &Type) {
        self.error(id, format!("expected type '{expected}' but found '{found}'"));
    }

    fn undeclared(&mut self, id: Id, name: &str) {
        self.error(id, format!("undeclared reference to '{name}' (in container '')"));
    }

    fn type_var(&mut self) -> Type {
        self.fresh += 1;
        Type::Param(format!("_var{}", self.fresh - 1).into())
    }

    fn lookup(&self, name: &str) -> Option<Type> {
        let local = self.scopes.iter().rev().find(|(known, _)| **known == *name);
        local.map(|(_, ty)| ty.clone()).or_else(|| self.env.ident(name))
    }

    fn check(&mut self, id: Id) {
        if self.too_large || self.mapping.exhausted() {
            return;
        }
        let ty = match self.ast.expr(id).clone() {
            Expr::Unspecified => Type::Error,
            Expr::Literal(literal) => match literal {
                Literal::Null => Type::Null,
                Literal::Bool(_) => Type::Bool,
                Literal::Int(_) => Type::Int,
                Literal::Uint(_) => Type::Uint,
                Literal::Double(_) => Type::Double,
                Literal::Str(_) => Type::Str,
                Literal::Bytes(_) => Type::Bytes,
            },
            Expr::Ident(name) => match self.lookup(&name) {
                Some(ty) => ty,
                None => {
                    self.undeclared(id, &name);
                    Type::Error
                }
            },
            Expr::Select { operand, field, test_only } => self.select(id, operand, &field, test_only),
            Expr::Call { function, target, args } => self.call(id, &function, target, &args),
            Expr::List { elements, optional } => self.list(&elements, &optional),
            Expr::Map(entries) => self.map(&entries),
            Expr::Struct { name, fields } => self.construct(id, &name, &fields),
            Expr::Comprehension(c) => self.comprehension(&c),
        };
        self.set(id, ty);
    }

    /// Mirrors `checkSelect`.
    fn select(&mut self, id: Id, operand: Id, field: &str, test_only: bool) -> Type {
        // A name with dots may be one name.
        if let Some(name) = self.ast.qualified(id)
            && let Some(ty) = self.lookup(&name)
        {
            self.ast.replace(id, Expr::Ident(name.into()));
            return ty;
        }
        let ty = self.field(id, operand, field, false);
        if test_only { Type::Bool } else { self.mapping.substitute(&ty, false) }
    }

    /// Mirrors `checkSelectField`.
    fn field(&mut self, id: Id, operand: Id, field: &str, optional: bool) -> Type {
        self.check(operand);
        let operand = self.ty(operand);
        let operand = self.mapping.substitute(&operand, false);
        let (target, was_optional) = operand.unwrap_optional();
        let result = match target {
            Type::Map(pair) => pair.1.clone(),
            Type::Struct(name) => match self.env.field(name, field) {
                Some(ty) => ty.clone(),
                None => {
                    let message = match self.env.struct_type(name) {
                        Some(_) => format!("undefined field '{field}'"),
                        None => format!("unexpected failed resolution of '{name}'"),
                    };
                    self.error(id, message);
                    Type::Error
                }
            },
            Type::Param(_) => {
                self.mapping.is_assignable(&Type::Dyn, target);
                Type::Dyn
            }
            target => {
                if !target.is_dyn_or_error() {
                    self.error(id, format!("type '{target}' does not support field selection"));
                }
                Type::Dyn
            }
        };
        if was_optional || optional { Type::optional(result) } else { result }
    }

    /// Mirrors `checkCall`.
    fn call(&mut self, id: Id, function: &str, target: Option<Id>, args: &[Id]) -> Type {
        if function == "_?._" {
            let &[operand, name] = args else { return Type::Error };
            let Expr::Literal(Literal::Str(field)) = self.ast.expr(name).clone() else { return Type::Error };
            let ty = self.field(id, operand, &field, true);
            self.set(name, Type::Str);
            if let Some(function) = functions().get("_?._") {
                self.overloads.insert(id, function.overloads.iter().collect());
            }
            return self.mapping.substitute(&ty, false);
        }
        for arg in args {
            self.check(*arg);
        }
        let env = self.env;
        let find = |name: &str| env.function(name.strip_prefix('.').unwrap_or(name));
        let Some(target) = target else {
            return match find(function) {
                Some(found) => {
                    self.resolve(id, function.strip_prefix('.').unwrap_or(function), found, None, args)
                }
                None => {
                    self.undeclared(id, function);
                    Type::Error
                }
            };
        };
        // `a.b.c()` may be a function `a.b.c`.
        if let Some(prefix) = self.ast.qualified(target) {
            let name = format!("{prefix}.{function}");
            if let Some(found) = find(&name) {
                let args = args.to_vec();
                self.ast.replace(
                    id,
                    Expr::Call { function: name.as_str().into(), target: None, args: args.clone() },
                );
                return self.resolve(id, &name, found, None, &args);
            }
        }
        self.check(target);
        match find(function) {
            Some(found) => self.resolve(id, function, found, Some(target), args),
            None => {
                self.undeclared(id, function);
                Type::Error
            }
        }
    }

    /// Mirrors `resolveOverload`.
    fn resolve(
        &mut self,
        id: Id,
        name: &str,
        function: &'static Function,
        target: Option<Id>,
        args: &[Id],
    ) -> Type {
        let given: Vec<Type> = target.iter().chain(args).map(|arg| self.ty(*arg)).collect();
        let mut result: Option<Type> = None;
        let mut chosen: SmallVec<[&'static Overload; 1]> = SmallVec::new();
        for overload in &function.overloads {
            if overload.member != target.is_some() {
                continue;
            }
            if matches!(name, "_&&_" | "_||_") {
                let mut wrong = false;
                for (arg, ty) in args.iter().zip(&given) {
                    if !self.mapping.is_assignable(ty, &Type::Bool) {
                        self.mismatch(*arg, &Type::Bool, ty);
                        wrong = true;
                    }
                }
                if wrong {
                    return Type::Error;
                }
                self.overloads.insert(id, SmallVec::from_slice(&[overload]));
                return Type::Bool;
            }
            let (wanted, of_result) = self.instantiate(overload);
            if self.mapping.is_assignable_list(&given, &wanted) {
                chosen.push(overload);
                let ty = self.mapping.substitute(&of_result, false);
                result = Some(match result {
                    None => ty,
                    Some(first) if first != Type::Dyn && ty != first => Type::Dyn,
                    Some(first) => first,
                });
            }
        }
        match result {
            Some(ty) => {
                self.overloads.insert(id, chosen);
                ty
            }
            None => {
                let mut given: Vec<String> =
                    given.iter().map(|ty| self.mapping.substitute(ty, true).to_string()).collect();
                let receiver = if target.is_some() { format!("{}.", given.remove(0)) } else { String::new() };
                let signature = format!("{receiver}({})", given.join(", "));
                self.error(id, format!("found no matching overload for '{name}' applied to '{signature}'"));
                Type::Error
            }
        }
    }

    /// A signature with type variables of its own.
    fn instantiate(&mut self, overload: &Overload) -> (Vec<Type>, Type) {
        if overload.params.is_empty() {
            return (overload.args.clone(), overload.result.clone());
        }
        let fresh: Vec<(Arc<str>, Type)> =
            overload.params.iter().map(|p| (p.clone(), self.type_var())).collect();
        let args = overload.args.iter().map(|ty| rename(ty, &fresh)).collect();
        (args, rename(&overload.result, &fresh))
    }

    /// The type of an element that may be optional.
    fn element(&mut self, id: Id, optional: bool) -> Type {
        let ty = self.ty(id);
        if !optional {
            return ty;
        }
        let (inner, is_optional) = ty.unwrap_optional();
        if !is_optional && !inner.is_dyn() {
            self.mismatch(id, &Type::optional(inner.clone()), inner);
        }
        inner.clone()
    }

    /// Mirrors `joinTypes`.
    fn join(&mut self, joined: Option<Type>, ty: Type) -> Type {
        match joined {
            None => ty,
            Some(joined) if self.mapping.is_assignable(&joined, &ty) => most_general(&joined, &ty),
            Some(_) => Type::Dyn,
        }
    }

    fn list(&mut self, elements: &[Id], optional: &[usize]) -> Type {
        let mut joined = None;
        for (at, element) in elements.iter().enumerate() {
            self.check(*element);
            let ty = self.element(*element, optional.contains(&at));
            joined = Some(self.join(joined, ty));
        }
        Type::list(joined.unwrap_or_else(|| self.type_var()))
    }

    fn map(&mut self, entries: &[super::ast::Entry<Id>]) -> Type {
        let (mut keys, mut values) = (None, None);
        for entry in entries {
            self.check(entry.key);
            let key = self.ty(entry.key);
            keys = Some(self.join(keys, key));
            self.check(entry.value);
            let value = self.element(entry.value, entry.optional);
            values = Some(self.join(values, value));
        }
        let key = keys.unwrap_or_else(|| self.type_var());
        Type::map(key, values.unwrap_or_else(|| self.type_var()))
    }

    /// Mirrors `checkCreateStruct`.
    fn construct(&mut self, id: Id, name: &str, fields: &[super::ast::Entry<Arc<str>>]) -> Type {
        let Some(ident) = self.env.ident(name) else {
            self.undeclared(id, name);
            return Type::Error;
        };
        let result = match ident {
            Type::Type(Some(of)) => match &*of {
                Type::Struct(_) => (*of).clone(),
                other => {
                    self.error(id, format!("'{}' is not a message type", other.name()));
                    Type::Error
                }
            },
            Type::Error => Type::Error,
            other => {
                self.error(id, format!("'{}' is not a type", other.name()));
                Type::Error
            }
        };
        let of = name.strip_prefix('.').unwrap_or(name);
        for field in fields {
            self.check(field.value);
            let wanted = match self.env.field(of, &field.key) {
                Some(ty) => ty.clone(),
                None => {
                    let message = match self.env.struct_type(of) {
                        Some(_) => format!("undefined field '{}'", field.key),
                        None => format!("unexpected failed resolution of '{of}'"),
                    };
                    self.issues.add(field.at, message);
                    Type::Error
                }
            };
            let given = self.element(field.value, field.optional);
            if !self.mapping.is_assignable(&wanted, &given) {
                self.issues.add(
                    field.at,
                    format!(
                        "expected type of field '{}' is '{wanted}' but provided type is '{given}'",
                        field.key
                    ),
                );
            }
        }
        result
    }

    /// Mirrors `checkComprehension`.
    fn comprehension(&mut self, c: &super::ast::Comprehension) -> Type {
        self.check(c.range);
        self.check(c.init);
        let range = self.ty(c.range);
        let range = self.mapping.substitute(&range, false);
        let accu = self.ty(c.init);
        self.scopes.push((c.accu.clone(), accu.clone()));
        let (first, second) = match &range {
            Type::List(element) if c.var2.is_some() => (Type::Int, (**element).clone()),
            Type::List(element) => ((**element).clone(), Type::Dyn),
            Type::Map(pair) => (pair.0.clone(), pair.1.clone()),
            Type::Dyn | Type::Any | Type::Error | Type::Param(_) => {
                self.mapping.is_assignable(&Type::Dyn, &range);
                (Type::Dyn, Type::Dyn)
            }
            other => {
                let message = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                self.error(c.range, message);
                (Type::Error, Type::Error)
            }
        };
        let mark = self.scopes.len();
        self.scopes.push((c.var.clone(), first));
        if let Some(var2) = &c.var2 {
            self.scopes.push((var2.clone(), second));
        }
        self.check(c.condition);
        self.assert(c.condition, &Type::Bool);
        self.check(c.step);
        self.assert(c.step, &accu);
        self.scopes.truncate(mark);
        self.check(c.result);
        self.scopes.truncate(mark - 1);
        let result = self.ty(c.result);
        self.mapping.substitute(&result, false)
    }

    /// Mirrors `assertType`.
    fn assert(&mut self, id: Id, wanted: &Type) {
        let found = self.ty(id);
        if !self.mapping.is_assignable(wanted, &found) {
            self.mismatch(id, wanted, &found);
        }
    }
}

/// A type with other parameters.
fn rename(ty: &Type, to: &[(Arc<str>, Type)]) -> Type {
    match ty {
        Type::Param(name) => {
            to.iter().find(|(old, _)| old == name).map_or_else(|| ty.clone(), |(_, new)| new.clone())
        }
        Type::List(a) => Type::list(rename(a, to)),
        Type::Optional(a) => Type::optional(rename(a, to)),
        Type::Type(Some(a)) => Type::Type(Some(Arc::new(rename(a, to)))),
        Type::Map(pair) => Type::map(rename(&pair.0, to), rename(&pair.1, to)),
        other => other.clone(),
    }
}
