//! What renderers print, for small inputs with every kind of difficult place.

use std::sync::Arc;

use kcheck::finding::{Code, Edit, FileId, Finding, Fix, Level, Place, Profile, Span};
use kcheck::report::text::Look;
use kcheck::report::{
    Document, File, FileKind, Report, ServerAnswer, Verdict, concise, github, gitlab, json, junit, markdown,
    sarif, text,
};
use kcheck::schema::json_schema::JsonSchema;
use kcheck::source::{Source, Sources};

static UNKNOWN: Code = Code::server("schema/unknown-field", "A field that the type does not have.");
static ADVICE: Code = Code::server("reliability/identical-probes", "Probes are equal.")
    .at(Level::Warning)
    .of(Profile::Recommended);
static NOTE: Code = Code::server("ref/secret", "A Secret that nobody makes.").at(Level::Info);

struct Files {
    sources: Sources,
}

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::default();
        for (path, text) in files {
            sources.add(Arc::new(Source::new(*path, text.as_bytes().to_vec())));
        }
        Self { sources }
    }

    /// Place of the `nth` (from 0) occurrence of `text` in a file.
    fn nth(&self, file: u32, text: &str, nth: usize) -> Place {
        let file = FileId(file);
        let (at, _) = self.sources.get(file).text().match_indices(text).nth(nth).unwrap();
        Place::new(file, Span::new(at as u32, (at + text.len()) as u32))
    }

    fn at(&self, file: u32, text: &str) -> Place {
        self.nth(file, text, 0)
    }

    fn report(self, mut findings: Vec<Finding>) -> Report {
        kcheck::finding::sort(&mut findings);
        let files = self
            .sources
            .iter()
            .map(|(file, source)| File {
                file,
                bytes: source.text().len() as u64,
                kind: if source.text().is_empty() { FileKind::Unreadable } else { FileKind::Manifests },
                documents: 1,
            })
            .collect();
        let documents = self
            .sources
            .iter()
            .map(|(file, source)| {
                let span = Span::new(0, source.text().len() as u32);
                Document {
                    api_version: "apps/v1".into(),
                    kind: "Deployment".into(),
                    namespace: "shop".into(),
                    name: format!("web-{}", file.0),
                    ..Document::new(file, 0, span, Verdict::Accepted)
                }
            })
            .collect();
        Report {
            command: "check",
            kubernetes: vec!["1.36".into()],
            sources: self.sources,
            files,
            documents,
            findings,
            suppressed: Vec::new(),
            elapsed: None,
            plan: None,
            problems: Vec::new(),
            known: 0,
            base: Vec::new(),
        }
    }
}

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          imagePullPolcy: Always
          image: nginx
";

fn typo(files: &Files) -> Finding {
    let key = files.at(0, "imagePullPolcy");
    let path = "spec.template.spec.containers[0].imagePullPolcy";
    Finding::new(&UNKNOWN, key, format!("unknown field \"{path}\""))
        .label("did you mean `imagePullPolicy`?")
        .field(path)
        .server("BadRequest", "", format!("strict decoding error: unknown field \"{path}\""))
        .fix(Fix::safe(
            "rename it",
            vec![Edit { file: key.file, span: key.span, text: "imagePullPolicy".into() }],
        ))
        .document(0)
}

fn render(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn as_text(report: &Report, look: &Look) -> String {
    render(|out| text::write(report, look, out))
}

fn every_difficulty() -> Report {
    let files = Files::new(&[
        ("shop/web.yaml", WEB),
        ("shop/größe.yaml", "größe: \"ñandú → 漢字\" # x\n\twert:\t1\n"),
        ("shop/crlf.yaml", "a: 1\r\nb:  2\r\nc: 3\r\n"),
        ("shop/end.yaml", "kind: Pod\nspec:"),
        ("shop/secret.bin", ""),
        ("shop/evil.yaml", "name: \u{1b}[31mred\u{202e}\n"),
        ("shop/probes.yaml", "livenessProbe: {port: 80}\nother: 1\nmore: 2\nreadinessProbe: {port: 80}\n"),
        ("shop/block.yaml", "spec:\n  a:\n    b: 1\n    c: 2\nlast: x\n"),
    ]);
    let end = files.sources.get(FileId(3)).text().len() as u32;
    let after_newline = files.sources.get(FileId(2)).text().len() as u32;
    let block = Span::new(files.at(7, "a:").span.start, files.at(7, "c: 2").span.end);
    let findings = vec![
        typo(&files),
        Finding::new(&UNKNOWN, files.at(1, "漢字"), "wide characters").label("here"),
        Finding::new(&UNKNOWN, files.at(1, "wert"), "a tab before and after").label("tab"),
        Finding::new(&UNKNOWN, files.at(2, "2"), "a file with carriage returns").label("two"),
        Finding::new(
            &UNKNOWN,
            Place::new(FileId(2), Span::new(after_newline, after_newline)),
            "the very end",
        )
        .label("here the file ends"),
        Finding::new(
            &UNKNOWN,
            Place::new(FileId(3), Span::new(end, end)),
            "an empty place at the end of file",
        )
        .label("a value is missing"),
        Finding::new(&NOTE, Place::new(FileId(4), Span::default()), "a file without text"),
        Finding::new(&UNKNOWN, files.at(5, "red"), "what must not reach \u{1b}[31m a terminal"),
        Finding::new(&ADVICE, files.at(6, "readinessProbe"), "readinessProbe and livenessProbe are equal")
            .label("this one decides who gets traffic")
            .related(files.at(6, "livenessProbe"), "this one restarts the container")
            .quiet(files.at(6, "other"))
            .because("A Pod that is too busy to answer is restarted instead of being spared.")
            .help("give the liveness probe a higher failureThreshold, or remove it"),
        Finding::new(&ADVICE, files.at(3, "kind"), "two labels on one line")
            .label("kind")
            .related(files.at(3, "Pod"), "its value")
            .related(files.at(6, "other"), "and one in another file"),
        Finding::new(&ADVICE, Place::new(FileId(7), block), "a place of several lines").label("all of this"),
    ];
    files.report(findings)
}

#[test]
fn text_in_unicode() {
    insta::assert_snapshot!(as_text(&every_difficulty(), &Look::default()));
}

#[test]
fn text_in_ascii() {
    let look = Look { unicode: false, width: 80, ..Look::default() };
    insta::assert_snapshot!(as_text(&every_difficulty(), &look));
}

#[test]
fn text_in_colour() {
    let files = Files::new(&[("shop/web.yaml", WEB)]);
    let findings = vec![typo(&files)];
    let look = Look { colour: true, ..Look::default() };
    insta::assert_snapshot!(as_text(&files.report(findings), &look).replace('\u{1b}', "␛"));
}

#[test]
fn others() {
    let report = every_difficulty();
    insta::assert_snapshot!("concise", render(|out| concise::write(&report, out)));
    insta::assert_snapshot!("github", render(|out| github::write(&report, out)));
    insta::assert_snapshot!("markdown", render(|out| markdown::write(&report, out)));
}

#[test]
fn machine_format() {
    let files = Files::new(&[("shop/web.yaml", WEB), ("shop/crd.yaml", "kind: Ünknown\n")]);
    let findings = vec![
        typo(&files),
        Finding::new(&ADVICE, files.at(1, "Ünknown"), "columns count characters")
            .related(files.at(0, "spec"), "related")
            .help("help")
            .because("because"),
    ];
    let mut report = files.report(findings);
    report.documents[0].verdict = Verdict::Refused;
    report.documents[0].server = Some(ServerAnswer {
        code: 400,
        reason: "BadRequest",
        message: "strict decoding error".into(),
        causes: vec![],
        warnings: vec!["a warning".into()],
    });
    report.documents[1].verdict = Verdict::Unknown;
    report.documents[1].why = Some("no schema".into());
    report.documents[1].item = Some(2);
    let text = render(|out| json::write(&report, out));
    assert!(text.ends_with("}\n") && !text.trim_end().contains('\n'));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

/// What code scanning reads, against the schema that OASIS publishes.
#[test]
fn sarif_is_valid() {
    let schema = include_str!("../schemas/sarif-2.1.0.json");
    let schema = JsonSchema::new(&serde_json::from_str(schema).unwrap()).unwrap();
    let valid = |report: &Report| {
        let value = serde_json::from_str(&render(|out| sarif::write(report, out))).unwrap();
        assert_eq!(schema.violations(&value), []);
        value
    };
    valid(&Files::new(&[]).report(vec![]));
    valid(&every_difficulty());

    let files = Files::new(&[("./shop/web 1.yaml", WEB), ("/srv/ü.yaml", "a: 1\n")]);
    let typo = typo(&files);
    let twice = Finding { labels: typo.labels.clone(), ..typo.clone() };
    let removal = Fix::maybe(
        "remove both",
        vec![
            Edit { file: FileId(0), span: files.at(0, "image: nginx").span, text: String::new() },
            Edit { file: FileId(1), span: files.at(1, "a: 1").span, text: "b: 2".into() },
        ],
    );
    let other = Finding::new(&ADVICE, files.at(1, "a"), "one in another file")
        .related(files.at(0, "spec"), "related")
        .because("because")
        .help("help")
        .fix(removal);
    let value: serde_json::Value = valid(&files.report(vec![typo, twice, other]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    let prints: std::collections::BTreeSet<&str> = value["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["partialFingerprints"]["kcheck/v1"].as_str().unwrap())
        .collect();
    assert_eq!(prints.len(), 3, "equal findings have fingerprints of their own");
}

/// A fingerprint is about the object and the field: lines may move.
#[test]
fn fingerprints_outlive_moved_lines() {
    let prints = |text: &str| {
        let files = Files::new(&[("shop/web.yaml", text)]);
        let findings = vec![typo(&files)];
        kcheck::report::identity::fingerprints(&files.report(findings))
    };
    let here = prints(WEB);
    assert_eq!(here, prints(&format!("# a comment\n\n{WEB}")));
    assert_eq!(here, ["11f3e4b24c97e94f"], "published: a changed fingerprint makes every finding new");
}

#[test]
fn gitlab_code_quality() {
    let text = render(|out| gitlab::write(&every_difficulty(), out));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

#[test]
fn junit_results() {
    let mut report = every_difficulty();
    report.documents[4].verdict = Verdict::Unknown;
    report.documents[4].why = Some("no schema".into());
    report.documents[7].verdict = Verdict::NotKubernetes;
    insta::assert_snapshot!(render(|out| junit::write(&report, Level::Error, out)));
    let strict = render(|out| junit::write(&report, Level::Warning, out));
    assert!(!strict.contains("<system-out>warning") && strict.contains("<system-out>"), "{strict}");
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let filler = "\"ä\":1,".repeat(2000);
    let line = format!("{{{filler}\"imagePullPolcy\":\"Always\",{filler}\"second\":2}}\n");
    let files = Files::new(&[("min.json", &line)]);
    let findings = vec![
        Finding::new(&UNKNOWN, files.at(0, "imagePullPolcy"), "unknown field")
            .label("did you mean `imagePullPolicy`?")
            .related(files.at(0, "Always"), "near")
            .related(files.at(0, "second"), "far away"),
        Finding::new(&UNKNOWN, files.nth(0, "ä", 0), "at the start").label("start"),
    ];
    insta::assert_snapshot!(as_text(&files.report(findings), &Look { width: 80, ..Look::default() }));
}

#[test]
fn long_messages_wrap() {
    let files = Files::new(&[("shop/web.yaml", WEB)]);
    let findings = vec![
        Finding::new(&UNKNOWN, files.at(0, "imagePullPolcy"), "word ".repeat(30))
            .label("a label that says more than fits beside the place that it speaks of, as labels do")
            .because("number ".repeat(30))
            .help("first line\n  | x == 1\n  | ..^"),
    ];
    insta::assert_snapshot!(as_text(&files.report(findings), &Look { width: 80, ..Look::default() }));
}

#[test]
fn many_of_a_code_are_one_example_and_a_count() {
    let text = "key: 1\n".repeat(1500);
    let files = Files::new(&[("a.yaml", &text), ("b.yaml", &text)]);
    let mut findings: Vec<Finding> = (0..1500u32)
        .flat_map(|i| [(0, i), (1, i)])
        .map(|(file, i)| {
            let span = Span::new(i * 7, i * 7 + 3);
            Finding::new(&UNKNOWN, Place::new(FileId(file), span), "unknown field \"key\"")
        })
        .collect();
    findings.push(Finding::new(&ADVICE, files.at(0, "1"), "one of another kind"));
    let report = files.report(findings);
    insta::assert_snapshot!(as_text(&report, &Look::default()));
    let everything = as_text(&report, &Look { verbose: true, ..Look::default() });
    assert_eq!(everything.matches("error[schema/unknown-field]").count(), 3000);
}

#[test]
fn what_was_not_judged_is_counted() {
    let files = Files::new(&[
        ("a.yaml", "a"),
        ("b.yaml", "b"),
        ("c.yaml", "c"),
        ("kustomization.yaml", "d"),
        ("x", ""),
    ]);
    let mut report = files.report(vec![]);
    for (document, kind) in report.documents.iter_mut().zip(["Certificate", "ServiceMonitor", "Certificate"])
    {
        document.verdict = Verdict::Unknown;
        document.why = Some("no schema".into());
        document.kind = kind.into();
    }
    report.files[3].kind = FileKind::Kustomization;
    report.documents.truncate(3);
    report.elapsed = Some(std::time::Duration::from_millis(14));
    insta::assert_snapshot!(as_text(&report, &Look::default()));
    report.documents.clear();
    report.files.truncate(0);
    assert_eq!(
        as_text(&report, &Look::default()),
        "No Kubernetes manifests in 0 files in 14 ms: no problems.\n"
    );
}

/// Ten thousand findings, in many lines and in one: time must follow the output, not the product of both.
#[test]
fn ten_thousand_findings_stay_linear() {
    for separator in ["\n", " "] {
        let text = format!("{{\"key\": \"{}\"}}{separator}", "x".repeat(85)).repeat(10_000);
        let step = (text.len() / 10_000) as u32;
        let files = Files::new(&[("big.json", &text)]);
        let findings = (0..10_000u32)
            .map(|i| {
                let span = Span::new(i * step + 2, i * step + 5);
                Finding::new(&UNKNOWN, Place::new(FileId(0), span), "unknown field").label("here")
            })
            .collect();
        let report = files.report(findings);
        let started = std::time::Instant::now();
        let text = as_text(&report, &Look { verbose: true, ..Look::default() });
        let json = render(|out| json::write(&report, out));
        assert_eq!(text.matches("here").count(), 10_000);
        assert!(json.len() > 1_000_000);
        // Seconds without optimisation on a busy machine; looking at the whole file for each finding would be minutes.
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
