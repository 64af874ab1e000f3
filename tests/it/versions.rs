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
