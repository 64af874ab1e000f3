//! Where a value is: as field errors name it, as kube-openapi names it, and in the file.

use std::fmt::Write as _;

use crate::finding::Place;
use crate::object::Value;

/// A path, as a chain of steps on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'p> {
    up: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    /// A field, or names joined by dots.
    Child(&'p str),
    Index(usize),
    /// A key of a map.
    Key(&'p str),
}

impl<'p> Path<'p> {
    /// The object itself (a nil path).
    pub(super) const ROOT: Path<'static> = Path { up: None, step: Step::Root };

    pub(super) fn child<'q>(&'q self, name: &'q str) -> Path<'q>
    where
        'p: 'q,
    {
        Path { up: Some(self), step: Step::Child(name) }
    }

    pub(super) fn index<'q>(&'q self, index: usize) -> Path<'q>
    where
        'p: 'q,
    {
        Path { up: Some(self), step: Step::Index(index) }
    }

    pub(super) fn key<'q>(&'q self, name: &'q str) -> Path<'q>
    where
        'p: 'q,
    {
        Path { up: Some(self), step: Step::Key(name) }
    }

    fn steps(&self) -> Vec<Step<'p>> {
        let mut steps = Vec::new();
        let mut at = Some(*self);
        while let Some(path) = at {
            steps.push(path.step);
            at = path.up.copied();
        }
        steps.reverse();
        steps
    }

    /// Mirrors `field.Path.String`; `<nil>` for the object itself.
    pub(super) fn field(&self) -> String {
        let mut out = String::new();
        for step in self.steps() {
            let _ = match step {
                Step::Root => Ok(()),
                Step::Child(name) if out.is_empty() => out.write_str(name),
                Step::Child(name) => write!(out, ".{name}"),
                Step::Index(index) => write!(out, "[{index}]"),
                Step::Key(key) => write!(out, "[{key}]"),
            };
        }
        if out.is_empty() { "<nil>".to_owned() } else { out }
    }

    /// As kube-openapi names it: keys of maps like fields; empty for the object itself.
    pub(super) fn dotted(&self) -> String {
        let mut out = String::new();
        for step in self.steps() {
            let _ = match step {
                Step::Root => Ok(()),
                Step::Child(name) | Step::Key(name) if out.is_empty() => out.write_str(name),
                Step::Child(name) | Step::Key(name) => write!(out, ".{name}"),
                Step::Index(index) => write!(out, "[{index}]"),
            };
        }
        out
    }

    /// The place in an object of a file: a scalar itself, else its key, or that of the nearest value above that is there.
    pub(super) fn place(&self, root: Value<'_>) -> Place {
        let mut value = Some(root);
        let mut place = root.entries().next().map_or(root.place(), |(key, _)| root.key_place(key));
        for step in self.steps() {
            let Some(at) = value else { break };
            match step {
                Step::Root => {}
                Step::Child(name) | Step::Key(name) => {
                    let hoisted = if at.get(name).is_none() { hoisted(at, name) } else { None };
                    let (from, name) = hoisted.unwrap_or((at, name));
                    value = from.get(name);
                    if value.is_some() {
                        place = from.key_place(name);
                    }
                }
                Step::Index(index) => {
                    value = at.items().nth(index);
                    if let Some(item) = value {
                        place = item.place();
                    }
                }
            }
        }
        match value {
            Some(scalar) if !scalar.is_map() && !scalar.is_seq() && !scalar.place().span.is_empty() => {
                scalar.place()
            }
            _ => place,
        }
    }
}

/// As kube-openapi names it.
impl std::fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.dotted())
    }
}

/// What the server's own form of a definition has beside its versions, and manifests have in the only one of them: the object
/// that has it, and its name there.
fn hoisted<'v>(spec: Value<'v>, name: &str) -> Option<(Value<'v>, &'static str)> {
    let name = match name {
        "validation" => "schema",
        "subresources" => "subresources",
        "additionalPrinterColumns" => "additionalPrinterColumns",
        "selectableFields" => "selectableFields",
        _ => return None,
    };
    let version = spec.list("versions").next()?;
    version.get("storage").and(version.get(name)).map(|_| (version, name))
}
