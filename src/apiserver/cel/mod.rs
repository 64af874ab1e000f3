//! CEL as Kubernetes 1.36 has it: the language of `x-kubernetes-validations`, admission policies and match conditions.
//!
//! An expression goes through `lex`, `parse` (with `macros`), `check` (with `unify`, `decls`, `env`), `validators`, then
//! `cost` says what it may cost and `eval` runs it, with one file for each library in `lib`. What is refused, in which
//! words and at which character, is cel-go's; no crate comes near. Everything is bounded: what is larger than kcheck
//! evaluates is `Refusal::TooLarge` or `EvalError::NotEvaluated`, never an answer.

mod ast;
mod check;
mod cost;
mod decl;
mod decls;
mod env;
mod eval;
mod lex;
mod lib;
mod macros;
mod parse;
mod runtime_cost;
mod source;
mod types;
mod unify;
mod validators;
mod value;

use rustc_hash::FxHashMap;

pub use cost::Range;
pub use decl::{Decl, DeclKind, Format, ListKind, MAX_REQUEST, Object, ObjectField, escape, is_reserved};
pub use env::{Env, StructType};
pub use eval::Activation;
pub(super) use lib::url::parse_error as url_error;
pub use lib::{format_g, formats, semver};
pub use source::{Issue, Issues, Position};
pub use types::Type;
pub use value::{EvalError, Fields, List, Map, Outcome, Text, Val};

/// What one expression may cost when it runs (`PerCallLimit`).
pub const PER_CALL_LIMIT: u64 = 1_000_000;
/// What all expressions of one request may cost (`RuntimeCELCostBudget`).
pub const RUNTIME_BUDGET: u64 = 10_000_000;

/// An expression that was compiled.
#[derive(Clone, Debug)]
pub struct Program {
    checked: check::Checked,
}

/// Why an expression is not compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// cel-go's errors, each with the line and a caret.
    Issues(String),
    /// What is wrong beyond the language: a pattern that is none.
    Program(String),
    /// kcheck cannot say: it is larger than what is compiled.
    TooLarge,
}

/// Compiles an expression. Mirrors `Env.Compile`.
pub fn compile(text: &str, env: &Env) -> Result<Program, Refusal> {
    let show = |issues: &Issues| Refusal::Issues(issues.display(text));
    let ast = parse::parse(text).map_err(|failure| match failure {
        parse::Failure::Issues(issues) => show(&issues),
        parse::Failure::TooLarge => Refusal::TooLarge,
    })?;
    let checked = check::check(ast, env).map_err(|failure| match failure {
        check::Failure::Issues(issues) => show(&issues),
        check::Failure::TooLarge => Refusal::TooLarge,
    })?;
    let mut issues = Issues::default();
    validators::validate(&checked, &mut issues);
    if !issues.is_empty() {
        return Err(show(&issues));
    }
    // Few rules search; the others need not be walked for it.
    match text.contains("find").then(|| validators::patterns(&checked)).flatten() {
        Some(error) => Err(Refusal::Program(error)),
        None => Ok(Program { checked }),
    }
}

impl Program {
    /// The type of what it returns. Mirrors `OutputType`.
    pub fn output(&self) -> &Type {
        self.checked.ast.root.map_or(&Type::Error, |root| self.checked.type_of(root))
    }

    /// True if a name occurs as a variable.
    pub fn names(&self, name: &str) -> bool {
        let Some(root) = self.checked.ast.root else { return false };
        let nodes = self.checked.ast.walk(root);
        nodes.iter().any(|(id, _)| matches!(self.checked.ast.expr(*id), ast::Expr::Ident(n) if **n == *name))
    }

    /// What it costs, given the schemas of variables. Mirrors `EstimateCost`.
    pub fn cost<'d>(&self, variables: impl IntoIterator<Item = (&'d str, &'d Decl)>) -> Range {
        let roots: FxHashMap<&str, &Decl> = variables.into_iter().collect();
        cost::estimate(&self.checked, &roots)
    }

    /// Runs it: the value or why there is none, and what it cost.
    pub fn eval<'a>(&self, variables: &dyn Activation<'a>) -> (Outcome<'a>, u64) {
        eval::eval(&self.checked, variables, PER_CALL_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::{Env, EvalError, Refusal, Type, Val, compile};

    fn refused(text: &str) -> String {
        let mut env = Env::new();
        env.variable("self", Type::Dyn);
        match compile(text, &env) {
            Err(Refusal::Issues(issues)) => issues,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn value(text: &str) -> Result<bool, EvalError> {
        let program = compile(text, &Env::new()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        match program.eval(&|_: &str| None).0? {
            Val::Bool(b) => Ok(b),
            other => panic!("{text}: {}", other.type_name()),
        }
    }

    #[test]
    fn syntax_is_mended_as_antlr_does() {
        let operand = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
        for (text, errors) in [
            ("", vec![format!("1:0: Syntax error: mismatched input '<EOF>' expecting {operand}")]),
            ("Bad_Value!", vec!["1:10: Syntax error: extraneous input '!' expecting <EOF>".into()]),
            ("[1, 2, ", vec!["1:8: Syntax error: missing ']' at '<EOF>'".into()]),
            (
                "self.true == 1",
                vec!["1:6: Syntax error: mismatched input 'true' expecting IDENTIFIER".into()],
            ),
            (
                "self.in > 0",
                vec![
                    "1:6: Syntax error: no viable alternative at input '.in'".into(),
                    format!("1:9: Syntax error: extraneous input '>' expecting {operand}"),
                ],
            ),
            (
                "\"unterminated",
                vec![
                    "1:1: Syntax error: token recognition error at: '\"unterminated'".into(),
                    format!("1:14: Syntax error: mismatched input '<EOF>' expecting {operand}"),
                ],
            ),
            (
                "a | b",
                vec![
                    "1:3: Syntax error: token recognition error at: '| '".into(),
                    "1:5: Syntax error: extraneous input 'b' expecting <EOF>".into(),
                ],
            ),
        ] {
            let found: Vec<String> = refused(text)
                .lines()
                .filter_map(|line| line.strip_prefix("ERROR: <input>:").map(str::to_owned))
                .collect();
            assert_eq!(found, errors, "{text}");
        }
    }

    #[test]
    fn errors_and_what_hides_them() {
        assert_eq!(value("[0, 1].exists(x, 1 / x == 1)"), Ok(true));
        assert_eq!(value("[0].all(x, 1 / x == 1)"), Err(EvalError::Cel("division by zero".into())));
        assert_eq!(value("has({'a': {}}.a.b)"), Ok(false));
        assert_eq!(value("lists.range(100000000).size() == 1"), Err(EvalError::CostLimit));
        assert_eq!(value("[3, 1].sortBy(x, -x) == [3, 1] && [1, 2].map(x, x > 1, x) == [2]"), Ok(true));
        assert_eq!(value("{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}"), Ok(true));
    }

    #[test]
    fn hostile_expressions_end() {
        for text in [
            "(".repeat(5_000),
            "[".repeat(300) + &"]".repeat(300),
            "!".repeat(50_000) + "true",
            "1".to_owned() + &"+1".repeat(40_000),
            "true".to_owned() + &"||true".repeat(15_000),
            "self".to_owned() + &".a".repeat(30_000),
            "self".to_owned() + &".optMap(x, x)".repeat(200),
            "[1]".to_owned() + &".map(x, {x: x})".repeat(200),
            "[1]".to_owned() + &".map(x, [x, x])".repeat(60) + " == [1]",
            "''.replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')".to_owned()
                + &".replace('', 'aaaaaaaaaaaaaaaa')".repeat(20)
                + " == ''",
            "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, true)))".to_owned(),
        ] {
            let mut env = Env::new();
            env.variable("self", Type::Dyn);
            if let Ok(program) = compile(&text, &env) {
                let _ = program.eval(&|_: &str| None);
                let _ = program.cost([]);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"(self|x|1|2u|1\.5|'a'|"é"|true|null|[\[\](){}.,:?!+*/%<>=&|`'"\\ \n-]|==|&&|\|\||in |\.map\(x, |\.all\(x, |\.size\(\)|\.format\(\[|duration\('1h'\)|has\(self\.a\)){0,20}"#) {
            let mut env = Env::new();
            env.variable("self", Type::Dyn);
            if let Ok(program) = compile(&text, &env) {
                let _ = program.eval(&|_: &str| Some(Ok(Val::Int(1))));
                let _ = program.cost([]);
            }
        }
    }
}
