//! A view as JSON text.

use std::fmt::Write;

use super::arena::{Kind, View};

/// Compact JSON with integers exact and keys in the order of the document.
pub fn to_json(view: View<'_>) -> String {
    let mut out = String::new();
    // Ends of the collections that are open, and what closes them.
    let mut open: Vec<(u32, char)> = Vec::new();
    let doc = view.document();
    let (mut at, until) = (view.index(), doc.after(view.index()));
    let mut first = true;
    loop {
        while let Some(&(end, close)) = open.last() {
            if at < end {
                break;
            }
            out.push(close);
            open.pop();
            first = false;
        }
        if at >= until {
            return out;
        }
        let view = doc.view(at);
        if view.node().flags & super::flag::SHADOWED != 0 {
            at = doc.after(at + 1);
            continue;
        }
        if !first {
            out.push(',');
        }
        first = false;
        match view.kind() {
            Kind::Key => {
                quote(&mut out, view.text());
                out.push(':');
                first = true;
            }
            Kind::Str => quote(&mut out, view.text()),
            Kind::Seq | Kind::Map => {
                let (left, right) = if view.kind() == Kind::Seq { ('[', ']') } else { ('{', '}') };
                out.push(left);
                open.push((doc.after(at), right));
                first = true;
            }
            _ => out.push_str(view.text()),
        }
        at += 1;
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => drop(write!(out, "\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
