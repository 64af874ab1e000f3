//! Reads and judges `kcheck.yaml`: by its JSON Schema for what may be there, by the codes of kcheck for what is meant,
//! with the places of our own reader.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::file::{File, Texts};
use crate::finding::{Edit, FileId, Finding, Fix, Place, Span, nearest, selects};
use crate::rules::{Custom, Network, NotCompiled};
use crate::run::{self, CONFIG_INVALID, CONFIG_UNKNOWN_KEY};
use crate::schema::json_schema::{JsonSchema, Trouble, Violation, field_path};
use crate::schema::quantity::Quantity;
use crate::source::Source;
use crate::yaml::{self, Document, Kind, View};

/// The schema, as it is published for editors.
pub(super) const SCHEMA: &str = include_str!("../../../schemas/kcheck.schema.json");

/// A configuration that was read.
pub(super) struct Read {
    pub(super) file: File,
    /// The text, for places.
    pub(super) source: Arc<Source>,
    documents: Vec<Document>,
    /// Rules of one's own, compiled.
    pub(super) custom: Vec<Custom>,
    /// What is wrong with it and does not keep it from being used.
    pub(super) findings: Vec<Finding>,
}

/// Reads a text. `Err` are the reasons why it cannot be used.
pub(super) fn read(source: Arc<Source>) -> Result<Read, Vec<Finding>> {
    let (documents, unread) = yaml::parse(&source, FileId(0));
    if !unread.is_empty() {
        return Err(unread);
    }
    let whole = |message: String| {
        vec![Finding::new(&CONFIG_INVALID, Place::new(FileId(0), Span::default()), message)]
    };
    let mut value: serde_yaml::Value = serde_yaml::from_str(source.text()).map_err(|error| {
        // Its lines are right, its columns count bytes.
        let at = error.location().map_or(0, |location| location.index() as u32);
        vec![Finding::new(&CONFIG_INVALID, Place::new(FileId(0), Span::new(at, at)), error.to_string())]
    })?;
    value.apply_merge().map_err(|error| whole(error.to_string()))?;
    if value.is_null() {
        value = serde_yaml::Value::Mapping(serde_yaml::Mapping::new());
    }
    let json: Value = serde_yaml::from_value(value.clone()).map_err(|error| whole(error.to_string()))?;
    let mut read =
        Read { file: File::default(), source, documents, custom: Vec::new(), findings: Vec::new() };
    let mut invalid = Vec::new();
    for violation in schema().into_iter().flat_map(|schema| schema.violations(&json)) {
        match &violation.trouble {
            Trouble::UnknownKeys(keys) => {
                for key in keys {
                    let finding = read.unknown(&format!("{}/{}", violation.pointer, escaped(key)), key);
                    read.findings.push(finding);
                }
            }
            _ => invalid.push(read.invalid(&violation)),
        }
    }
    if !invalid.is_empty() {
        return Err(invalid);
    }
    read.file = serde_yaml::from_value(value).map_err(|error| whole(error.to_string()))?;
    let mut unmeant = read.unmeant();
    unmeant.extend(read.compile());
    if !unmeant.is_empty() {
        return Err(unmeant);
    }
    read.check_codes();
    Ok(read)
}

fn schema() -> Option<&'static JsonSchema> {
    // Tests compile it.
    static COMPILED: LazyLock<Option<JsonSchema>> =
        LazyLock::new(|| JsonSchema::new(&serde_json::from_str(SCHEMA).ok()?).ok());
    COMPILED.as_ref()
}

/// Every key that the schema knows.
fn keys() -> &'static [String] {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut open: Vec<Value> = serde_json::from_str(SCHEMA).ok().into_iter().collect();
        let mut keys = Vec::new();
        while let Some(value) = open.pop() {
            let Value::Object(map) = value else { continue };
            for (key, value) in map {
                if let ("properties", Value::Object(properties)) = (key.as_str(), &value) {
                    keys.extend(properties.keys().cloned());
                }
                open.push(value);
            }
        }
        keys.sort();
        keys.dedup();
        keys
    });
    &KEYS
}

/// A key as a step of a JSON Pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl Read {
    /// The key (if there is one) and the value at a JSON Pointer.
    fn at(&self, pointer: &str) -> Option<(Option<View<'_>>, View<'_>)> {
        self.documents.iter().find_map(Document::root)?.pointer(pointer)
    }

    /// Place of the value at a JSON Pointer.
    pub(super) fn span(&self, pointer: &str) -> Span {
        self.at(pointer).map_or(Span::default(), |(_, value)| value.span())
    }

    /// The value at a JSON Pointer as it is written.
    pub(super) fn written(&self, pointer: &str) -> Option<&str> {
        self.at(pointer).map(|(_, value)| value.written())
    }

    /// A code, or a key, that does not exist.
    fn missing(span: Span, message: String, near: Option<&str>) -> Finding {
        let finding = Finding::new(&CONFIG_UNKNOWN_KEY, Place::new(FileId(0), span), message);
        let Some(near) = near else { return finding.label("nobody reads it") };
        finding.label(format!("did you mean `{near}`?")).fix(Fix::safe(
            format!("write `{near}`"),
            vec![Edit { file: FileId(0), span, text: near.to_owned() }],
        ))
    }

    fn unknown(&self, pointer: &str, key: &str) -> Finding {
        let span = self.at(pointer).and_then(|(key, _)| key).map_or(Span::default(), View::span);
        let near = nearest(key, keys().iter().map(String::as_str), 2);
        Self::missing(span, format!("kcheck.yaml has no key `{key}`"), near).field(field_path(pointer))
    }

    fn invalid(&self, violation: &Violation) -> Finding {
        let Violation { pointer, trouble, message } = violation;
        let message = match trouble {
            Trouble::Required(key) => format!("`{key}` is missing"),
            Trouble::NotOneOf(values) => {
                let given = self.written(pointer).unwrap_or_default();
                let values: Vec<&str> = values.iter().map(|value| value.trim_matches('"')).collect();
                format!("`{given}` is none of {}", values.join(", "))
            }
            Trouble::Other(keyword) if keyword == "pattern" => {
                let given = self.written(pointer).unwrap_or_default();
                let wanted = if pointer.ends_with("/until") {
                    "day, as 2026-12-31"
                } else if pointer.starts_with("/custom/") && pointer.ends_with("/code") {
                    "code, as team/replicas"
                } else {
                    "KIND, KIND/NAME or KIND/NAMESPACE/NAME"
                };
                format!("`{given}` is no {wanted}")
            }
            _ => message.clone(),
        };
        let value = self.at(pointer).map(|(_, value)| value);
        // A list or mapping would be all of its lines.
        let span = value.map_or(Span::default(), |value| match value.kind() {
            Kind::Map | Kind::Seq => Span::new(value.span().start, value.span().start),
            _ => value.span(),
        });
        let finding = Finding::new(&CONFIG_INVALID, Place::new(FileId(0), span), message);
        if pointer.is_empty() { finding } else { finding.field(field_path(pointer)) }
    }

    /// Quantities and networks that are none.
    fn unmeant(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (code, rule) in &self.file.rules {
            let Some(told) = rule.told() else { continue };
            let at = format!("/rules/{}", escaped(code));
            let mut wrong = |pointer: String, given: &str, what: &str| {
                let place = Place::new(FileId(0), self.span(&pointer));
                let message = format!("`{given}` is no {what}");
                findings.push(Finding::new(&CONFIG_INVALID, place, message).field(field_path(&pointer)));
            };
            for (field, bounds) in told.ranges.iter().flatten() {
                for (key, amount) in [("min", &bounds.min), ("max", &bounds.max)] {
                    let Some(amount) = amount else { continue };
                    if Quantity::parse(&amount.text()).is_err() {
                        wrong(
                            format!("{at}/ranges/{}/{key}", escaped(field)),
                            &amount.text(),
                            "quantity, as 500m or 4Gi",
                        );
                    }
                }
            }
            for (number, network) in told.networks.iter().flat_map(Texts::as_slice).enumerate() {
                if Network::parse(network).is_none() {
                    let list = format!("{at}/networks");
                    let one = format!("{list}/{number}");
                    let pointer = if self.at(&one).is_some() { one } else { list };
                    wrong(pointer, network, "network, as 10.244.0.0/16");
                }
            }
        }
        findings
    }

    /// Compiles the rules of one's own; what cannot be used.
    fn compile(&mut self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut custom: Vec<Custom> = Vec::new();
        for (number, own) in self.file.custom.iter().enumerate() {
            let mut wrong = |key: &str, message: String, help: &str| {
                let pointer = format!("/custom/{number}/{key}");
                let place = Place::new(FileId(0), self.span(&pointer));
                let finding = Finding::new(&CONFIG_INVALID, place, message).field(field_path(&pointer));
                findings.push(finding.help(help));
            };
            let taken = custom.iter().any(|other| other.code.name == own.code);
            if taken || run::codes().iter().any(|code| code.name == own.code) {
                wrong("code", format!("there is a code `{}` already", own.code), "call it otherwise");
                continue;
            }
            match Custom::new(own.written()) {
                Ok(rule) => custom.push(rule),
                Err(NotCompiled { of_message, why }) => {
                    let key = if of_message { "messageExpression" } else { "expression" };
                    let help = "the numbers are line and column of the expression";
                    wrong(key, format!("the expression of `{}` cannot be used: {why}", own.code), help);
                }
            }
        }
        self.custom = custom;
        findings
    }

    /// Codes and groups that do not exist.
    fn check_codes(&mut self) {
        let mut findings = Vec::new();
        let mut check = |code: &str, span: Span| {
            let own = self.file.custom.iter().any(|own| selects(code, &own.code));
            if !own && !run::is_known(code) {
                findings.push(Self::missing(span, format!("there is no code `{code}`"), run::near(code)));
            }
        };
        for code in self.file.rules.keys() {
            let key = self.at(&format!("/rules/{}", escaped(code))).and_then(|(key, _)| key);
            check(code, key.map_or(Span::default(), View::span));
        }
        for (number, ignore) in self.file.ignore.iter().enumerate() {
            for (at, code) in ignore.rules.as_slice().iter().enumerate() {
                let list = format!("/ignore/{number}/rules");
                let one = self.at(&format!("{list}/{at}")).or_else(|| self.at(&list));
                check(code, one.map_or(Span::default(), |(_, value)| value.span()));
            }
        }
        self.findings.extend(findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that uses every key in every way.
    const EVERYTHING: &str = "\
$schema: x
profiles: [security, pedantic]
kubernetes: 1.30
namespace: shop
cluster: cluster.yaml
nodes: ['3x4cpu,16Gi', 1x2cpu]
crds: [crds/]
schemaLocations: schemas
deny: [warnings, unknown]
rules:
  image/latest: error
  net: off
  security/privileged: {level: on, locked: true}
  image/registry: {level: warning, locked: false, allow: [registry.example/*], forbid: x}
  meta/forbidden-annotation: {level: on, locked: false, annotations: a}
  meta/required-label: {level: on, locked: false, labels: owner=team-*, annotations: [contact]}
  net/dns-config: {level: on, locked: false, options: ndots=2}
  ref/netpol-ipblock: {level: on, locked: false, networks: 10.0.0.0/8}
  reliability/hpa-min: {level: on, locked: false, replicas: 3}
  reliability/priority-class: {level: on, locked: false, allow: high}
  reliability/single-replica: {level: on, locked: false, replicas: 3}
  resources/range: {level: on, locked: false, ranges: {requests.cpu: {min: 10m, max: 4}}}
  security/low-gid: {level: on, locked: false, least: 1000}
  security/low-uid: {level: on, locked: false, least: 1000}
  security/runtime-class: {level: on, locked: false, allow: kata}
ignore:
  - rules: image/latest
    paths: [legacy/**]
    objects: [Deployment/shop/web, {kind: Pod, namespace: shop, name: 'a*'}, {kind: Job}]
    containers: [web]
    reason: because
    until: 2026-12-31
assume: [Secret/*-tls]
custom:
  - code: team/replicas
    level: error
    message: at most three replicas
    messageExpression: \"'not ' + string(object.spec.replicas)\"
    help: ask the platform team
    match: [Deployment, {kind: StatefulSet}]
    except: [Deployment/kube-*/*]
    field: spec.replicas
    expression: object.spec.replicas <= 3
";

    fn of(text: &str) -> Result<Read, Vec<Finding>> {
        read(Arc::new(Source::new("kcheck.yaml", text.as_bytes().to_vec())))
    }

    #[test]
    fn the_schema_and_the_structs_say_the_same() {
        let read = of(EVERYTHING).map_err(|findings| format!("{findings:?}")).unwrap();
        assert_eq!(read.findings, []);
        assert_eq!(read.written("/kubernetes"), Some("1.30"));
        // What the structs write, the schema takes; and every key of the schema is one of the structs.
        let written = serde_json::to_value(&read.file).unwrap();
        assert_eq!(schema().unwrap().violations(&written), []);
        let mut seen = Vec::new();
        let mut open = vec![written];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(map) => {
                    for (key, value) in map {
                        seen.push(key);
                        open.push(value);
                    }
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        for key in keys() {
            assert!(seen.contains(key), "{key} of the schema is in no struct");
        }
        let published: Value = serde_json::from_str(SCHEMA).unwrap();
        let keys_of = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let mut ours = keys_of(&serde_json::to_value(File::default()).unwrap());
        let mut theirs = keys_of(&published["properties"]);
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn nothing_is_a_configuration() {
        for text in ["", "# nothing yet\n", "{}\n"] {
            assert_eq!(of(text).map_err(|findings| format!("{findings:?}")).unwrap().file, File::default());
        }
    }
}
