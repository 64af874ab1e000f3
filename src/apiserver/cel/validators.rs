//! What is asked of a checked expression on top: literals of durations, timestamps and patterns, lists and maps of one
//! type, arguments of `format`. Mirrors cel-go's `cel/validator.go` and `ext/formatting.go`.

use super::ast::{Expr, Id, Literal};
use super::check::Checked;
use super::lib::format_string;
use super::lib::time;
use super::source::Issues;
use super::types::Type;
use crate::object::go_regexp::{GoRegexp, GoRegexpError};

/// Adds what is wrong.
pub(super) fn validate(checked: &Checked, issues: &mut Issues) {
    let Some(root) = checked.ast.root else { return };
    let nodes = checked.ast.walk(root);
    for (at, (id, _)) in nodes.iter().enumerate() {
        match checked.ast.expr(*id) {
            Expr::Call { function, target, args } => {
                literal(checked, function, args, issues);
                if function.as_ref() == "format"
                    && let (Some(target), [list]) = (target, args.as_slice())
                {
                    format(checked, *id, *target, *list, issues);
                }
            }
            Expr::List { elements, optional } if !exempt(checked, &nodes, at) => {
                let mut first: Option<&Type> = None;
                for (index, element) in elements.iter().enumerate() {
                    let ty = unwrapped(checked, *element, optional.contains(&index));
                    match first {
                        None => first = Some(ty),
                        Some(first) if !first.is_equivalent(ty) => {
                            mismatch(checked, *element, first, ty, issues);
                            break;
                        }
                        Some(_) => {}
                    }
                }
            }
            Expr::Map(entries) if !exempt(checked, &nodes, at) => {
                let mut first: Option<(&Type, &Type)> = None;
                for entry in entries {
                    let key = checked.type_of(entry.key);
                    let value = unwrapped(checked, entry.value, entry.optional);
                    let Some((keys, values)) = first else {
                        first = Some((key, value));
                        continue;
                    };
                    if !keys.is_equivalent(key) {
                        mismatch(checked, entry.key, keys, key, issues);
                    }
                    if !values.is_equivalent(value) {
                        mismatch(checked, entry.value, values, value, issues);
                    }
                }
            }
            _ => {}
        }
    }
}

fn unwrapped(checked: &Checked, id: Id, optional: bool) -> &Type {
    let ty = checked.type_of(id);
    if optional { ty.unwrap_optional().0 } else { ty }
}

fn mismatch(checked: &Checked, id: Id, expected: &Type, found: &Type, issues: &mut Issues) {
    issues.add(checked.ast.at(id), format!("expected type '{expected}' but found '{found}'"));
}

/// True for what is somewhere in the arguments of `format`, which takes anything.
fn exempt(checked: &Checked, nodes: &[(Id, Option<usize>)], at: usize) -> bool {
    let mut parent = nodes.get(at).and_then(|(_, parent)| *parent);
    while let Some((id, above)) = parent.and_then(|p| nodes.get(p)) {
        if matches!(checked.ast.expr(*id), Expr::Call { function, .. } if function.as_ref() == "format") {
            return true;
        }
        parent = *above;
    }
    false
}

/// Mirrors `formatValidator`: the first argument of a conversion or of `matches`, if it is a literal.
fn literal(checked: &Checked, function: &str, args: &[Id], issues: &mut Issues) {
    let Some(first) = args.first() else { return };
    let Expr::Literal(value) = checked.ast.expr(*first) else { return };
    let wrong = match (function, value) {
        ("duration", Literal::Str(text)) => crate::schema::parse_duration(text).is_err(),
        ("timestamp", Literal::Str(text)) => time::parse(text).is_err(),
        ("timestamp", Literal::Int(seconds)) => time::from_seconds(*seconds).is_err(),
        ("matches", Literal::Str(pattern)) => {
            matches!(GoRegexp::check(pattern), Err(GoRegexpError::Syntax { .. }))
        }
        _ => false,
    };
    if wrong {
        issues.add(checked.ast.at(*first), format!("invalid {function} argument"));
    }
}

/// Why a constant pattern of `find` or `findAll` cannot be compiled. Mirrors `FindRegexOptimization`.
pub(super) fn patterns(checked: &Checked) -> Option<String> {
    let root = checked.ast.root?;
    checked.ast.walk(root).iter().find_map(|(id, _)| {
        let Expr::Call { function, target: Some(_), args } = checked.ast.expr(*id) else { return None };
        if !matches!(function.as_ref(), "find" | "findAll") {
            return None;
        }
        let Expr::Literal(Literal::Str(pattern)) = checked.ast.expr(*args.first()?) else { return None };
        match GoRegexp::check(pattern) {
            Err(error @ GoRegexpError::Syntax { .. }) => Some(error.to_string()),
            _ => None,
        }
    })
}

/// Mirrors `stringFormatValidator`.
fn format(checked: &Checked, call: Id, target: Id, list: Id, issues: &mut Issues) {
    let Expr::Literal(Literal::Str(text)) = checked.ast.expr(target) else { return };
    let Expr::List { elements, .. } = checked.ast.expr(list) else { return };
    let mut asked = 0;
    let mut bad = call;
    let outcome = format_string::parse(text, elements.len(), |index, clause, _| {
        asked += 1;
        let Some(arg) = elements.get(index) else { return Ok(String::new()) };
        match refused(checked, clause, *arg) {
            None => Ok(String::new()),
            Some(id) => {
                bad = id;
                Err(clause.refusal(checked.type_of(id).name()))
            }
        }
    });
    match outcome {
        Err(message) => issues.add(checked.ast.at(bad), message),
        Ok(_) if elements.len() > asked => {
            let given = elements.len();
            let message =
                format!("too many arguments supplied to string.format (expected {asked}, got {given})");
            issues.add(checked.ast.at(call), message);
        }
        Ok(_) => {}
    }
}

/// The argument, or what is in it, that a clause does not take.
fn refused(checked: &Checked, clause: format_string::Clause, arg: Id) -> Option<Id> {
    use format_string::Clause;
    let ty = checked.type_of(arg);
    let fits = ty.is_dyn()
        || match clause {
            Clause::String => matches!(
                ty,
                Type::List(_)
                    | Type::Map(_)
                    | Type::Int
                    | Type::Uint
                    | Type::Double
                    | Type::Bool
                    | Type::Str
                    | Type::Timestamp
                    | Type::Bytes
                    | Type::Duration
                    | Type::Type(_)
                    | Type::Null
            ),
            Clause::Decimal | Clause::Octal => matches!(ty, Type::Int | Type::Uint),
            Clause::Fixed | Clause::Scientific => matches!(ty, Type::Double | Type::Str),
            Clause::Binary => matches!(ty, Type::Int | Type::Uint | Type::Bool),
            Clause::Hex(_) => matches!(ty, Type::Int | Type::Uint | Type::Str | Type::Bytes),
        };
    if !fits {
        return Some(arg);
    }
    if clause != Clause::String {
        return None;
    }
    match checked.ast.expr(arg) {
        Expr::List { elements, .. } => elements.iter().find_map(|e| refused(checked, clause, *e)),
        Expr::Map(entries) => entries
            .iter()
            .find_map(|e| refused(checked, clause, e.key).or_else(|| refused(checked, clause, e.value))),
        _ => None,
    }
}
