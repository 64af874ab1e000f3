//! `kcheck explain`: the page of a code, or what a kind and its fields are, in any version and without a cluster.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use super::args::ExplainArgs;
use super::{FINE, Failure, output, resolve};
use crate::finding::nearest;
use crate::report::text::wrapped as wrap;
use crate::run;
use crate::run::definitions::{self, Definitions};
use crate::schema::{
    Field, Kind as ApiKind, Minor, MinorSet, Scope, Shape, Type, TypeRef, Types, descriptions,
};
use crate::yaml::{self, Kind, View};

/// Fields below fields below fields; deeper than this nobody reads.
const MAX_DEPTH: usize = 12;

/// Names that kubectl takes for kinds.
const SHORT: [(&str, &str); 31] = [
    ("cm", "ConfigMap"),
    ("cj", "CronJob"),
    ("crd", "CustomResourceDefinition"),
    ("crds", "CustomResourceDefinition"),
    ("cs", "ComponentStatus"),
    ("csr", "CertificateSigningRequest"),
    ("deploy", "Deployment"),
    ("ds", "DaemonSet"),
    ("ep", "Endpoints"),
    ("ev", "Event"),
    ("hpa", "HorizontalPodAutoscaler"),
    ("ing", "Ingress"),
    ("limits", "LimitRange"),
    ("netpol", "NetworkPolicy"),
    ("no", "Node"),
    ("ns", "Namespace"),
    ("pc", "PriorityClass"),
    ("pdb", "PodDisruptionBudget"),
    ("po", "Pod"),
    ("pv", "PersistentVolume"),
    ("pvc", "PersistentVolumeClaim"),
    ("quota", "ResourceQuota"),
    ("rc", "ReplicationController"),
    ("rs", "ReplicaSet"),
    ("sa", "ServiceAccount"),
    ("sc", "StorageClass"),
    ("sts", "StatefulSet"),
    ("svc", "Service"),
    ("vac", "VolumeAttributesClass"),
    ("ip", "IPAddress"),
    ("job", "Job"),
];

/// Prints what is asked for.
pub(super) fn explain(args: &ExplainArgs) -> Result<u8, Failure> {
    let what = args.what.as_str();
    let mut out = Vec::new();
    let own = || super::config::Config::nearest().map(|config| config.codes()).unwrap_or_default();
    let code = run::codes().iter().copied().find(|code| code.name == what);
    if let Some(code) = code.or_else(|| own().into_iter().find(|code| code.name == what)) {
        output::page(code, &mut out)?;
    } else {
        let minors = resolve::minors(args.kubernetes_version.as_deref())?;
        let minor = minors.last().unwrap_or(Minor::DEFAULT);
        let known = definitions(args, what, minor)?;
        let asked = Asked::find(&known.types, what, minor).map_err(Failure::Text)?;
        asked.print(&known, minor, args.recursive, output::width(), &mut out)?;
    }
    io::stdout().write_all(&out)?;
    Ok(FINE)
}

/// The kinds that are known: those of `--crds`; without it, and if no built-in kind has the name, those that the current
/// folder defines.
fn definitions(args: &ExplainArgs, what: &str, minor: Minor) -> Result<Definitions, Failure> {
    let builtin = run::definitions::definitions(&args.crds)?;
    let error = match Asked::find(&builtin.types, what, minor) {
        Err(error) if args.crds.is_empty() => error,
        _ => return Ok(builtin),
    };
    let here = run::definitions::definitions(&[PathBuf::from(".")]);
    // What cannot be read here was not asked for.
    here.ok().filter(Definitions::knows_more).ok_or(Failure::Text(error))
}

/// A kind, and the fields on the way to what is asked.
struct Asked<'t> {
    kind: ApiKind<'t>,
    /// Other kinds of the same name.
    others: Vec<String>,
    path: Vec<(Type<'t>, Field<'t>)>,
}

impl<'t> Asked<'t> {
    /// `Deployment`, `deploy.spec.strategy`, `apps/v1/Deployment.spec`.
    fn find(types: &'t Types, what: &str, minor: Minor) -> Result<Self, String> {
        let (group_version, rest) = match what.rsplit_once('/') {
            Some((group_version, rest)) => (Some(group_version), rest),
            None => (None, what),
        };
        let mut steps = rest.split('.');
        let name = steps.next().unwrap_or_default();
        let mut kinds = kinds(types, name, group_version);
        kinds.sort_by_key(|kind| rank(kind, minor));
        let Some(&kind) = kinds.first() else { return Err(unknown(types, what, name)) };
        let others = kinds[1..]
            .iter()
            .filter(|other| other.served.has(minor) == kind.served.has(minor))
            .map(ApiKind::api_version)
            .collect();
        let mut path = Vec::new();
        let mut ty = types.get(kind.ty);
        for step in steps {
            // As findings write it: `containers[0].image`.
            let step = step.split('[').next().unwrap_or(step);
            let Some(field) = ty.field_in(step, MinorSet::one(minor)) else {
                let hint = match nearest(step, ty.fields().map(|field| field.name), 3) {
                    Some(near) => format!("; did you mean `{near}`?"),
                    None => String::new(),
                };
                let of = path.last().map_or(name, |(_, field): &(Type<'_>, Field<'_>)| field.name);
                let of = if is_named(ty) { ty.short().to_owned() } else { format!("`{of}`") };
                return Err(format!("{of} has no field `{step}`{hint}"));
            };
            path.push((ty, field));
            // Whatever comes next is asked of something that has no fields.
            let Some(next) = inner(types, field.ty) else { break };
            ty = next;
        }
        let asked = rest.split('.').count() - 1;
        if let Some((_, field)) = path.last().filter(|_| path.len() < asked) {
            return Err(format!("`{}` has no fields: {}", field.name, type_name(types, field.ty)));
        }
        Ok(Self { kind, others, path })
    }

    fn print(
        &self,
        known: &Definitions,
        minor: Minor,
        recursive: bool,
        width: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (types, kind) = (&known.types, self.kind);
        let own = if kind.custom { known.versions(&kind) } else { Vec::new() };
        let root = own.iter().find(|version| version.name == kind.version).and_then(|own| own.schema);
        let names: Vec<&str> = self.path.iter().map(|(_, field)| field.name).collect();
        let path = names.join(".");
        write!(out, "{} {}", kind.api_version(), kind.kind)?;
        writeln!(out, "{}{path}", if path.is_empty() { "" } else { ", " })?;

        let (inner_type, text) = match self.path.last() {
            None => {
                let ty = types.get(kind.ty);
                (Some(ty), descriptions::of_type(ty.name))
            }
            Some((ty, field)) => (inner(types, field.ty), descriptions::of_field(ty.name, field.name)),
        };
        let schema = root.and_then(|root| definitions::field(root, &names));
        let text = text.map(str::to_owned).or_else(|| definitions::description(schema?));
        if let Some(text) = text {
            writeln!(out, "\n{}", wrap(&text, width, 0, 0))?;
        }
        writeln!(out)?;
        let mut facts = self.facts(types, minor, &path);
        if let Some(schema) = schema {
            custom_facts(&own, schema, &names, &mut facts);
        }
        for (name, fact) in facts {
            writeln!(out, "  {name:<10}  {}", wrap(&fact, width, 14, 14))?;
        }
        let Some(ty) = inner_type.filter(|ty| !ty.is_empty()) else { return Ok(()) };
        writeln!(
            out,
            "\nFields{}:",
            if self.path.is_empty() || !is_named(ty) { String::new() } else { format!(" of {}", ty.short()) }
        )?;
        let minors = MinorSet::one(minor);
        let fields = Fields { types, minors, width, recursive };
        fields.print(ty, schema, 1, &mut vec![ty.name], out)
    }

    /// What there is to know in a word.
    fn facts(&self, types: &Types, minor: Minor, path: &str) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let kind = self.kind;
        let Some((ty, field)) = self.path.last() else {
            let lives = if kind.namespaced() { "in a namespace" } else { "in the cluster" };
            facts.push(("lives", lives.to_owned()));
            let served = if kind.custom { kind.minors } else { kind.served };
            facts.push(("served", versions(served, minor)));
            if !kind.deprecated.is_empty() {
                let gone = if kind.removed.is_empty() {
                    String::new()
                } else {
                    format!(", gone in {}", kind.removed)
                };
                let replacement = Types::removed(kind.group, kind.version, kind.kind)
                    .map_or(kind.replacement, |removed| removed.replacement);
                let instead =
                    if replacement.is_empty() { String::new() } else { format!("; use {replacement}") };
                facts.push(("deprecated", format!("since {}{gone}{instead}", kind.deprecated)));
            }
            if !self.others.is_empty() {
                facts.push(("also", self.others.join(", ")));
            }
            return facts;
        };
        facts.push(("type", type_name(types, field.ty)));
        // A field whose type changed has a row for each.
        let minors = ty
            .fields()
            .filter(|other| other.name == field.name)
            .fold(MinorSet::NONE, |all, other| all.or(other.minors));
        facts.push(("versions", versions(minors.and(kind.minors), minor)));
        if field.required {
            facts.push(("required", "yes".to_owned()));
        }
        if let Some(value) = self.default(path) {
            facts.push(("default", value));
        }
        if !field.values.is_empty() {
            facts.push(("one of", field.values.replace('|', ", ")));
        }
        if !field.keys.is_empty() {
            facts.push(("items", format!("told apart by {}", field.keys.replace(',', " and "))));
        }
        facts
    }

    /// What a server fills in: a rule of the kind or of any type on the way.
    fn default(&self, path: &str) -> Option<String> {
        let names: Vec<&str> = path.split('.').collect();
        let of_way = self.path.iter().enumerate().map(|(at, (ty, _))| (ty.name, names[at..].join(".")));
        for (ty, path) in of_way {
            let rules = descriptions::defaults(ty, &path);
            if rules.is_empty() {
                continue;
            }
            let rule = |(value, condition): &(&str, &str)| match *condition {
                "" => (*value).to_owned(),
                condition => format!("{value} (if {condition})"),
            };
            return Some(rules.iter().map(rule).collect::<Vec<_>>().join(", else "));
        }
        let (_, field) = self.path.last()?;
        (!field.default.is_empty()).then(|| field.default.to_owned())
    }
}

/// What a definition says of its kind (no names), or of a field of it.
fn custom_facts(
    own: &[definitions::Version<'_>],
    schema: View<'_>,
    names: &[&str],
    facts: &mut Vec<(&'static str, String)>,
) {
    let with_field = own.iter().filter(|v| v.schema.is_some_and(|s| definitions::field(s, names).is_some()));
    let shown = with_field.map(|version| {
        let mut notes = Vec::new();
        for (is, note) in [
            (version.stored && names.is_empty(), "stored"),
            (version.deprecated, "deprecated"),
            (!version.served, "not served"),
        ] {
            if is {
                notes.push(note);
            }
        }
        let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        format!("{}{notes}", version.name)
    });
    let shown: Vec<String> = shown.collect();
    facts.retain(|(name, _)| !matches!(*name, "versions" | "served"));
    facts.push(("versions", shown.join(", ")));
    if names.is_empty() {
        return;
    }
    for (name, key) in [
        ("default", "default"),
        ("one of", "enum"),
        ("format", "format"),
        ("pattern", "pattern"),
        ("at least", "minimum"),
        ("at most", "maximum"),
    ] {
        let Some(value) = schema.get(key) else { continue };
        let text = |value: View<'_>| match value.kind() {
            Kind::Map | Kind::Seq => yaml::to_json(value),
            _ => value.text().to_owned(),
        };
        let items: Vec<String> =
            if key == "enum" { value.items().map(text).collect() } else { vec![text(value)] };
        facts.retain(|(known, _)| *known != name);
        facts.push((name, items.join(", ")));
    }
}

/// Kinds of a name, of a group and version if they are given.
fn kinds<'t>(types: &'t Types, name: &str, group_version: Option<&str>) -> Vec<ApiKind<'t>> {
    let name = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, kind)| kind);
    types
        .kinds()
        .filter(|kind| {
            matches!(kind.scope, Scope::Cluster | Scope::Namespaced)
                && (kind.kind.eq_ignore_ascii_case(name) || kind.plural == name)
                && group_version.is_none_or(|given| given == kind.api_version() || given == kind.group)
        })
        .collect()
}

/// What is served goes first, then what is stable, then the core group, then the latest version.
fn rank(kind: &ApiKind<'_>, minor: Minor) -> (bool, bool, bool, std::cmp::Reverse<String>) {
    let unstable = kind.version.contains("alpha") || kind.version.contains("beta");
    (!kind.served.has(minor), unstable, !kind.group.is_empty(), std::cmp::Reverse(kind.version.to_owned()))
}

fn unknown(types: &Types, what: &str, name: &str) -> String {
    // A code has small letters and one slash.
    let codes = run::codes().iter().map(|code| code.name);
    let near = nearest(what, codes, 4).map(str::to_owned);
    let near = near.or_else(|| nearest(name, types.kinds().map(|kind| kind.kind), 2).map(str::to_owned));
    let hint = match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => "; `kcheck rules` lists all codes".to_owned(),
    };
    format!("there is no code and no kind `{what}`{hint}")
}

/// The struct that a field is, or holds in lists and maps.
fn inner(types: &Types, mut reference: TypeRef) -> Option<Type<'_>> {
    loop {
        match types.shape(reference) {
            Shape::Struct(ty) => return Some(types.get(ty)),
            Shape::List(item) | Shape::Map(item) => reference = item,
            _ => return None,
        }
    }
}

/// True for built-in types; those of custom kinds have none but the kind's.
fn is_named(ty: Type<'_>) -> bool {
    !ty.name.contains(' ')
}

/// The short name of a type.
fn short(ty: Type<'_>) -> &str {
    if is_named(ty) { ty.short() } else { "object" }
}

/// A type in words.
fn type_name(types: &Types, reference: TypeRef) -> String {
    let word = match types.shape(reference) {
        Shape::Any => "anything",
        Shape::String => "string",
        Shape::Bool => "boolean",
        Shape::Int32 => "integer of 32 bits",
        Shape::Int64 => "integer of 64 bits",
        Shape::Double => "number",
        Shape::Bytes => "bytes in base64",
        Shape::IntOrString => "integer or string",
        Shape::Quantity => "quantity",
        Shape::Time => "time (RFC 3339)",
        Shape::MicroTime => "time with microseconds",
        Shape::Duration => "duration, as 1h30m",
        Shape::SchemaOrBool => "JSON schema or boolean",
        Shape::SchemaOrArray => "JSON schema or list of them",
        Shape::SchemaOrStrings => "JSON schema or list of strings",
        Shape::Struct(ty) => return short(types.get(ty)).to_owned(),
        Shape::List(item) => return format!("list of {}", type_name(types, item)),
        Shape::Map(value) => return format!("map to {}", type_name(types, value)),
    };
    word.to_owned()
}

/// Minors in words, and whether the one that is asked for is among them.
fn versions(minors: MinorSet, asked: Minor) -> String {
    let mut text = match (minors.first(), minors.last()) {
        (None, _) | (_, None) => return "by none that kcheck knows, with default settings".to_owned(),
        _ if minors == MinorSet::ALL => format!("all that kcheck knows ({minors})"),
        (Some(first), Some(last)) if last == Minor::LAST && minors == MinorSet::range(first, last) => {
            format!("since {first}")
        }
        _ => minors.to_string(),
    };
    if !minors.has(asked) {
        // Writing into a String cannot fail.
        let _ = write!(text, "; not in {asked}");
    }
    text
}

/// The list of fields.
struct Fields<'t> {
    types: &'t Types,
    minors: MinorSet,
    width: usize,
    recursive: bool,
}

impl<'t> Fields<'t> {
    fn print(
        &self,
        ty: Type<'t>,
        schema: Option<View<'_>>,
        depth: usize,
        above: &mut Vec<&'t str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let fields: Vec<Field<'t>> =
            ty.fields().filter(|field| !field.minors.and(self.minors).is_empty()).collect();
        let names = fields.iter().map(|field| field.name.len()).max().unwrap_or_default();
        for field in fields {
            let schema = schema.and_then(|schema| definitions::field(schema, &[field.name]));
            let indent = depth * 2;
            let mark = if field.required { " (required)" } else { "" };
            let kind = format!("{}{mark}", type_name(self.types, field.ty));
            if self.recursive {
                writeln!(out, "{:indent$}{}  {kind}", "", field.name)?;
                let Some(next) = inner(self.types, field.ty) else { continue };
                // All types of a custom kind have its name.
                let is_new = schema.is_some() || !above.contains(&next.name);
                if depth < MAX_DEPTH && is_new {
                    above.push(next.name);
                    self.print(next, schema, depth + 1, above, out)?;
                    above.pop();
                }
                continue;
            }
            writeln!(out, "{:indent$}{:names$}  {kind}", "", field.name)?;
            let text = descriptions::of_field(ty.name, field.name).map(str::to_owned);
            if let Some(text) = text.or_else(|| definitions::description(schema?)) {
                let column = indent + names + 2;
                writeln!(out, "{:column$}{}", "", wrap(&text, self.width, column, column))?;
            }
        }
        Ok(())
    }
}
