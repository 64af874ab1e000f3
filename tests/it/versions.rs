//! Several versions of Kubernetes at once: what breaks where.

use kcheck::finding::{Level, Profile, Settings};
use kcheck::report::Verdict;
use kcheck::report::text::{Look, write};
use kcheck::run::{Options, check};
use kcheck::schema::MinorSet;

const TREE: &str = "\
apiVersion: batch/v1beta1
kind: CronJob
metadata:
  name: sweep
spec:
  schedule: '@daily'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: sweep
            image: sweep:1
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: web:1
    resizePolicy: []
---
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: web
spec:
  backend:
    serviceName: web
    servicePort: 80
";

fn options(versions: &str, folder: &tempfile::TempDir) -> Options {
    std::fs::write(folder.path().join("tree.yaml"), TREE).unwrap();
    Options {
        paths: vec![folder.path().into()],
        minors: MinorSet::parse(versions).unwrap(),
        settings: Settings::of(&[Profile::Server]),
        ..Options::default()
    }
}

#[test]
fn a_verdict_for_each_version() {
    let folder = tempfile::tempdir().unwrap();
    let report = check(&options("1.20..1.28", &folder)).unwrap();
    let told: Vec<String> = report
        .documents
        .iter()
        .map(|d| {
            let verdicts: Vec<&str> = d.verdicts.iter().map(|(_, verdict)| verdict.name()).collect();
            format!("{} {}: {}", d.kind, d.verdict.name(), verdicts.join(" "))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    CronJob no-such-kind: accepted accepted accepted accepted accepted no-such-kind no-such-kind no-such-kind no-such-kind
    Pod refused: refused refused refused refused refused refused refused accepted accepted
    Ingress no-such-kind: accepted accepted no-such-kind no-such-kind no-such-kind no-such-kind no-such-kind no-such-kind no-such-kind
    ");
    let mut out = Vec::new();
    write(&report, &Look::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap().replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(text, @r#"
    error[api/removed]: batch/v1beta1 CronJob was removed in Kubernetes 1.25
      ╭─[tree.yaml:1:13]
    1 │ apiVersion: batch/v1beta1
      ·             ──────┬──────
      ·                   ╰── use batch/v1 CronJob
      ╰────
      server: no matches for kind "CronJob" in version "batch/v1beta1"
      because: batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1
               CronJob
      because: breaks in 1.25 to 1.28, works up to 1.24

    error[schema/field-not-in-version]: field `resizePolicy` exists since 1.27, you target 1.20 to 1.26
       ╭─[tree.yaml:24:5]
    23 │     image: web:1
    24 │     resizePolicy: []
       ·     ──────┬─────
       ·           ╰── exists since 1.27
       ╰────
      server: strict decoding error: unknown field "spec.containers[0].resizePolicy"
      because: breaks in 1.20 to 1.26, works from 1.27
      help: remove it for clusters of those versions, or move them to a newer one

    error[api/removed]: extensions/v1beta1 Ingress was removed in Kubernetes 1.22
       ╭─[tree.yaml:26:13]
    25 │ ---
    26 │ apiVersion: extensions/v1beta1
       ·             ─────────┬────────
       ·                      ╰── use networking.k8s.io/v1 Ingress
       ╰────
      server: no matches for kind "Ingress" in version "extensions/v1beta1"
      because: extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use
               networking.k8s.io/v1 Ingress
      because: breaks in 1.22 to 1.28, works up to 1.21
      help: spec.backend -> spec.defaultBackend; serviceName/servicePort ->
            service.name/service.port.{name,number}; pathType required

    Checked 3 objects in 1 file against Kubernetes 1.20 to 1.28: 3 errors.
      1.20 to 1.21: 1 object refused or not served
      1.22 to 1.24: 2 objects refused or not served
      1.25 to 1.26: 3 objects refused or not served
      1.27 to 1.28: 2 objects refused or not served
    "#);
}

/// What several versions say of a document is what each of them says alone; that a kind is deprecated need not be said
/// where it is also removed.
#[test]
fn one_pass_says_what_many_say() {
    let folder = tempfile::tempdir().unwrap();
    let together = check(&options("1.10..1.37", &folder)).unwrap();
    for (at, minor) in MinorSet::ALL.iter().enumerate() {
        let alone = check(&options(&minor.to_string(), &folder)).unwrap();
        let verdicts = |d: &kcheck::report::Document| d.verdicts[at].1;
        let several: Vec<Verdict> = together.documents.iter().map(verdicts).collect();
        let single: Vec<Verdict> = alone.documents.iter().map(|d| d.verdict).collect();
        assert_eq!(several, single, "{minor}");
        let number = minor.number();
        let holds =
            |f: &&kcheck::finding::Finding| f.versions.is_none_or(|v| v.since <= number && number <= v.until);
        let several: Vec<&str> = together.findings.iter().filter(holds).map(|f| f.code.name).collect();
        let errors = alone.findings.iter().filter(|f| f.level == Level::Error);
        let single: Vec<&str> = errors.map(|f| f.code.name).collect();
        assert_eq!(several, single, "{minor}");
    }
}

/// Objects that versions judge differently: in types, in rules, in what is warned of.
const DIFFERENT: &str = "\
apiVersion: v1
kind: Service
metadata: {name: 1web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}], externalIPs: [192.000.002.007]}
---
apiVersion: v1
kind: Service
metadata: {name: near}
spec: {selector: {app: web}, ports: [{port: 80}], trafficDistribution: PreferSameZone}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: \"web:1\", restartPolicy: OnFailure, ports: [{containerPort: 99999}]}]
  volumes: [{name: code, gitRepo: {repository: \"https://git.example.com\"}}]
---
apiVersion: v1
kind: Pod
metadata: {name: code}
spec:
  containers: [{name: web, image: \"web:1\"}]
  volumes: [{name: code, gitRepo: {repository: \"https://git.example.com\"}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backups.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Backup, plural: backups, singular: backup, listKind: BackupList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer, minimum: 1}}}}
---
apiVersion: example.com/v1
kind: Backup
metadata: {name: nightly}
size: 0
";

/// Versions that judge alike are asked once; what they say is what each of them says alone.
#[test]
fn classes_of_versions_say_what_each_of_them_says() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tree.yaml"), DIFFERENT).unwrap();
    let options = |versions: &str| Options {
        paths: vec![folder.path().into()],
        minors: MinorSet::parse(versions).unwrap(),
        settings: Settings::of(&[Profile::Server]),
        ..Options::default()
    };
    let together = check(&options("1.25..1.37")).unwrap();
    for (at, minor) in MinorSet::parse("1.25..1.37").unwrap().iter().enumerate() {
        let alone = check(&options(&minor.to_string())).unwrap();
        let several: Vec<Verdict> = together.documents.iter().map(|d| d.verdicts[at].1).collect();
        let single: Vec<Verdict> = alone.documents.iter().map(|d| d.verdict).collect();
        assert_eq!(several, single, "{minor}");
        let number = minor.number();
        let holds =
            |f: &&kcheck::finding::Finding| f.versions.is_none_or(|v| v.since <= number && number <= v.until);
        let told = |f: &kcheck::finding::Finding| (f.code.name, f.place(), f.message.clone());
        // A field that a version lacks is told with all versions that lack it.
        let same = |f: &&kcheck::finding::Finding| f.code.name != "schema/field-not-in-version";
        let several: Vec<_> = together.findings.iter().filter(holds).filter(same).map(told).collect();
        let single: Vec<_> = alone.findings.iter().filter(same).map(told).collect();
        assert_eq!(several, single, "{minor}");
    }
    let breaks = |name: &str| {
        let number = together.documents.iter().position(|d| d.name == name).unwrap();
        let own = together.findings.iter().filter(|f| f.document == Some(number as u32));
        own.flat_map(|f| f.because.clone()).filter(|text| text.starts_with("breaks")).collect::<Vec<_>>()
    };
    assert_eq!(breaks("1web"), ["breaks in 1.25 to 1.35, works from 1.36"]);
    assert_eq!(
        breaks("near"),
        ["breaks in 1.25 to 1.29, works from 1.30", "breaks in 1.31 to 1.33, works from 1.34"]
    );
    assert!(breaks("web").contains(&"breaks in 1.36 to 1.37, works up to 1.35".to_owned()));
}

/// An answer holds for all versions up to the next one of which a rule asked.
#[test]
fn answers_tell_how_long_they_hold() {
    use kcheck::apiserver::{Request, create, defaults};
    use kcheck::finding::FileId;
    use kcheck::object::{Gvk, Overlay, Value};
    use kcheck::schema::Minor;
    use kcheck::source::Source;

    let until = |api: &str, kind: &str, rest: &str, minor: u8| {
        let text = format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: web}}\n{rest}");
        let source = std::sync::Arc::new(Source::new("a.yaml", text.into_bytes()));
        let (documents, _) = kcheck::yaml::parse(&source, FileId(0));
        let root = documents[0].root().unwrap();
        let (gvk, mut overlay) = (Gvk::new(api, kind), Overlay::default());
        defaults::apply(gvk, root, &mut overlay);
        let minor = Minor::new(minor).unwrap();
        let request = Request { gvk, namespaced: true, namespace: "default", minor };
        create(&request, Value::new(root, &overlay)).until.number()
    };
    assert_eq!(until("v1", "ConfigMap", "data: {a: b}\n", 25), Minor::LAST.number());
    let service = "spec: {ports: [{port: 80}], trafficDistribution: PreferClose}\n";
    assert_eq!(until("v1", "Service", service, 30), 33);
    assert_eq!(until("v1", "Service", service, 34), 35);
    assert_eq!(until("v1", "Service", service, 36), Minor::LAST.number());
}

/// What servers of several minors make of objects with fields behind gates, as they said it themselves
/// (`tests/fixtures/gates`): a `server` block has a line for every minor that was asked.
#[test]
fn gates_are_those_of_the_minor() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = include_str!("../fixtures/gates/fields.md");
    let blocks = super::fixtures::blocks(fixture);
    let mut wrong = Vec::new();
    let mut asked = 0;
    for pair in blocks.chunks(2) {
        let [manifest, answers] = pair else { panic!("a manifest without answers") };
        let written: serde_json::Value = serde_yaml::from_str(&manifest.text).unwrap();
        std::fs::write(folder.path().join("case.yaml"), &manifest.text).unwrap();
        for line in answers.text.lines() {
            let (minor, said) = line.split_once(' ').unwrap();
            let options = Options {
                paths: vec![folder.path().into()],
                minors: MinorSet::parse(minor).unwrap(),
                settings: Settings::of(&[Profile::Server]),
                namespace: "t".into(),
                include_stored: true,
                ..Options::default()
            };
            let report = check(&options).unwrap();
            let document = &report.documents[0];
            let ours = match (&document.stored, &document.server) {
                (Some(stored), _) => {
                    let mut gone = Vec::new();
                    missing("", &written, stored, &mut gone);
                    gone.sort();
                    let without = if gone.is_empty() { String::new() } else { " without ".to_owned() };
                    format!("takes it{without}{}", gone.join(", "))
                }
                (None, Some(server)) => server.message.clone(),
                (None, None) => document.verdict.name().to_owned(),
            };
            asked += 1;
            if ours != said {
                wrong.push(format!("fields.md:{}: {minor}\n  {ours}\n  {said}", manifest.line));
            }
        }
    }
    assert!(wrong.is_empty() && asked > 0, "{}", wrong.join("\n"));
}

/// Paths of what is written and not stored.
fn missing(path: &str, written: &serde_json::Value, stored: &serde_json::Value, out: &mut Vec<String>) {
    use serde_json::Value as Json;
    let empty = |value: &Json| match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    };
    match (written, stored) {
        (Json::Object(written), Json::Object(stored)) => {
            for (key, value) in written {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match stored.get(key) {
                    Some(stored) => missing(&path, value, stored, out),
                    None if empty(value) => {}
                    None => out.push(path),
                }
            }
        }
        (Json::Array(written), Json::Array(stored)) if written.len() == stored.len() => {
            for (at, (written, stored)) in written.iter().zip(stored).enumerate() {
                missing(&format!("{path}[{at}]"), written, stored, out);
            }
        }
        (Json::Array(_), Json::Array(_)) => out.push(format!("{path}[]")),
        _ => {}
    }
}
