//! What can be said about a field: the server's error types, each with plain words and a help to start from.

use super::{Cause, Field, Reason, Run, Stop, words};
use crate::apiserver::go_json;
use crate::apiserver::{Warning, codes};
use crate::finding::{Code, Edit, Fix, Place};
use crate::object::Value;
use crate::schema::quote;
use crate::yaml::edit::replace_scalar;

/// What was said last, to be told better: every method replaces what the general rule said.
#[derive(Clone, Copy)]
pub(in super::super) struct Said<'v> {
    run: &'v Run<'v>,
    at: usize,
}

impl Said<'_> {
    fn change(self, change: impl FnOnce(&mut Cause)) -> Self {
        if let Some(cause) = self.run.causes.borrow_mut().get_mut(self.at) {
            change(cause);
        }
        self
    }

    /// The same in plain words, one sentence that stands alone, and how to mend it.
    pub(in super::super) fn plain(self, sentence: impl Into<String>, help: impl Into<String>) -> Self {
        self.change(|cause| {
            cause.plain = sentence.into();
            cause.help = Some(help.into());
        })
    }

    /// How to mend it.
    pub(in super::super) fn help(self, help: impl Into<String>) -> Self {
        self.change(|cause| cause.help = Some(help.into()))
    }

    /// A change of the file that mends it and changes what the object does.
    pub(in super::super) fn maybe(self, title: impl Into<String>, edit: Option<Edit>) -> Self {
        self.change(|cause| cause.fix = edit.map(|edit| Fix::maybe(title, vec![edit])))
    }

    /// A change of the file that mends it; what the general rule knew stays where there is none.
    pub(in super::super) fn fix(self, fix: Option<Fix>) -> Self {
        self.change(|cause| cause.fix = fix.or(cause.fix.take()))
    }

    /// Under another code.
    pub(in super::super) fn code(self, code: &'static Code) -> Self {
        self.change(|cause| cause.code = code)
    }

    /// At another place.
    pub(in super::super) fn place(self, place: Place) -> Self {
        self.change(|cause| cause.place = place)
    }
}

/// What was warned of last, to be told better.
#[derive(Clone, Copy)]
pub(in super::super) struct Warned<'v> {
    run: &'v Run<'v>,
    at: usize,
}

impl Warned<'_> {
    fn change(self, change: impl FnOnce(&mut Warning)) -> Self {
        if let Some(warning) = self.run.warnings.borrow_mut().get_mut(self.at) {
            change(warning);
        }
        self
    }

    /// Under another code.
    pub(in super::super) fn code(self, code: &'static Code) -> Self {
        self.change(|warning| warning.code = code)
    }

    /// At another place.
    pub(in super::super) fn place(self, place: Place) -> Self {
        self.change(|warning| warning.place = place)
    }

    /// A change of the file that mends it.
    pub(in super::super) fn fix(self, fix: Option<Fix>) -> Self {
        self.change(|warning| warning.fix = fix)
    }
}

/// When so many bytes have been said of an object, the rest of its errors are not told: a long value stands in each of them.
const MOST_SAID: usize = 1 << 25;

impl<'v> Field<'v> {
    /// Where more would be said, if nothing more is.
    fn enough(self) -> Option<Said<'v>> {
        (self.run.said.get() > MOST_SAID).then_some(Said { run: self.run, at: usize::MAX })
    }

    fn say(self, reason: Reason, code: &'static Code, message: String) -> Said<'v> {
        if let Some(said) = self.enough() {
            return said;
        }
        self.run.said.set(self.run.said.get() + message.len());
        let mut causes = self.run.causes.borrow_mut();
        let at = causes.len();
        causes.push(Cause {
            reason,
            field: self.run.path(self.step),
            message,
            place: self.place(),
            code,
            plain: String::new(),
            help: None,
            fix: None,
            made: matches!(self.value, Some(Value::Made(..))),
        });
        Said { run: self.run, at }
    }

    /// A warning that begins with the field.
    pub(in super::super) fn warn(self, sentence: &str, help: &'static str) -> Warned<'v> {
        self.warn_bare(format!("{}: {sentence}", self.path()), help)
    }

    /// A warning that is not about a field by its name.
    pub(in super::super) fn warn_bare(self, text: String, help: &'static str) -> Warned<'v> {
        /// The server sends no more than that many letters in all, either.
        const MOST: usize = 4096;
        let mut warnings = self.run.warnings.borrow_mut();
        let at = warnings.len();
        if at < MOST {
            let place = self.place();
            let code = &codes::SERVER_WARNING;
            warnings.push(Warning { text, place, help: help.into(), code, fix: None });
        }
        Warned { run: self.run, at }
    }

    /// `Required value`, or `Required value: detail`.
    pub(in super::super) fn required(self, detail: &str) -> Said<'v> {
        let (plain, help) = words::required(self.name(), self.is_set());
        self.say(Reason::Required, &codes::REQUIRED, with_detail("Required value", detail)).plain(plain, help)
    }

    /// `Invalid value: VALUE: detail`, with the value as [`Field::printed`] prints it.
    pub(in super::super) fn invalid(self, detail: &str) -> Said<'v> {
        if let Some(said) = self.enough() {
            return said;
        }
        self.invalid_as(&self.printed(), detail)
    }

    /// `Invalid value: VALUE: detail` with the text at hand.
    pub(in super::super) fn invalid_text(self, text: &str, detail: &str) -> Said<'v> {
        if let Some(said) = self.enough() {
            return said;
        }
        self.invalid_as(&quote(text), detail)
    }

    /// `Invalid value: VALUE: detail` with the value as JSON, null if it is absent: pointers, lists, structs, and texts
    /// that have a type of their own.
    pub(in super::super) fn invalid_json(self, detail: &str) -> Said<'v> {
        if let Some(said) = self.enough() {
            return said;
        }
        self.invalid_as(&go_json::value(self.value), detail)
    }

    /// `Invalid value: VALUE: detail` for an integer that is no pointer.
    pub(in super::super) fn invalid_int(self, detail: &str) -> Said<'v> {
        self.invalid_as(&self.int().unwrap_or_default().to_string(), detail)
    }

    /// `Invalid value: PRINTED: detail` with a value that is printed already.
    pub(in super::super) fn invalid_as(self, printed: &str, detail: &str) -> Said<'v> {
        let (plain, help) = words::invalid(self.name(), printed, detail);
        let said = self.say(
            Reason::Invalid,
            &codes::FORMAT,
            with_detail(&format!("Invalid value: {printed}"), detail),
        );
        said.plain(plain, help)
    }

    /// `Invalid value: detail`, with no value.
    pub(in super::super) fn invalid_bare(self, detail: &str) -> Said<'v> {
        let (plain, help) = words::invalid(self.name(), "", detail);
        self.say(Reason::Invalid, &codes::FORMAT, with_detail("Invalid value", detail)).plain(plain, help)
    }

    /// `Unsupported value: "text": supported values: "a", "b"`, with the values in the order given.
    pub(in super::super) fn not_supported(self, supported: &[&str]) -> Said<'v> {
        let printed = match self.value.and_then(Value::as_str) {
            Some(text) => go_json::text(text),
            None => "\"\"".to_owned(),
        };
        self.not_supported_as(&printed, supported)
    }

    /// The same with a value that is printed already.
    pub(in super::super) fn not_supported_as(self, printed: &str, supported: &[&str]) -> Said<'v> {
        let list: Vec<String> = supported.iter().map(|s| quote(s)).collect();
        let mut message = format!("Unsupported value: {printed}");
        if !list.is_empty() {
            message.push_str(": supported values: ");
            message.push_str(&list.join(", "));
        }
        let (plain, help) = words::not_supported(self.name(), self.str(), supported);
        let said = self.say(Reason::NotSupported, &codes::ENUM, message).plain(plain, help);
        // The same word in other letters is meant; where only one value is allowed, it may be.
        let same = supported.iter().find(|value| value.eq_ignore_ascii_case(self.str()));
        let right = same.or(if supported.len() == 1 { supported.first() } else { None });
        let edit = right.and_then(|right| replace_scalar(self.value?.view()?, right));
        if let Some((right, edit)) = right.zip(edit) {
            let (title, edits) = (format!("write `{right}`"), vec![edit]);
            let fix = if same.is_some() { Fix::safe(title, edits) } else { Fix::maybe(title, edits) };
            said.change(|cause| cause.fix = Some(fix));
        }
        said
    }

    /// `Forbidden: detail`
    pub(in super::super) fn forbidden(self, detail: &str) -> Said<'v> {
        let (plain, help) = words::forbidden(self.name(), detail);
        let said = self.say(Reason::Forbidden, &codes::FORBIDDEN, with_detail("Forbidden", detail));
        said.place(if self.is_set() { self.key } else { self.place() }).plain(plain, help)
    }

    /// `Duplicate value: VALUE`, with the value as [`Field::printed`] prints it.
    pub(in super::super) fn duplicate(self) -> Said<'v> {
        self.duplicate_as(&self.printed())
    }

    /// `Duplicate value: PRINTED` with a value that is printed already.
    pub(in super::super) fn duplicate_as(self, printed: &str) -> Said<'v> {
        let (plain, help) = words::duplicate(self.name(), printed);
        self.say(Reason::Duplicate, &codes::DUPLICATE, format!("Duplicate value: {printed}"))
            .plain(plain, help)
    }

    /// `Not found: VALUE`, with the value as [`Field::printed`] prints it.
    pub(in super::super) fn not_found(self) -> Said<'v> {
        let printed = self.printed();
        let (plain, help) = words::not_found(self.name(), &printed);
        self.say(Reason::NotFound, &codes::NOT_FOUND, format!("Not found: {printed}")).plain(plain, help)
    }

    /// `Not found: VALUE: detail`
    pub(in super::super) fn not_found_because(self, detail: &str) -> Said<'v> {
        let printed = self.printed();
        let (plain, help) = words::not_found(self.name(), &printed);
        let message = with_detail(&format!("Not found: {printed}"), detail);
        self.say(Reason::NotFound, &codes::NOT_FOUND, message).plain(plain, help)
    }

    /// `Too long: may not be more than N bytes`
    pub(in super::super) fn too_long(self, max: usize) -> Said<'v> {
        let unit = if max == 1 { "byte" } else { "bytes" };
        let (plain, help) = words::too_long(self.name(), max, unit);
        let message = format!("Too long: may not be more than {max} {unit}");
        self.say(Reason::TooLong, &codes::TOO_LONG, message).plain(plain, help)
    }

    /// `Too many: COUNT: must have at most N items`
    pub(in super::super) fn too_many(self, count: usize, max: usize) -> Said<'v> {
        let items = if max == 1 { "item" } else { "items" };
        let (plain, help) = words::too_many(self.name(), count, max);
        let message = format!("Too many: {count}: must have at most {max} {items}");
        self.say(Reason::TooMany, &codes::TOO_MANY, message).plain(plain, help)
    }

    /// Ends the request with a sentence that names no field.
    pub(in super::super) fn stop(self, code: u16, reason: &'static str, message: String) -> Said<'v> {
        *self.run.stop.borrow_mut() = Some(Stop { code, reason, message: message.clone() });
        self.say(Reason::Internal, &codes::FORMAT, message)
    }

    /// `Internal error: detail`
    pub(in super::super) fn internal(self, detail: &str) -> Said<'v> {
        self.say(Reason::Internal, &codes::FORMAT, format!("Internal error: {detail}"))
            .help("the server cannot judge this; look at its sentence")
    }
}

fn with_detail(head: &str, detail: &str) -> String {
    if detail.is_empty() { head.to_owned() } else { format!("{head}: {detail}") }
}
