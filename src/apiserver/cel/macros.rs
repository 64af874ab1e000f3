//! Macros: calls that stand for something else. Mirrors cel-go's `parser/macro.go`, its optionals, its two-variable
//! comprehensions, and `sortBy` of its lists.

use std::sync::Arc;

use super::ast::{Ast, Comprehension, Expr, Id, Literal};
use super::parse::MAX_NODES;
use super::source::Position;

/// The variable that a loop collects in; not a name that a text can hold (`HiddenAccumulatorName`).
pub(super) const ACCUMULATOR: &str = "@result";

/// Why a macro cannot be expanded.
pub(super) enum Error {
    /// An argument is not what it has to be.
    At(Id, String),
    /// The tree would be larger than kcheck evaluates.
    TooLarge,
}

type Expanded = Result<Option<Id>, Error>;

/// Expands a call if it is one of a macro. Macros are known by name, number of arguments and whether they have a target.
pub(super) fn expand(
    ast: &mut Ast,
    at: Position,
    function: &str,
    target: Option<Id>,
    args: &[Id],
) -> Expanded {
    let mut make = Make { ast, at };
    let expanded = match (function, target, args) {
        ("has", None, &[arg]) => make.has(arg)?,
        ("all", Some(range), &[var, predicate]) => make.all(range, &[var], predicate)?,
        ("all", Some(range), &[var, var2, predicate]) => make.all(range, &[var, var2], predicate)?,
        ("exists", Some(range), &[var, predicate]) => make.exists(range, &[var], predicate)?,
        ("exists", Some(range), &[var, var2, predicate]) => make.exists(range, &[var, var2], predicate)?,
        ("exists_one" | "existsOne", Some(range), &[var, predicate]) => {
            make.exists_one(range, &[var], predicate)?
        }
        ("exists_one" | "existsOne", Some(range), &[var, var2, predicate]) => {
            make.exists_one(range, &[var, var2], predicate)?
        }
        ("map", Some(range), &[var, transform]) => make.map(range, var, None, transform)?,
        ("map", Some(range), &[var, filter, transform]) => make.map(range, var, Some(filter), transform)?,
        ("filter", Some(range), &[var, filter]) => make.filter(range, var, filter)?,
        ("transformList", Some(range), &[a, b, value]) => make.transform_list(range, [a, b], None, value)?,
        ("transformList", Some(range), &[a, b, filter, value]) => {
            make.transform_list(range, [a, b], Some(filter), value)?
        }
        ("transformMap", Some(range), &[a, b, value]) => {
            make.transform_map(range, [a, b], None, value, false)?
        }
        ("transformMap", Some(range), &[a, b, filter, value]) => {
            make.transform_map(range, [a, b], Some(filter), value, false)?
        }
        ("transformMapEntry", Some(range), &[a, b, value]) => {
            make.transform_map(range, [a, b], None, value, true)?
        }
        ("transformMapEntry", Some(range), &[a, b, filter, value]) => {
            make.transform_map(range, [a, b], Some(filter), value, true)?
        }
        ("optMap" | "optFlatMap", Some(target), &[var, value]) => {
            make.optional_map(target, var, value, function == "optFlatMap")?
        }
        ("sortBy", Some(list), &[var, key]) => make.sort_by(list, var, key)?,
        _ => return Ok(None),
    };
    Ok(Some(expanded))
}

struct Make<'a> {
    ast: &'a mut Ast,
    at: Position,
}

impl Make<'_> {
    fn add(&mut self, expr: Expr) -> Id {
        self.ast.add(self.at, expr)
    }

    fn literal(&mut self, literal: Literal) -> Id {
        self.add(Expr::Literal(literal))
    }

    fn ident(&mut self, name: &str) -> Id {
        self.add(Expr::Ident(name.into()))
    }

    fn accumulator(&mut self) -> Id {
        self.ident(ACCUMULATOR)
    }

    fn call(&mut self, function: &str, args: Vec<Id>) -> Id {
        self.add(Expr::Call { function: function.into(), target: None, args })
    }

    fn method(&mut self, function: &str, target: Id, args: Vec<Id>) -> Id {
        self.add(Expr::Call { function: function.into(), target: Some(target), args })
    }

    fn list(&mut self, elements: Vec<Id>) -> Id {
        self.add(Expr::List { elements, optional: Vec::new() })
    }

    /// Names of the variables of a loop; the second argument is what is said of something that is none.
    fn variables(&self, vars: &[Id], wrong: &str) -> Result<(Arc<str>, Option<Arc<str>>), Error> {
        let mut names: Vec<Arc<str>> = Vec::with_capacity(2);
        for var in vars {
            let Expr::Ident(name) = self.ast.expr(*var) else { return Err(Error::At(*var, wrong.into())) };
            names.push(name.clone());
        }
        if let (&[_, second], [a, b]) = (vars, names.as_slice())
            && a == b
        {
            return Err(Error::At(second, format!("duplicate variable name: {a}")));
        }
        for (var, name) in vars.iter().zip(&names) {
            if matches!(&**name, ACCUMULATOR | "__result__") {
                return Err(Error::At(*var, "iteration variable overwrites accumulator variable".into()));
            }
        }
        let mut names = names.into_iter();
        Ok((names.next().unwrap_or_else(|| "".into()), names.next()))
    }

    fn fold(&mut self, range: Id, vars: (Arc<str>, Option<Arc<str>>), parts: [Id; 4]) -> Id {
        let [init, condition, step, result] = parts;
        let accu: Arc<str> = ACCUMULATOR.into();
        let (var, var2) = vars;
        self.add(Expr::Comprehension(Box::new(Comprehension {
            range,
            var,
            var2,
            accu,
            init,
            condition,
            step,
            result,
        })))
    }

    fn has(&mut self, arg: Id) -> Result<Id, Error> {
        match self.ast.expr(arg) {
            Expr::Select { operand, field, test_only: false } => {
                let (operand, field) = (*operand, field.clone());
                Ok(self.add(Expr::Select { operand, field, test_only: true }))
            }
            _ => Err(Error::At(arg, "invalid argument to has() macro".into())),
        }
    }

    fn all(&mut self, range: Id, vars: &[Id], predicate: Id) -> Result<Id, Error> {
        let names = self.variables(vars, "argument must be a simple name")?;
        let init = self.literal(Literal::Bool(true));
        let accu = self.accumulator();
        let condition = self.call("@not_strictly_false", vec![accu]);
        let accu = self.accumulator();
        let step = self.call("_&&_", vec![accu, predicate]);
        let result = self.accumulator();
        Ok(self.fold(range, names, [init, condition, step, result]))
    }

    fn exists(&mut self, range: Id, vars: &[Id], predicate: Id) -> Result<Id, Error> {
        let names = self.variables(vars, "argument must be a simple name")?;
        let init = self.literal(Literal::Bool(false));
        let accu = self.accumulator();
        let not = self.call("!_", vec![accu]);
        let condition = self.call("@not_strictly_false", vec![not]);
        let accu = self.accumulator();
        let step = self.call("_||_", vec![accu, predicate]);
        let result = self.accumulator();
        Ok(self.fold(range, names, [init, condition, step, result]))
    }

    fn exists_one(&mut self, range: Id, vars: &[Id], predicate: Id) -> Result<Id, Error> {
        let names = self.variables(vars, "argument must be a simple name")?;
        let init = self.literal(Literal::Int(0));
        let condition = self.literal(Literal::Bool(true));
        let (accu, one) = (self.accumulator(), self.literal(Literal::Int(1)));
        let more = self.call("_+_", vec![accu, one]);
        let accu = self.accumulator();
        let step = self.call("_?_:_", vec![predicate, more, accu]);
        let (accu, one) = (self.accumulator(), self.literal(Literal::Int(1)));
        let result = self.call("_==_", vec![accu, one]);
        Ok(self.fold(range, names, [init, condition, step, result]))
    }

    /// A loop that adds elements to a list.
    fn collect(
        &mut self,
        range: Id,
        names: (Arc<str>, Option<Arc<str>>),
        filter: Option<Id>,
        element: Id,
    ) -> Id {
        let init = self.list(Vec::new());
        let condition = self.literal(Literal::Bool(true));
        let (accu, one) = (self.accumulator(), self.list(vec![element]));
        let added = self.call("_+_", vec![accu, one]);
        let step = self.filtered(filter, added);
        let result = self.accumulator();
        self.fold(range, names, [init, condition, step, result])
    }

    fn filtered(&mut self, filter: Option<Id>, step: Id) -> Id {
        match filter {
            None => step,
            Some(filter) => {
                let accu = self.accumulator();
                self.call("_?_:_", vec![filter, step, accu])
            }
        }
    }

    fn map(&mut self, range: Id, var: Id, filter: Option<Id>, transform: Id) -> Result<Id, Error> {
        let names = self.variables(&[var], "argument is not an identifier")?;
        Ok(self.collect(range, names, filter, transform))
    }

    fn filter(&mut self, range: Id, var: Id, filter: Id) -> Result<Id, Error> {
        let names = self.variables(&[var], "argument is not an identifier")?;
        Ok(self.collect(range, names, Some(filter), var))
    }

    fn transform_list(
        &mut self,
        range: Id,
        vars: [Id; 2],
        filter: Option<Id>,
        value: Id,
    ) -> Result<Id, Error> {
        let names = self.variables(&vars, "argument must be a simple name")?;
        Ok(self.collect(range, names, filter, value))
    }

    fn transform_map(
        &mut self,
        range: Id,
        vars: [Id; 2],
        filter: Option<Id>,
        value: Id,
        entry: bool,
    ) -> Result<Id, Error> {
        let names = self.variables(&vars, "argument must be a simple name")?;
        let init = self.add(Expr::Map(Vec::new()));
        let condition = self.literal(Literal::Bool(true));
        let accu = self.accumulator();
        let inserted = if entry {
            self.call("cel.@mapInsert", vec![accu, value])
        } else {
            let key = self.ident(&names.0);
            self.call("cel.@mapInsert", vec![accu, key, value])
        };
        let step = self.filtered(filter, inserted);
        let result = self.accumulator();
        Ok(self.fold(range, names, [init, condition, step, result]))
    }

    /// `let name = value in result`, as a loop over nothing.
    fn bind(&mut self, name: Arc<str>, value: Id, result: Id) -> Id {
        let range = self.list(Vec::new());
        let condition = self.literal(Literal::Bool(false));
        let step = self.ident(&name);
        self.add(Expr::Comprehension(Box::new(Comprehension {
            range,
            var: "#unused".into(),
            var2: None,
            accu: name,
            init: value,
            condition,
            step,
            result,
        })))
    }

    fn optional_map(&mut self, target: Id, var: Id, value: Id, flat: bool) -> Result<Id, Error> {
        let Expr::Ident(name) = self.ast.expr(var) else {
            let which = if flat { "optFlatMap" } else { "optMap" };
            return Err(Error::At(var, format!("{which}() variable name must be a simple identifier")));
        };
        let name = name.clone();
        let copy = self.ast.copy(target, MAX_NODES).ok_or(Error::TooLarge)?;
        let condition = self.method("hasValue", target, Vec::new());
        let inner = self.method("value", copy, Vec::new());
        let mut some = self.bind(name, inner, value);
        if !flat {
            some = self.call("optional.of", vec![some]);
        }
        let none = self.call("optional.none", Vec::new());
        Ok(self.call("_?_:_", vec![condition, some, none]))
    }

    fn sort_by(&mut self, list: Id, var: Id, key: Id) -> Result<Id, Error> {
        const INPUT: &str = "@__sortBy_input__";
        if matches!(
            self.ast.expr(list),
            Expr::Literal(_) | Expr::Map(_) | Expr::Struct { .. } | Expr::Unspecified
        ) {
            let message =
                "sortBy can only be applied to a list, identifier, comprehension, call or select expression";
            return Err(Error::At(list, message.into()));
        }
        let range = self.ident(INPUT);
        let keys = self.map(range, var, None, key)?;
        let input = self.ident(INPUT);
        let sorted = self.method("@sortByAssociatedKeys", input, vec![keys]);
        Ok(self.bind(INPUT.into(), list, sorted))
    }
}
