//! Rules of one's own: expressions of CEL over an object, from `kcheck.yaml`.

use std::fmt::Write as _;
use std::sync::Arc;

use super::name_place;
use crate::apiserver::cel::{self, Env, Program, Refusal, Type, Val};
use crate::finding::{Code, Finding, Level, Profile};
use crate::object::{Object, Pattern, Value};

/// A rule, as it is written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// `team/replicas`
    pub code: String,
    /// How bad it is.
    pub level: Option<Level>,
    /// What is wrong where the expression is false.
    pub message: String,
    /// The same, made by an expression.
    pub message_expression: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// Objects that it is asked about; all if there is none.
    pub objects: Vec<Pattern>,
    /// Objects that it is not asked about.
    pub except: Vec<Pattern>,
    /// Path of the field to point at.
    pub field: Option<String>,
    /// True where all is well.
    pub expression: String,
}

/// A rule, compiled.
#[derive(Clone, Debug)]
pub struct Custom {
    /// Its code. It lives as long as the program does: there is one configuration.
    pub code: &'static Code,
    written: Arc<Written>,
    program: Arc<Program>,
    message: Option<Arc<Program>>,
}

/// Why a rule cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotCompiled {
    /// The message expression, not the expression.
    pub of_message: bool,
    /// cel-go's sentence: its first line without the excerpt.
    pub why: String,
}

impl Custom {
    /// Compiles a rule.
    pub fn new(written: Written) -> Result<Self, NotCompiled> {
        let program = compile(&written.expression, &Type::Bool)
            .map_err(|why| NotCompiled { of_message: false, why })?;
        let message = written
            .message_expression
            .as_deref()
            .map(|text| compile(text, &Type::Str).map_err(|why| NotCompiled { of_message: true, why }));
        let message = message.transpose()?.map(Arc::new);
        let code = code(&written);
        Ok(Self { code, written: Arc::new(written), program: Arc::new(program), message })
    }

    /// Asks the rule about an object, defaults included.
    pub fn check(&self, object: &Object<'_>, found: &mut Vec<Finding>) {
        let takes = |pattern: &Pattern| pattern.takes(&object.gvk.kind, &object.namespace, &object.name);
        let written = &*self.written;
        if !written.objects.is_empty() && !written.objects.iter().any(takes)
            || written.except.iter().any(takes)
        {
            return;
        }
        let variables = |name: &str| (name == "object").then(|| Ok(Val::plain(object.value)));
        let (outcome, _) = self.program.eval(&variables);
        let (message, why) = match outcome {
            Ok(Val::Bool(true)) => return,
            Ok(_) => (self.message(object), None),
            Err(error) => (
                format!("{} `{}` cannot be judged: {error}", object.gvk.kind, object.name),
                Some("an expression that fails is no yes: ask `has(...)` for fields that may be absent"),
            ),
        };
        let value = written.field.as_deref().map(|field| at(object.value, field));
        let place = value.map_or_else(|| name_place(object), |(_, place)| place);
        let mut finding = Finding::new(self.code, place, message);
        if let Some(field) = &written.field {
            finding = finding.field(field.clone());
        }
        if let Some(help) = &written.help {
            finding = finding.help(help.clone());
        }
        if let Some(why) = why {
            finding = finding.because(why);
        }
        found.push(match object.document {
            Some(document) => finding.document(document),
            None => finding,
        });
    }

    fn message(&self, object: &Object<'_>) -> String {
        let variables = |name: &str| (name == "object").then(|| Ok(Val::plain(object.value)));
        let said = self.message.as_ref().map(|program| program.eval(&variables).0);
        if let Some(Ok(Val::Str(text))) = said
            && !text.trim().is_empty()
        {
            return text.trim().to_owned();
        }
        if self.written.message.is_empty() {
            return format!("failed expression: {}", self.written.expression.trim());
        }
        self.written.message.clone()
    }
}

/// The value at the end of a path like `spec.template.spec`, or the nearest one on the way, and where it is.
fn at<'a>(object: Value<'a>, field: &str) -> (Value<'a>, crate::finding::Place) {
    let (mut value, mut place) = (object, None);
    for step in field.split('.') {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        let Some(next) = value.get(name) else { break };
        place = Some(value.key_place(name));
        value = match index {
            Some(index) => next.items().nth(index).unwrap_or(next),
            None => next,
        };
    }
    let place = if value.is_map() || value.is_seq() { place } else { Some(value.place()) };
    (value, place.unwrap_or_else(|| object.key_place("kind")))
}

fn compile(text: &str, wanted: &Type) -> Result<Program, String> {
    let mut env = Env::new();
    env.variable("object", Type::Dyn);
    match cel::compile(text, &env) {
        Ok(program) if matches!(program.output(), Type::Dyn) || program.output() == wanted => Ok(program),
        Ok(program) => Err(format!("it gives `{}`, and should give `{wanted}`", program.output())),
        Err(Refusal::Issues(issues)) => {
            let first = issues.lines().next().unwrap_or_default();
            Err(first.strip_prefix("ERROR: <input>:").unwrap_or(first).to_owned())
        }
        Err(Refusal::Program(error)) => Err(error),
        Err(Refusal::TooLarge) => Err("it is too large".to_owned()),
    }
}

/// The code of a rule, with a page of its own.
fn code(written: &Written) -> &'static Code {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let summary = if written.message.is_empty() {
        format!("An object for which `{}` is false", written.expression.trim())
    } else {
        written.message.clone()
    };
    let of = |patterns: &[Pattern]| {
        let all: Vec<String> =
            patterns.iter().map(|p| format!("{}/{}/{}", p.kind, p.namespace, p.name)).collect();
        all.join(", ")
    };
    let mut page = format!(
        "## What it does\n\nReports objects for which this is false (a rule of kcheck.yaml, in CEL, over `object` with its defaults):\n\n\
         ```cel\n{}\n```\n",
        written.expression.trim()
    );
    if !written.objects.is_empty() {
        let _ = writeln!(page, "\nAsked about {}.", of(&written.objects));
    }
    if !written.except.is_empty() {
        let _ = writeln!(page, "\nNot asked about {}.", of(&written.except));
    }
    if let Some(help) = &written.help {
        let _ = writeln!(page, "\n## How to mend it\n\n{help}");
    }
    let code = Code::rule(
        leak(written.code.clone()),
        written.level.unwrap_or(Level::Warning),
        Profile::Recommended,
        leak(summary),
        leak(page),
    );
    Box::leak(Box::new(code))
}
