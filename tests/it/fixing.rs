//! What fixes promise: the document reads as before but for what they are about, every key is there once, and fixing
//! again changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use kcheck::finding::{FileId, Profile, Settings};
use kcheck::report::Report;
use kcheck::run::{self, Options};
use kcheck::source::Source;
use kcheck::yaml::{self, Kind, View};
use proptest::prelude::*;

/// Fields that fixes of the generated manifests write, and what may stand there then.
const MENDED: &[(&str, &[&str])] = &[
    ("image", &["docker.io/library/web:1", "docker.io/library/side:1"]),
    ("imagePullPolicy", &["Always"]),
    ("allowPrivilegeEscalation", &["false"]),
    ("readOnlyRootFilesystem", &["true"]),
    ("automountServiceAccountToken", &["false"]),
    ("drop", &["ALL"]),
    ("readOnly", &["true"]),
];

const ALL: &[Profile] = &[Profile::Server, Profile::Recommended, Profile::Security, Profile::Pedantic];

fn check(folder: &std::path::Path, profiles: &[Profile]) -> Report {
    let options =
        Options { paths: vec![folder.to_owned()], settings: Settings::of(profiles), ..Options::default() };
    run::check(&options).unwrap()
}

/// Texts and other scalars by path; the items of a list of scalars are one set.
fn leaves(view: View<'_>, path: &str, out: &mut BTreeMap<String, Vec<String>>) {
    match view.kind() {
        Kind::Map => {
            view.entries().for_each(|(key, value)| leaves(value, &format!("{path}.{}", key.text()), out));
        }
        Kind::Seq => {
            for (i, item) in view.items().enumerate() {
                let scalar = !matches!(item.kind(), Kind::Map | Kind::Seq);
                leaves(item, &if scalar { path.to_owned() } else { format!("{path}[{i}]") }, out);
            }
        }
        Kind::Null => {}
        _ => out.entry(path.to_owned()).or_default().push(view.text().to_owned()),
    }
}

fn read(text: &str) -> BTreeMap<String, Vec<String>> {
    let source = Arc::new(Source::new("web.yaml", text.as_bytes().to_vec()));
    let (documents, findings) = yaml::parse(&source, FileId(0));
    assert!(findings.is_empty(), "cannot be read any more:\n{text}");
    let mut out = BTreeMap::new();
    for document in &documents {
        assert!(yaml::duplicate_keys(document).is_empty(), "a key is there twice:\n{text}");
        leaves(document.root().unwrap(), &document.index.to_string(), &mut out);
    }
    out
}

/// Fixes until nothing is left to fix.
fn mended(text: &str) -> String {
    mended_by(ALL, text)
}

/// The same with the codes of some profiles.
fn mended_by(profiles: &[Profile], text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.yaml");
    std::fs::write(&path, text).unwrap();
    for _ in 0..32 {
        let report = check(folder.path(), profiles);
        let fixed = run::fixed(&report, true);
        let [fixed] = fixed.as_slice() else {
            assert!(report.findings.iter().all(|f| f.fix.is_none()), "a fix is left that is never made");
            return std::fs::read_to_string(&path).unwrap();
        };
        std::fs::write(&path, &fixed.after).unwrap();
    }
    panic!("never at rest:\n{}", std::fs::read_to_string(&path).unwrap());
}

fn keeps(text: &str) {
    let before = read(text);
    let after = mended(text);
    assert_eq!(mended(&after), after, "fixing again");
    let now = read(&after);
    for (path, values) in &before {
        let name = path.rsplit('.').next().unwrap_or(path);
        let kept = now.get(path);
        let is_mended = MENDED.iter().any(|(field, to)| {
            *field == name && kept.is_some_and(|now| now.iter().all(|v| to.contains(&&**v)))
        });
        let appended = kept.is_some_and(|now| values.iter().all(|value| now.contains(value)));
        assert!(
            is_mended || appended,
            "{path} was {values:?}, is {kept:?}\n--- before\n{text}--- after\n{after}"
        );
    }
}

/// A container of a few fields in one of several ways of writing.
fn container(name: &'static str) -> impl Strategy<Value = String> {
    let contexts = prop::sample::select(vec![
        "",
        "securityContext: {}",
        "securityContext:",
        "securityContext: {runAsNonRoot: true}",
        "securityContext: {capabilities: {drop: [\"CHOWN\"]}, runAsNonRoot: true}",
        "securityContext: {allowPrivilegeEscalation: true, readOnlyRootFilesystem: false}",
        "securityContext:\n  runAsUser: 1000 # somebody\n  capabilities:\n    drop:\n      - CHOWN\n",
        "securityContext:\n  # what it may\n  capabilities: {add: [NET_RAW]}",
    ]);
    let ports = prop::sample::select(vec![
        "",
        "ports: [{containerPort: 8080}]",
        "ports:\n  - containerPort: 80 # in front\n  - containerPort: 9000\n    protocol: UDP",
    ]);
    let mounts = prop::sample::select(vec!["", "volumeMounts: [{name: host, mountPath: /host}]"]);
    (contexts, ports, mounts, any::<(bool, bool)>()).prop_map(
        move |(context, ports, mounts, (above, image))| {
            let mut lines: Vec<String> = vec![format!("name: {name}")];
            if above {
                lines.push("# which one".into());
            }
            lines.push(if image {
                format!("image: \"{name}:1\"")
            } else {
                format!("image: {name}:1  # pinned")
            });
            // A volume that nobody mounts goes.
            let mounts =
                if name == "side" { "volumeMounts: [{name: host, mountPath: /host}]" } else { mounts };
            for part in [ports, context, mounts] {
                lines.extend(part.lines().map(str::to_owned));
            }
            lines.iter().enumerate().fold(String::new(), |text, (i, line)| {
                format!("{text}{}{line}\n", if i == 0 { "- " } else { "  " })
            })
        },
    )
}

fn manifest() -> impl Strategy<Value = String> {
    let pods = prop::sample::select(vec![
        "",
        "securityContext: {}\n",
        "securityContext:\n  fsGroup: 1000\n",
        "# before the containers\n",
        "automountServiceAccountToken: true\n",
        "serviceAccountName: web\n",
    ]);
    let ends = prop::sample::select(vec![("\n", true), ("\n", false), ("\r\n", true)]);
    (container("web"), container("side"), pods, ends).prop_map(|(web, side, pod, (newline, end))| {
        let spec = format!(
            "{pod}containers:\n{web}{side}volumes:\n  - name: host\n    hostPath: {{path: /opt/data}}\n"
        );
        let spec = spec.lines().fold(String::new(), |text, line| format!("{text}      {line}\n"));
        let mut text = format!(
            "# The shop.\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {{app: web}}\n\
             spec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      \
             labels:\n        app: web\n    spec:\n{spec}"
        );
        if !end {
            text.pop();
        }
        text.replace('\n', newline)
    })
}

/// A manifest without a mistake.
const GOOD: &str = "\
# The shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels:
        app: web
    spec:
      terminationGracePeriodSeconds: 30
      nodeSelector:
        kubernetes.io/os: linux
      containers:
        - name: web
          image: web:1
          imagePullPolicy: Always
          env:
            - name: MODE
              value: \"yes\" # as it was
          ports:
            - containerPort: 8080
          volumeMounts:
            - name: data
              mountPath: /data
      volumes:
        - name: data
          emptyDir: {}
";

/// Mistakes: what stands there, and what stands there instead. Each is mended to what was there.
const MISTAKES: &[(&str, &str)] = &[
    ("imagePullPolicy:", "imagePullPolcy:"),
    (": Always", ": always"),
    ("containerPort: 8080", "containerPort: \"8080\""),
    ("value: \"yes\"", "value: yes"),
    ("kubernetes.io/os", "beta.kubernetes.io/os"),
    ("          env:\n", "          env:\n            - name: MODE # before\n              value: slow\n"),
    ("            - name: data\n              mountPath", "            - name: dta\n              mountPath"),
    ("labels:\n        app: web", "labels:\n        app: wbe"),
    ("apps/v1\n", "apps/v1beta2\n"),
    ("      terminationGracePeriodSeconds: 30\n", ""),
];

fn with_mistakes(chosen: &[bool], low: bool) -> String {
    let mut text = GOOD.to_owned();
    for ((right, wrong), chosen) in MISTAKES.iter().zip(chosen) {
        if *chosen {
            assert_eq!(text.matches(right).count(), 1, "{right}");
            text = text.replacen(right, wrong, 1);
        }
    }
    if chosen.last() == Some(&true) {
        // It stands one level too high, in front of the spec or behind it.
        let lost = "    # Time to say goodbye.\n    terminationGracePeriodSeconds: 30\n";
        if low {
            text.push_str(lost);
        } else {
            text = text.replacen("    spec:\n", &format!("{lost}    spec:\n"), 1);
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mistakes_are_mended_to_what_was_meant(
        chosen in prop::collection::vec(any::<bool>(), MISTAKES.len()),
        low in any::<bool>(),
        newline in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let text = with_mistakes(&chosen, low).replace('\n', newline);
        let after = mended_by(&[Profile::Server], &text);
        prop_assert_eq!(read(&after), read(GOOD), "{}", after);
        prop_assert_eq!(mended_by(&[Profile::Server], &after), after.clone());
        // Nothing that people wrote for people is lost.
        for comment in ["# The shop.", "# as it was"] {
            prop_assert!(after.contains(comment));
        }
        prop_assert!(!chosen[9] || after.contains("# Time to say goodbye."));
    }
}

/// Rounds in memory make what rounds on the disk make.
#[test]
fn a_difference_tells_all_rounds() {
    let text = with_mistakes(&[true; MISTAKES.len()], true);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web.yaml"), &text).unwrap();
    let options = Options {
        paths: vec![folder.path().to_owned()],
        settings: Settings::of(&[Profile::Server]),
        ..Options::default()
    };
    let first = run::fixed(&run::check(&options).unwrap(), true);
    let (all, report) = run::mended(&options, true).unwrap();
    assert_ne!(first[0].after, all[0].after, "a fix uncovers what another one mends");
    assert_eq!(all[0].before.text(), text);
    assert_eq!(all[0].after, mended_by(&[Profile::Server], &text));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(std::fs::read_to_string(folder.path().join("web.yaml")).unwrap(), text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_keep_what_they_are_not_about(text in manifest()) {
        keeps(&text);
    }
}

#[test]
fn one_finding_for_what_defaulting_copies() {
    let folder = tempfile::tempdir().unwrap();
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports: [{port: 99999}]\n";
    std::fs::write(folder.path().join("web.yaml"), text).unwrap();
    let options = Options {
        paths: vec![folder.path().to_owned()],
        settings: Settings::of(&[Profile::Server]),
        ..Options::default()
    };
    let report = run::check(&options).unwrap();
    let fields: Vec<_> = report.findings.iter().filter_map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, ["spec.ports[0].port"]);
    // The server's answer is whole.
    let causes = &report.documents[0].server.as_ref().unwrap().causes;
    let causes: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
    assert_eq!(causes, ["spec.ports[0].port", "spec.ports[0].targetPort"]);
}
