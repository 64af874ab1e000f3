//! # `yaml/octal-mode`
//!
//! ## What it does
//!
//! Reports a file mode (`defaultMode`, `mode`) that is written as if it were octal, and is read as decimal: `400`, `440`,
//! `444`, `500`.
//!
//! ## Why is this bad?
//!
//! `400` without a leading zero is decimal four hundred, which is octal `0620`: the owner may read and write, the group
//! may write. The server accepts it, and nobody sees it until a program refuses a key file that others may write, or
//! does not. (Modes above 511, like `644`, are refused by the server, so those are found soon.)
//!
//! ## Example
//!
//! ```yaml
//! volumes:
//!   - name: key
//!     secret: {secretName: key, defaultMode: 400}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! volumes:
//!   - name: key
//!     secret: {secretName: key, defaultMode: 0400}
//! ```
//!
//! ## When to ignore it
//!
//! When the decimal number was meant; then `0620` says it more clearly.

use crate::finding::{Code, Edit, Fix, Fixable, Level, Profile};
use crate::rules::{Check, Rule, Sink, page};
use crate::yaml::{Document, Kind, View};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "yaml/octal-mode",
        Level::Warning,
        Profile::Recommended,
        "A file mode that looks octal and is decimal.",
        page!("octal_mode.rs"),
    )
    .fixable(Fixable::Always),
    check: Check::Document(check),
};

/// What people write for a mode of which decimal 0 to 511 is another mode.
const LOOKS_OCTAL: &[&str] = &["400", "440", "444", "500"];

fn check(document: &Document, out: &mut Sink<'_>) {
    let Some(root) = document.root() else { return };
    let mut open = vec![root];
    while let Some(view) = open.pop() {
        open.extend(view.items());
        for (key, value) in view.entries() {
            open.push(value);
            let is_mode = match key.text() {
                "defaultMode" => true,
                // Of a file in a volume; `mode` alone is anything.
                "mode" => view.get("path").is_some(),
                _ => false,
            };
            if is_mode && value.kind() == Kind::Int && LOOKS_OCTAL.contains(&value.written()) {
                report(document, value, out);
            }
        }
    }
}

fn report(document: &Document, value: View<'_>, out: &mut Sink<'_>) {
    let written = value.written();
    let (Ok(is), Ok(meant)) = (written.parse::<u32>(), u32::from_str_radix(written, 8)) else { return };
    // JSON has no octal numbers.
    let right = if document.json { meant.to_string() } else { format!("0{written}") };
    let edit = Edit { file: document.file(), span: value.span(), text: right.clone() };
    out.push(
        out.finding(
            value.place(),
            format!("file mode {written} is decimal: it means {is:#o}").replace("0o", "0"),
        )
        .label(format!("octal {written} is `{right}`"))
        .because(format!("{} instead of {}", rights(is), rights(meant)))
        .fix(Fix::maybe(format!("write `{right}`"), vec![edit])),
    );
}

/// `rw--w----`
fn rights(mode: u32) -> String {
    (0..9).map(|bit| if mode & (0o400 >> bit) != 0 { ['r', 'w', 'x'][bit % 3] } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn rights() {
        assert_eq!(super::rights(0o400), "r--------");
        assert_eq!(super::rights(400), "rw--w----");
        assert_eq!(super::rights(0o751), "rwxr-x--x");
    }
}
