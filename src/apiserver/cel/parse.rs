//! Tokens to a tree. Mirrors the grammar CEL.g4 and what ANTLR and cel-go's `parser` say about what does not fit.
//!
//! ANTLR mends an error where it can (a token too many, a token missing) and otherwise skips to something that may
//! follow. Both are done as it does them, so that the first errors of a broken expression are the server's.

use std::sync::Arc;

use super::ast::{Ast, Entry, Expr, Id, Literal};
use super::lex::{Tok, Token, lex, unescape};
use super::macros;
use super::source::{Issues, Position};

/// cel-go's bound on every kind of nesting, and on all of them together (`maxRecursionDepth`).
const MAX_DEPTH: u32 = 250;
/// cel-go's bound on the text, in characters (`expressionSizeCodePointLimit`).
const MAX_LENGTH: usize = 100_000;
/// Expressions that macros blow up to more nodes than these are not evaluated.
pub(super) const MAX_NODES: usize = 200_000;
/// Errors before ANTLR gives up (`errorRecoveryLimit`).
const MAX_RECOVERIES: u32 = 30;

/// What begins an operand.
const OPERAND: &[Tok] = &[
    Tok::LBracket,
    Tok::LBrace,
    Tok::LParen,
    Tok::Dot,
    Tok::Minus,
    Tok::Not,
    Tok::True,
    Tok::False,
    Tok::Null,
    Tok::Float,
    Tok::Int,
    Tok::Uint,
    Tok::Str,
    Tok::Bytes,
    Tok::Ident,
];

/// What may follow an operand, whatever is around it.
const OPERATORS: &[Tok] = &[
    Tok::Eq,
    Tok::Ne,
    Tok::In,
    Tok::Lt,
    Tok::Le,
    Tok::Ge,
    Tok::Gt,
    Tok::And,
    Tok::Or,
    Tok::LBracket,
    Tok::Dot,
    Tok::Minus,
    Tok::Question,
    Tok::Plus,
    Tok::Star,
    Tok::Slash,
    Tok::Percent,
];

/// Names that are no variables (`reservedIds`).
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "package",
    "namespace",
    "null",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Why there is no tree.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Failure {
    /// cel-go's errors.
    Issues(Issues),
    /// Larger than kcheck evaluates.
    TooLarge,
}

/// Stops the parser.
enum Stop {
    /// A bound of cel-go, with its sentence.
    Bound(&'static str),
    TooLarge,
}

type Parsed<T> = Result<T, Stop>;

/// Reads an expression. Mirrors `Parser.Parse`.
pub(super) fn parse(text: &str) -> Result<Ast, Failure> {
    let mut issues = Issues::default();
    let length = text.chars().count();
    if length > MAX_LENGTH {
        issues.add(
            None,
            format!("expression code point size exceeds limit: size: {length}, limit {MAX_LENGTH}"),
        );
        return Err(Failure::Issues(issues));
    }
    let tokens = lex(text, &mut issues);
    let mut parser = Parser {
        tokens,
        at: 0,
        issues,
        ast: Ast::default(),
        recovering: false,
        recoveries: 0,
        around: vec![Tok::End],
        nested: 0,
        visited: 0,
        left: 0,
    };
    match parser.start() {
        Ok(root) => parser.ast.root = Some(root),
        Err(Stop::Bound(message)) => parser.issues.add(None, message),
        Err(Stop::TooLarge) => return Err(Failure::TooLarge),
    }
    if parser.issues.is_empty() { Ok(parser.ast) } else { Err(Failure::Issues(parser.issues)) }
}

pub(super) struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    issues: Issues,
    pub(super) ast: Ast,
    /// An error was told and nothing has fitted since: no more are told.
    recovering: bool,
    recoveries: u32,
    /// What closes the groups that are open, innermost last; several for one group.
    around: Vec<Tok>,
    /// Nested expressions.
    nested: u32,
    /// Nested nodes of all kinds that cel-go counts together.
    visited: u32,
    /// How deep the leftmost part of what was read last is nested.
    left: u32,
}

impl<'t> Parser<'t> {
    fn token(&self) -> Token<'t> {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> Token<'t> {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get((self.at + by).min(last)).copied().unwrap_or(Token {
            kind: Tok::End,
            at: 0,
            text: "",
        })
    }

    fn kind(&self) -> Tok {
        self.token().kind
    }

    /// Takes the token at hand, which fits.
    fn take(&mut self) -> Token<'t> {
        let token = self.token();
        self.at += usize::from(token.kind != Tok::End);
        self.recovering = false;
        token
    }

    fn skip(&mut self) {
        self.at += usize::from(self.kind() != Tok::End);
    }

    fn syntax(&mut self, at: u32, message: &str) -> Parsed<()> {
        if self.recovering {
            return Ok(());
        }
        self.recovering = true;
        self.issues.add(Some(at), format!("Syntax error: {message}"));
        self.recoveries += 1;
        if self.recoveries > MAX_RECOVERIES {
            self.issues.add(
                Some(self.token().at),
                "Syntax error: error recovery attempt limit exceeded: 30".to_owned(),
            );
            return Err(Stop::TooLarge);
        }
        Ok(())
    }

    pub(super) fn error(&mut self, at: Position, message: impl Into<String>) -> Id {
        self.issues.add(at, message);
        self.ast.add(at, Expr::Unspecified)
    }

    /// Skips to what may follow in what is around. Mirrors `DefaultErrorStrategy.Recover`.
    fn recover(&mut self) {
        loop {
            let kind = self.kind();
            let follows = OPERATORS.contains(&kind) && !matches!(kind, Tok::Dot | Tok::LBracket);
            if kind == Tok::End || follows || self.around.contains(&kind) {
                return;
            }
            self.skip();
        }
    }

    /// Takes a token of a kind, or mends. `None` if that was not possible: what is around goes on. Mirrors `Match`.
    fn expect(&mut self, wanted: Tok) -> Parsed<Option<Token<'t>>> {
        if self.kind() == wanted {
            return Ok(Some(self.take()));
        }
        let token = self.token();
        if self.ahead(1).kind == wanted && token.kind != Tok::End {
            self.syntax(token.at, &format!("extraneous input '{}' expecting {}", token.text, wanted.name()))?;
            self.skip();
            return Ok(Some(self.take()));
        }
        let operand = matches!(wanted, Tok::RParen | Tok::RBracket | Tok::RBrace);
        let fits = match wanted {
            Tok::Colon | Tok::Comma => OPERAND.contains(&token.kind),
            Tok::End => false,
            _ => (operand && OPERATORS.contains(&token.kind)) || self.around.contains(&token.kind),
        };
        if fits {
            self.syntax(token.at, &format!("missing {} at '{}'", wanted.name(), token.text))?;
            return Ok(Some(Token { kind: wanted, at: token.at, text: "" }));
        }
        self.syntax(token.at, &format!("mismatched input '{}' expecting {}", token.text, wanted.name()))?;
        self.recover();
        Ok(None)
    }

    /// Before a choice: true if the token at hand is one of those expected, maybe after one too many was dropped.
    /// Mirrors `Sync` at the start of a block.
    fn sync(&mut self, expected: &[Tok]) -> Parsed<bool> {
        if expected.contains(&self.kind()) {
            return Ok(true);
        }
        let token = self.token();
        let mut names = expected.to_vec();
        names.sort_unstable();
        let names: Vec<&str> = names.into_iter().map(Tok::name).collect();
        let set = match names.as_slice() {
            [one] => (*one).to_owned(),
            all => format!("{{{}}}", all.join(", ")),
        };
        if token.kind != Tok::End && expected.contains(&self.ahead(1).kind) {
            self.syntax(token.at, &format!("extraneous input '{}' expecting {set}", token.text))?;
            self.skip();
            self.recovering = false;
            return Ok(true);
        }
        self.syntax(token.at, &format!("mismatched input '{}' expecting {set}", token.text))?;
        self.recover();
        Ok(false)
    }

    /// Counts nested nodes as cel-go's visitor does.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.visited += 1;
        if self.visited > MAX_DEPTH {
            return Err(Stop::Bound("max recursion depth exceeded"));
        }
        let parsed = parse(self);
        self.visited -= 1;
        parsed
    }

    /// Bounds what a loop nests to its left.
    fn count(depth: &mut u32) -> Parsed<()> {
        *depth += 1;
        if *depth > MAX_DEPTH {
            return Err(Stop::Bound("expression recursion limit exceeded: 250"));
        }
        Ok(())
    }

    fn call(&mut self, at: Position, function: &str, args: Vec<Id>) -> Id {
        self.ast.add(at, Expr::Call { function: function.into(), target: None, args })
    }

    fn start(&mut self) -> Parsed<Id> {
        let root = self.expr()?;
        self.expect(Tok::End)?;
        Ok(root)
    }

    /// `conditionalOr ('?' conditionalOr ':' expr)?`
    fn expr(&mut self) -> Parsed<Id> {
        self.nested += 1;
        if self.nested > MAX_DEPTH {
            return Err(Stop::Bound("expression recursion limit exceeded: 250"));
        }
        if self.ast.len() > MAX_NODES {
            return Err(Stop::TooLarge);
        }
        let parsed = self.ternary();
        self.nested -= 1;
        parsed
    }

    fn ternary(&mut self) -> Parsed<Id> {
        let condition = self.logic(Tok::Or)?;
        if self.kind() != Tok::Question {
            return Ok(condition);
        }
        let at = Some(self.take().at);
        self.around.push(Tok::Colon);
        let yes = self.logic(Tok::Or)?;
        self.around.pop();
        if self.expect(Tok::Colon)?.is_none() {
            return Ok(condition);
        }
        let no = self.deeper(Self::expr)?;
        Ok(self.call(at, "_?_:_", vec![condition, yes, no]))
    }

    /// `a || b || c`, as a balanced tree. Mirrors `logicManager`.
    fn logic(&mut self, operator: Tok) -> Parsed<Id> {
        let next = |parser: &mut Self| match operator {
            Tok::Or => parser.logic(Tok::And),
            _ => parser.relation(),
        };
        let mut terms = vec![next(self)?];
        let mut ops = Vec::new();
        while self.kind() == operator {
            ops.push(Some(self.take().at));
            terms.push(next(self)?);
        }
        let function: Arc<str> = if operator == Tok::Or { "_||_" } else { "_&&_" }.into();
        Ok(self.balance(&function, &terms, &ops))
    }

    fn balance(&mut self, function: &Arc<str>, terms: &[Id], ops: &[Position]) -> Id {
        if let ([term], _) | ([term, ..], []) = (terms, ops) {
            return *term;
        }
        let mid = ops.len() / 2;
        let (left, right) = terms.split_at(mid + 1);
        let left = self.balance(function, left, ops.get(..mid).unwrap_or_default());
        let right = self.balance(function, right, ops.get(mid + 1..).unwrap_or_default());
        let at = ops.get(mid).copied().flatten();
        self.ast.add(at, Expr::Call { function: function.clone(), target: None, args: vec![left, right] })
    }

    fn relation(&mut self) -> Parsed<Id> {
        let mut left = self.sum()?;
        let (below, mut depth) = (self.left, 0);
        loop {
            let function = match self.kind() {
                Tok::Lt => "_<_",
                Tok::Le => "_<=_",
                Tok::Gt => "_>_",
                Tok::Ge => "_>=_",
                Tok::Eq => "_==_",
                Tok::Ne => "_!=_",
                Tok::In => "@in",
                _ => break,
            };
            Self::count(&mut depth)?;
            let at = Some(self.take().at);
            let right = self.sum()?;
            left = self.call(at, function, vec![left, right]);
        }
        self.nest(below + depth)?;
        Ok(left)
    }

    /// What nests to the left counts as nested for what is above.
    fn nest(&mut self, depth: u32) -> Parsed<()> {
        self.left = depth;
        if self.visited + depth > MAX_DEPTH {
            return Err(Stop::Bound("max recursion depth exceeded"));
        }
        Ok(())
    }

    fn sum(&mut self) -> Parsed<Id> {
        self.calc(&[(Tok::Plus, "_+_"), (Tok::Minus, "_-_")], |parser| {
            parser.calc(&[(Tok::Star, "_*_"), (Tok::Slash, "_/_"), (Tok::Percent, "_%_")], Self::unary)
        })
    }

    fn calc(&mut self, operators: &[(Tok, &str)], operand: impl Fn(&mut Self) -> Parsed<Id>) -> Parsed<Id> {
        let mut left = operand(self)?;
        let (below, mut depth) = (self.left, 0);
        while let Some((_, function)) = operators.iter().find(|(tok, _)| *tok == self.kind()) {
            Self::count(&mut depth)?;
            let at = Some(self.take().at);
            let right = operand(self)?;
            left = self.call(at, function, vec![left, right]);
        }
        self.nest(below + depth)?;
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Id> {
        if !self.sync(OPERAND)? {
            let at = Some(self.token().at);
            return Ok(self.ast.add(at, Expr::Unspecified));
        }
        let (first, function) = match self.kind() {
            Tok::Not => (Tok::Not, "!_"),
            // A sign directly before a number belongs to it.
            Tok::Minus if !matches!(self.ahead(1).kind, Tok::Int | Tok::Float) => (Tok::Minus, "-_"),
            _ => return self.member(),
        };
        let at = Some(self.token().at);
        let mut count = 0;
        while self.kind() == first {
            count += 1;
            self.take();
        }
        let operand = self.member()?;
        if count % 2 == 0 {
            return Ok(operand);
        }
        Ok(self.call(at, function, vec![operand]))
    }

    /// `primary ( '.' name | '.' name '(' args ')' | '[' expr ']' )*`
    fn member(&mut self) -> Parsed<Id> {
        let mut operand = self.primary()?;
        self.left = 0;
        let mut depth = 0;
        loop {
            match self.kind() {
                Tok::Dot => {
                    Self::count(&mut depth)?;
                    operand = match self.select(operand)? {
                        Some(selected) => selected,
                        None => return Ok(operand),
                    };
                }
                Tok::LBracket => {
                    Self::count(&mut depth)?;
                    let at = Some(self.take().at);
                    let optional = self.kind() == Tok::Question;
                    if optional {
                        self.take();
                    }
                    self.around.push(Tok::RBracket);
                    let index = self.deeper(Self::expr)?;
                    self.around.pop();
                    let closed = self.expect(Tok::RBracket)?.is_some();
                    operand = self.call(at, if optional { "_[?_]" } else { "_[_]" }, vec![operand, index]);
                    if !closed {
                        return Ok(operand);
                    }
                }
                _ => break,
            }
        }
        self.nest(depth)?;
        Ok(operand)
    }

    /// What stands behind a dot. `None` if it is nothing that can.
    fn select(&mut self, operand: Id) -> Parsed<Option<Id>> {
        let dot = self.token();
        let optional = self.ahead(1).kind == Tok::Question;
        let name = self.ahead(1 + usize::from(optional));
        let is_name = matches!(name.kind, Tok::Ident | Tok::Escaped);
        if !is_name {
            let message = match (name.kind, optional) {
                (Tok::True | Tok::False | Tok::Null, false) => {
                    format!("mismatched input '{}' expecting IDENTIFIER", name.text)
                }
                (Tok::End, _) => {
                    format!("no viable alternative at input '.{}'", if optional { "?" } else { "" })
                }
                (_, true) => {
                    format!("mismatched input '{}' expecting {{IDENTIFIER, ESC_IDENTIFIER}}", name.text)
                }
                _ => format!("no viable alternative at input '.{}'", name.text),
            };
            self.syntax(name.at, &message)?;
            self.skip();
            self.recover();
            return Ok(None);
        }
        self.take();
        if optional {
            self.take();
        }
        self.take();
        let at = Some(dot.at);
        if !optional && name.kind == Tok::Ident && self.kind() == Tok::LParen {
            let open = Some(self.take().at);
            let args = self.arguments()?;
            return Ok(Some(self.receiver_call(open, name.text, operand, args)?));
        }
        let field = match name.kind {
            Tok::Ident => name.text,
            _ => {
                self.error(Some(name.at), "unsupported syntax: '`'");
                ""
            }
        };
        if optional {
            let field = self.ast.add(Some(name.at), Expr::Literal(Literal::Str(field.into())));
            return Ok(Some(self.call(at, "_?._", vec![operand, field])));
        }
        Ok(Some(self.ast.add(at, Expr::Select { operand, field: field.into(), test_only: false })))
    }

    /// Arguments and the closing parenthesis.
    fn arguments(&mut self) -> Parsed<Vec<Id>> {
        let mut args = Vec::new();
        if self.kind() == Tok::RParen {
            self.take();
            return Ok(args);
        }
        let expected: Vec<Tok> = OPERAND.iter().copied().chain([Tok::RParen]).collect();
        if !self.sync(&expected)? {
            return Ok(args);
        }
        if self.kind() != Tok::RParen {
            self.around.extend([Tok::Comma, Tok::RParen]);
            args.push(self.deeper(Self::expr)?);
            while self.kind() == Tok::Comma {
                self.take();
                args.push(self.deeper(Self::expr)?);
            }
            self.around.truncate(self.around.len().saturating_sub(2));
        }
        self.expect(Tok::RParen)?;
        Ok(args)
    }

    fn primary(&mut self) -> Parsed<Id> {
        let token = self.token();
        let at = Some(token.at);
        match token.kind {
            Tok::LParen => {
                self.take();
                self.around.push(Tok::RParen);
                let inner = self.expr()?;
                self.around.pop();
                self.expect(Tok::RParen)?;
                Ok(inner)
            }
            Tok::LBracket => self.list(),
            Tok::LBrace => self.map(),
            Tok::Dot | Tok::Ident => self.name(),
            Tok::Minus | Tok::Int | Tok::Uint | Tok::Float => {
                let negative = token.kind == Tok::Minus;
                if negative {
                    self.take();
                }
                let number = self.take();
                Ok(self.number(at, negative, number))
            }
            Tok::Str | Tok::Bytes => {
                self.take();
                let bytes = token.kind == Tok::Bytes;
                let text = if bytes { token.text.get(1..).unwrap_or_default() } else { token.text };
                Ok(match unescape(text, bytes) {
                    Err(message) => self.error(at, message),
                    Ok(value) if bytes => self.ast.add(at, Expr::Literal(Literal::Bytes(value.into()))),
                    Ok(value) => {
                        let text = String::from_utf8_lossy(&value);
                        self.ast.add(at, Expr::Literal(Literal::Str(text.as_ref().into())))
                    }
                })
            }
            Tok::True | Tok::False => {
                self.take();
                Ok(self.ast.add(at, Expr::Literal(Literal::Bool(token.kind == Tok::True))))
            }
            Tok::Null => {
                self.take();
                Ok(self.ast.add(at, Expr::Literal(Literal::Null)))
            }
            // Behind `!`, where what begins an operand was not asked for.
            _ => {
                self.sync(&OPERAND.iter().copied().filter(|t| *t != Tok::Not).collect::<Vec<_>>())?;
                Ok(self.ast.add(at, Expr::Unspecified))
            }
        }
    }

    fn number(&mut self, at: Position, negative: bool, token: Token<'_>) -> Id {
        let sign = if negative { "-" } else { "" };
        let text = token.text;
        let (hex, digits) = match text.strip_prefix("0x") {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let radix = if hex { 16 } else { 10 };
        let literal = match token.kind {
            Tok::Int => {
                i64::from_str_radix(&format!("{sign}{digits}"), radix).map(Literal::Int).map_err(|_| "int")
            }
            Tok::Uint => {
                let digits = digits.get(..digits.len().saturating_sub(1)).unwrap_or_default();
                u64::from_str_radix(digits, radix).map(Literal::Uint).map_err(|_| "uint")
            }
            _ => match format!("{sign}{text}").parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Literal::Double(number)),
                _ => Err("double"),
            },
        };
        match literal {
            Ok(literal) => self.ast.add(at, Expr::Literal(literal)),
            Err(kind) => self.error(at, format!("invalid {kind} literal")),
        }
    }

    /// A variable, a call or a struct, maybe with a dot before it.
    fn name(&mut self) -> Parsed<Id> {
        let start = self.token();
        let leading = start.kind == Tok::Dot;
        let name = self.ahead(usize::from(leading));
        if name.kind != Tok::Ident {
            self.syntax(
                name.at,
                &format!(
                    "no viable alternative at input '.{}'",
                    match name.kind {
                        Tok::End => "",
                        _ => name.text,
                    }
                ),
            )?;
            self.skip();
            self.recover();
            return Ok(self.ast.add(Some(start.at), Expr::Unspecified));
        }
        if leading {
            self.take();
        }
        // `a.b.C{`: a struct.
        let mut length = 1;
        while self.ahead(length).kind == Tok::Dot && self.ahead(length + 1).kind == Tok::Ident {
            length += 2;
        }
        if self.ahead(length).kind == Tok::LBrace {
            let mut full = String::from(if leading { "." } else { "" });
            for _ in 0..length {
                full.push_str(self.take().text);
            }
            return self.construct(&full);
        }
        self.take();
        let full = format!("{}{}", if leading { "." } else { "" }, name.text);
        let reserved = RESERVED.contains(&name.text);
        if self.kind() == Tok::LParen {
            let open = Some(self.take().at);
            let args = self.arguments()?;
            if reserved {
                return Ok(self.error(Some(start.at), format!("reserved identifier: {}", name.text)));
            }
            return self.global_call(open, &full, args);
        }
        if reserved {
            return Ok(self.error(Some(start.at), format!("reserved identifier: {}", name.text)));
        }
        Ok(self.ast.add(Some(name.at), Expr::Ident(full.into())))
    }

    fn list(&mut self) -> Parsed<Id> {
        let at = Some(self.take().at);
        let (mut elements, mut optional) = (Vec::new(), Vec::new());
        self.around.extend([Tok::Comma, Tok::RBracket]);
        let expected: Vec<Tok> =
            OPERAND.iter().copied().chain([Tok::RBracket, Tok::Question, Tok::Comma]).collect();
        let fits = self.sync(&expected)?;
        while fits && !matches!(self.kind(), Tok::RBracket | Tok::Comma | Tok::End) {
            if self.kind() == Tok::Question {
                self.take();
                optional.push(elements.len());
            }
            elements.push(self.deeper(Self::expr)?);
            let more = self.ahead(1).kind;
            if self.kind() != Tok::Comma || !(OPERAND.contains(&more) || more == Tok::Question) {
                break;
            }
            self.take();
        }
        if self.kind() == Tok::Comma {
            self.take();
        }
        self.around.truncate(self.around.len().saturating_sub(2));
        if fits {
            self.expect(Tok::RBracket)?;
        }
        Ok(self.ast.add(at, Expr::List { elements, optional }))
    }

    fn map(&mut self) -> Parsed<Id> {
        let at = Some(self.take().at);
        let mut entries = Vec::new();
        self.around.extend([Tok::Colon, Tok::Comma, Tok::RBrace]);
        let expected: Vec<Tok> =
            OPERAND.iter().copied().chain([Tok::RBrace, Tok::Question, Tok::Comma]).collect();
        let fits = self.sync(&expected)?;
        while fits && !matches!(self.kind(), Tok::RBrace | Tok::Comma | Tok::End) {
            let optional = self.kind() == Tok::Question;
            if optional {
                self.take();
            }
            let key = self.deeper(Self::expr)?;
            let Some(colon) = self.expect(Tok::Colon)? else { break };
            let value = self.deeper(Self::expr)?;
            entries.push(Entry { key, value, optional, at: Some(colon.at) });
            let more = self.ahead(1).kind;
            if self.kind() != Tok::Comma || !(OPERAND.contains(&more) || more == Tok::Question) {
                break;
            }
            self.take();
        }
        if self.kind() == Tok::Comma {
            self.take();
        }
        self.around.truncate(self.around.len().saturating_sub(3));
        if fits {
            self.expect(Tok::RBrace)?;
        }
        Ok(self.ast.add(at, Expr::Map(entries)))
    }

    /// `Name{field: value}`
    fn construct(&mut self, name: &str) -> Parsed<Id> {
        let at = Some(self.take().at);
        let mut fields = Vec::new();
        self.around.extend([Tok::Comma, Tok::RBrace]);
        let expected = [Tok::RBrace, Tok::Comma, Tok::Question, Tok::Ident, Tok::Escaped];
        let fits = self.sync(&expected)?;
        while fits && !matches!(self.kind(), Tok::RBrace | Tok::Comma | Tok::End) {
            let optional = self.kind() == Tok::Question;
            if optional {
                self.take();
            }
            if !self.sync(&[Tok::Ident, Tok::Escaped])? {
                break;
            }
            let field = self.take();
            if field.kind == Tok::Escaped {
                self.error(Some(field.at), "unsupported syntax: '`'");
            }
            let Some(colon) = self.expect(Tok::Colon)? else { break };
            let value = self.deeper(Self::expr)?;
            fields.push(Entry { key: field.text.into(), value, optional, at: Some(colon.at) });
            let more = self.ahead(1).kind;
            if self.kind() != Tok::Comma || !matches!(more, Tok::Ident | Tok::Escaped | Tok::Question) {
                break;
            }
            self.take();
        }
        if self.kind() == Tok::Comma {
            self.take();
        }
        self.around.truncate(self.around.len().saturating_sub(2));
        if fits {
            self.expect(Tok::RBrace)?;
        }
        Ok(self.ast.add(at, Expr::Struct { name: name.into(), fields }))
    }

    fn global_call(&mut self, at: Position, function: &str, args: Vec<Id>) -> Parsed<Id> {
        match macros::expand(&mut self.ast, at, function, None, &args) {
            Ok(Some(expanded)) => Ok(expanded),
            Ok(None) => Ok(self.call(at, function, args)),
            Err(error) => self.macro_error(error),
        }
    }

    fn receiver_call(&mut self, at: Position, function: &str, target: Id, args: Vec<Id>) -> Parsed<Id> {
        match macros::expand(&mut self.ast, at, function, Some(target), &args) {
            Ok(Some(expanded)) => Ok(expanded),
            Ok(None) => {
                Ok(self.ast.add(at, Expr::Call { function: function.into(), target: Some(target), args }))
            }
            Err(error) => self.macro_error(error),
        }
    }

    fn macro_error(&mut self, error: macros::Error) -> Parsed<Id> {
        match error {
            macros::Error::At(id, message) => {
                let at = self.ast.at(id);
                Ok(self.error(at, message))
            }
            macros::Error::TooLarge => Err(Stop::TooLarge),
        }
    }
}
