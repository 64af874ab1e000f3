//! The codes that kcheck ships, held against a table that people review: `codes.tsv`. Level and profile are promises, and
//! every code has a page, and a manifest that it finds and one that it does not find.
//!
//! A line is a code, its level, its profile, where it is shown, and a note. `rule` is a fixture of `tests/fixtures/rules/`,
//! `server` one of `tests/fixtures/server/`, named after the code; what needs more than one file (a cluster, a base, a
//! configuration) is shown by the page or test that is named.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kcheck::finding::{Code, Finding, Profile, Settings};
use kcheck::run::{self, Options};
use kcheck::source::Source;

use super::fixtures::blocks;

/// For the fixtures: what the code says that the file is named after, in a run of the whole.
pub(crate) fn ask(source: &Arc<Source>) -> Vec<Finding> {
    let name = source.path().trim_end_matches(".yaml");
    let code = run::codes().iter().find(|code| code.name.replace('/', "-") == name);
    let code = code.unwrap_or_else(|| panic!("{name} is named after no code"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    std::fs::write(&path, source.text()).unwrap();
    let profiles = [Profile::Server, Profile::Recommended, Profile::Plan];
    let options = Options { paths: vec![path], settings: Settings::of(&profiles), ..Options::default() };
    let report = if code.profile == Profile::Plan { run::plan(&options) } else { run::check(&options) };
    report.unwrap().findings.into_iter().filter(|finding| finding.code == *code).collect()
}

struct Row<'t> {
    level: &'t str,
    profile: &'t str,
    shown: &'t str,
}

fn table(text: &str) -> BTreeMap<&str, Row<'_>> {
    let mut rows = BTreeMap::new();
    let mut last = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [code, level, profile, shown, ..] = cells[..] else { panic!("{line}: four cells and a note") };
        assert!(last < code, "{code} is out of order");
        last = code;
        rows.insert(code, Row { level, profile, shown });
    }
    rows
}

fn level(code: &Code) -> &'static str {
    if code.on { code.level.name() } else { "off" }
}

/// What a page of fixtures lacks: a manifest that is found, one that is not.
fn lacks(code: &Code, path: &Path) -> Option<String> {
    let shown = path.display();
    let Ok(text) = std::fs::read_to_string(path) else { return Some(format!("{shown} is missing")) };
    let manifests: Vec<_> =
        blocks(&text).into_iter().filter(|b| matches!(b.language, "yaml" | "json")).collect();
    let finds = |text: &str| text.contains(&format!("[{}]", code.name));
    if !manifests.iter().any(|block| finds(&block.text)) {
        return Some(format!("{shown} has no manifest that is found"));
    }
    let good = |text: &str| !["# error[", "# warning[", "# info["].iter().any(|start| text.contains(start));
    (!manifests.iter().any(|block| good(&block.text)))
        .then(|| format!("{shown} has no manifest that is fine"))
}

#[test]
fn every_code_is_in_the_table_with_a_page_and_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("tests/it/codes.tsv")).unwrap();
    let mut rows = table(&text);
    let mut wrong = Vec::new();
    for code in run::codes() {
        let Some(row) = rows.remove(code.name) else {
            wrong.push(format!("{} is in no row", code.name));
            continue;
        };
        if (row.level, row.profile) != (level(code), code.profile.name()) {
            let (level, profile) = (level(code), code.profile.name());
            wrong.push(format!(
                "{} is {level}, {profile}, in the table {}, {}",
                code.name, row.level, row.profile
            ));
        }
        if !code.page.contains("## What it does") {
            wrong.push(format!("{} has no page", code.name));
        }
        let named = format!("{}.md", code.name.replace('/', "-"));
        match row.shown {
            "rule" => wrong.extend(lacks(code, &root.join("tests/fixtures/rules").join(named))),
            "server" => wrong.extend(lacks(code, &root.join("tests/fixtures/server").join(named))),
            "both" => {
                wrong.extend(lacks(code, &root.join("tests/fixtures/rules").join(&named)));
                wrong.extend(lacks(code, &root.join("tests/fixtures/server").join(&named)));
            }
            other => {
                let shown = std::fs::read_to_string(root.join("tests").join(other)).unwrap_or_default();
                if !shown.contains(code.name) {
                    wrong.push(format!("{other} does not show {}", code.name));
                }
            }
        }
    }
    wrong.extend(rows.keys().map(|code| format!("{code} is in the table, and nowhere else")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What no page can show: it is too large, or no manifest.
#[test]
fn codes_of_what_no_page_can_show() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    let config_map = |rest: String| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{rest}");
    put("annotation.yaml", config_map(format!("  annotations: {{a: {}}}\n", "x".repeat(262_145))));
    put("data.yaml", config_map(format!("data: {{a: {}}}\n", "x".repeat(1_048_577))));
    put(
        "crd.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec:\n  group: \
         example.com\n  scope: Namespaced\n  names: {kind: A, plural: as, singular: a, listKind: AList}\n  versions:\n  - name: v1\n    \
         served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          text:\n\
         \x20           type: string\n            maxLength: 9\n            x-kubernetes-validations:\n            - rule: \
         'self.matches(\"\\\\pL{1000}\")'\n---\napiVersion: example.com/v1\nkind: A\nmetadata: {name: a}\ntext: a\n"
            .to_owned(),
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone.yaml")).unwrap();
    let options = Options { paths: vec![folder.path().to_owned()], ..Options::default() };
    let found = run::check(&options).unwrap().findings;
    let mut wanted = vec!["meta/annotation-too-large", "schema/too-large", "schema/cr-not-evaluated"];
    if cfg!(unix) {
        wanted.push("source/unreadable");
    }
    for code in wanted {
        assert!(found.iter().any(|finding| finding.code.name == code), "{code}");
    }
}

/// A key that is written twice in the body of a request, which no file is.
#[test]
fn a_body_with_a_key_twice() {
    let text = r#"{"apiVersion": "v1", "kind": "ConfigMap", "immutable": true, "immutable": false}"#;
    let source = Arc::new(Source::new("body.json", text.as_bytes().to_vec()));
    let (documents, _) = kcheck::yaml::parse(&source, kcheck::finding::FileId(0));
    let types = kcheck::schema::Types::builtin();
    let kind = types.kind("", "v1", "ConfigMap").unwrap();
    let options = kcheck::schema::Options { body: true, ..kcheck::schema::Options::default() };
    let found = kcheck::schema::check_object(documents[0].root().unwrap(), &types, &kind, options).findings;
    assert_eq!(found.iter().map(|f| f.code.name).collect::<Vec<_>>(), ["schema/duplicate-field"]);
}
