//! Input that nobody means: it gets a clear message and the right exit status, in bounded time and memory, from
//! `check` and from `plan`. Tests are built without optimisation and with overflow checks.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Who waits longer waits for ever: this tells a run that does not end from a slow and busy machine, and is no measure of
/// speed.
const PATIENCE: Duration = Duration::from_mins(10);

/// What the program said.
struct Answer {
    status: i32,
    out: String,
    err: String,
}

impl Answer {
    #[track_caller]
    fn of(output: &std::process::Output) -> Self {
        let answer = Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!(!answer.err.contains("panicked"), "{}", answer.err);
        assert!((0..=2).contains(&answer.status), "status {}: {}", answer.status, answer.err);
        answer
    }

    #[track_caller]
    fn has(&self, status: i32, text: &str) {
        let all = format!("status {}\n{}\n{}", self.status, self.out, self.err);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(self.status, status, "{all:.3000}");
        assert!(words(&all).contains(&words(text)), "no `{text}` in: {all:.3000}");
    }
}

#[track_caller]
fn kcheck(arguments: &[&str], path: &Path) -> Answer {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_kcheck"))
        .args(arguments)
        .arg(path)
        .env("COLUMNS", "100")
        .output()
        .expect("the program starts");
    let took = start.elapsed();
    let answer = Answer::of(&output);
    assert!(took < PATIENCE, "took {took:?}");
    answer
}

/// A folder with one file.
fn folder(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join(name), content).expect("a file");
    dir
}

/// Both commands say the same of a file.
#[track_caller]
fn both(name: &str, content: impl AsRef<[u8]>, status: i32, text: &str) {
    let dir = folder(name, content);
    for command in ["check", "plan"] {
        kcheck(&[command], dir.path()).has(status, text);
    }
}

#[track_caller]
fn plan(content: &str, status: i32, text: &str) {
    let dir = folder("a.yaml", content);
    kcheck(&["plan"], dir.path()).has(status, text);
}

/// A workload, with lines of its spec and a Pod spec in flow style.
fn workload(kind: &str, name: &str, spec: &str, pod: &str) -> String {
    let mut text = format!("apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n");
    for line in spec.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text + "  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: "
        + pod
        + "\n---\n"
}

const POD: &str = "{containers: [{name: a, image: 'a:1'}]}";

fn job(kind: &str, spec: &str) -> String {
    let spec = format!(
        "{{{spec}, template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}}}"
    );
    let spec = match kind {
        "Job" => spec,
        _ => format!("{{schedule: '* * * * *', jobTemplate: {{spec: {spec}}}}}"),
    };
    format!("apiVersion: batch/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n")
}

#[test]
fn binary_files() {
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
    let dir = folder("a.yaml", &bytes);
    for command in ["check", "plan"] {
        kcheck(&[command], dir.path()).has(1, "it is a binary file");
        // It could be read, and is none of ours.
        kcheck(&[command], &dir.path().join("a.yaml")).has(1, "it is a binary file");
    }
}

#[test]
fn a_very_long_line() {
    let long = "x".repeat(10_000_000);
    both("a.yaml", format!("a: {long}"), 0, "");
    // The server takes no more than etcd does.
    both(
        "b.yaml",
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {long}}}\n"),
        1,
        "",
    );
    let unknown = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndatum: {{a: {long}}}\n");
    let dir = folder("c.yaml", unknown);
    let answer = kcheck(&["check"], dir.path());
    answer.has(1, "unknown field \"datum\"");
    assert!(answer.out.len() < 10_000, "the line is cut");
}

#[test]
fn brackets_without_end() {
    let n = 200_000;
    let (open, close) = ("[".repeat(n), "]".repeat(n));
    both("open.yaml", &open, 1, "no deeper");
    both("both.yaml", format!("{open}{close}"), 1, "no deeper");
    both("both.json", format!("{open}{close}"), 1, "no deeper");
    both("maps.json", format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n)), 1, "no deeper");
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template: ";
    both("typed.yaml", format!("{deployment}{open}{close}\n"), 1, "no deeper");
    for depth in [150, 1_000, 5_000] {
        let maps = format!("{}1{}", "{\"spec\":".repeat(depth), "}".repeat(depth));
        let text = format!(
            "{{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{{\"name\":\"a\"}},\"spec\":{{\"template\":{maps}}}}}"
        );
        both("below.json", text, 1, "");
        let dashes = "- ".repeat(depth);
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\nx:\n {dashes}a\n");
        both("dashes.yaml", text, 1, "");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let dir = folder("ok.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    std::fs::create_dir(dir.path().join("sub")).expect("a folder");
    symlink("..", dir.path().join("sub/up")).expect("a link");
    symlink("b.yaml", dir.path().join("a.yaml")).expect("a link");
    symlink("a.yaml", dir.path().join("b.yaml")).expect("a link");
    symlink("nowhere", dir.path().join("c.yaml")).expect("a link");
    for command in ["check", "plan"] {
        let answer = kcheck(&[command], dir.path());
        answer.has(1, "cannot read");
        kcheck(&[command], &dir.path().join("a.yaml")).has(2, "a.yaml");
        kcheck(&[command], &dir.path().join("c.yaml")).has(2, "c.yaml");
    }
}

/// A user who is not root, and a program that this user may run.
#[cfg(unix)]
struct Somebody {
    program: TempDir,
}

#[cfg(unix)]
impl Somebody {
    /// `nobody` of most systems; it need not exist.
    const UID: u32 = 65534;

    /// Lets everybody see what is in `tree`.
    fn new(tree: &TempDir) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let everybody = || std::fs::Permissions::from_mode(0o755);
        let program = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(tree.path(), everybody()).expect("permissions");
        std::fs::set_permissions(program.path(), everybody()).expect("permissions");
        let copy = program.path().join("kcheck");
        std::fs::copy(env!("CARGO_BIN_EXE_kcheck"), &copy).expect("a copy");
        std::fs::set_permissions(&copy, everybody()).expect("permissions");
        Self { program }
    }

    fn asks(&self, command: &str, path: &Path) -> Answer {
        use std::os::unix::process::CommandExt;
        let mut program = Command::new(self.program.path().join("kcheck"));
        program.uid(Self::UID).gid(Self::UID).current_dir("/").arg(command).arg(path);
        let output = program.output().expect("the program starts");
        Answer::of(&output)
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder("a.yaml", "a: b\n");
    let path = dir.path().join("a.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    let broken = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containerz: []}\n";
    std::fs::write(dir.path().join("b.yaml"), broken).expect("a file");
    // Root reads everything, so for root somebody else asks: a user without a name, with a copy of the program in a place
    // that everybody can reach.
    let somebody = std::fs::read(&path).is_ok().then(|| Somebody::new(&dir));
    let ask = |command: &str, path: &Path| match &somebody {
        Some(somebody) => somebody.asks(command, path),
        None => kcheck(&[command], path),
    };
    for command in ["check", "plan"] {
        let answer = ask(command, dir.path());
        answer.has(1, "Permission denied");
        answer.has(1, "a.yaml");
        // The others are judged all the same.
        answer.has(1, "unknown field \"spec.containerz\"");
        ask(command, &path).has(2, "Permission denied");
    }
}

#[test]
fn no_such_path_and_nothing_there() {
    let dir = tempfile::tempdir().expect("a folder");
    for command in ["check", "plan"] {
        kcheck(&[command], &dir.path().join("nowhere.yaml")).has(2, "nowhere.yaml");
        kcheck(&[command], dir.path()).has(0, "");
    }
    kcheck(&["check"], dir.path()).has(0, "No ");
    std::fs::create_dir(dir.path().join("x.yaml")).expect("a folder");
    both("empty.yaml", "", 0, "");
    both("comment.yaml", "# nothing\n", 0, "");
}

#[test]
fn many_documents() {
    let mut text = String::new();
    for i in 0..10_000 {
        let _ = write!(text, "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\n---\n");
    }
    let dir = folder("a.yaml", text);
    kcheck(&["check"], dir.path()).has(0, "10,000 objects");
    both("b.yaml", "---\n".repeat(50_000), 0, "");
}

#[test]
fn many_items() {
    let arguments = "a,".repeat(200_000);
    plan(
        &workload(
            "Deployment",
            "a",
            "",
            &format!("{{containers: [{{name: a, image: 'a:1', args: [{arguments}]}}]}}"),
        ),
        0,
        "1 Pod runs",
    );
    let mut containers = String::new();
    let mut strange = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    for i in 0..5_000 {
        let _ = write!(containers, "{{name: a{i}, image: 'a:1'}},");
        let _ = writeln!(strange, "k{i}: v");
    }
    plan(&workload("Deployment", "a", "", &format!("{{containers: [{containers}]}}")), 0, "1 Pod runs");
    both("strange.yaml", strange, 1, "unknown field \"k0\"");
}

#[test]
fn aliases_that_explode() {
    let mut text =
        String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for i in 1..30 {
        let before = format!("*a{}", i - 1);
        let _ = writeln!(text, "a{i}: &a{i} [{}]", [before.as_str(); 9].join(","));
    }
    both("a.yaml", text, 1, "expand to far more than is written");
    both("b.yaml", "a: &a [*a]\n", 1, "inside of what it stands for");
}

#[test]
fn definitions_that_are_deep_or_turn_in_circles() {
    let definition = |schema: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: foos.example.com}}\nspec:\n  \
             group: example.com\n  scope: Namespaced\n  names: {{plural: foos, singular: foo, kind: Foo, listKind: FooList}}\n  \
             versions:\n  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {schema}}}}}\n---\n\
             apiVersion: example.com/v1\nkind: Foo\nmetadata: {{name: a}}\nspec: {{}}\n"
        )
    };
    for depth in [50, 3_000] {
        let open = "{type: object, properties: {spec: ".repeat(depth);
        both("a.yaml", definition(&format!("{open}{{type: object}}{}", "}}".repeat(depth))), 0, "");
    }
    // The server knows no references in definitions.
    both("a.yaml", definition("{type: object, properties: {spec: {$ref: '#/properties/spec'}}}"), 1, "$ref");
}

#[test]
fn more_pods_than_anybody_has() {
    for kind in ["Deployment", "ReplicaSet"] {
        let text = workload(kind, "a", "replicas: 2147483647", POD);
        plan(&text, 1, "asks for 2147483647 Pods, of which 5330 were played");
        plan(&text, 1, "330 of 5330 Pods run, 5000 pending");
    }
    plan(&workload("StatefulSet", "a", "replicas: 1000000", POD), 1, "330 of 331 Pods run, 1 pending");
    let parallel = workload("StatefulSet", "a", "podManagementPolicy: Parallel\nreplicas: 1000000", POD);
    plan(&parallel, 1, "330 of 5330 Pods run");
    let mut many = String::new();
    for i in 0..100 {
        many += &workload("Deployment", &format!("d{i}"), "replicas: 100", POD);
    }
    plan(&many, 1, "330 of 10000 Pods run, 9670 pending");
}

#[test]
fn jobs_without_end() {
    let indexed = "completionMode: Indexed, parallelism: 10000, completions: 1000000000";
    plan(&job("Job", indexed), 0, "asks for 1000000000 Pods, of which 5330 were played");
    let plain = "parallelism: 2147483647, completions: 2147483647";
    plan(&job("CronJob", plain), 0, "asks for 2147483647 Pods, of which 5330 were played");

    // A plan that was cut short is no silent yes: it is a problem, said in every format, and `--deny warnings` fails.
    let dir = folder("a.yaml", job("Job", indexed));
    for format in ["text", "concise", "json", "github", "markdown"] {
        let answer = kcheck(&["plan", "--format", format], dir.path());
        answer.has(0, "Not played to its end: Job default/a asks for 1000000000 Pods");
    }
    kcheck(&["plan", "--format", "json"], dir.path())
        .has(0, "\"settled\":false,\"why\":\"Job default/a asks");
    kcheck(&["plan", "--format", "concise"], dir.path()).has(0, "warning[reliability/not-played-out]");
    kcheck(&["plan", "--deny", "warnings"], dir.path()).has(1, "Not played to its end");
}

#[test]
fn a_daemon_on_very_many_nodes() {
    let dir = folder("a.yaml", workload("DaemonSet", "a", "", POD));
    kcheck(&["plan", "--nodes", "3000x1cpu,1Gi"], dir.path()).has(0, "3000 Pods run");
}

#[test]
fn nodes_that_are_none() {
    let dir = folder("a.yaml", workload("Deployment", "a", "", POD));
    for nodes in [
        "",
        "x",
        "3",
        "3x",
        "x4cpu",
        "-1x4cpu,1Gi",
        "99999999999999999999x1cpu,1Gi",
        "3x4cpu,nonsense",
        "3x4cpu,taint=",
        "2147483647x1cpu,1Gi",
        "0x1cpu",
        "3x-1cpu",
    ] {
        kcheck(&["plan", &format!("--nodes={nodes}")], dir.path()).has(2, "--nodes");
    }
}

#[test]
fn arguments_that_mean_nothing() {
    let dir = folder("a.yaml", "a: 1\n");
    for arguments in [
        &["plan", "--cluster", "nothing.yaml"][..],
        &["check", "--kubernetes-version", "2.0"],
        &["check", "--format", "json", "--format", "text"],
        &["chek"],
    ] {
        let answer = kcheck(arguments, dir.path());
        assert_eq!((answer.status, answer.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!answer.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_cluster_that_is_none() {
    let tree = folder("a.yaml", workload("Deployment", "a", "", POD));
    for text in ["", "hello: world\n", "[1, 2, 3]\n", "{", "\0\0\0"] {
        let export = folder("export.yaml", text);
        let path = export.path().to_string_lossy().into_owned();
        kcheck(&["plan", "--cluster", &path], tree.path()).has(2, "--cluster");
    }
}

/// What the server would refuse can stand in an export: nothing overflows, nothing goes round in circles.
#[test]
fn exports_with_any_numbers_and_owners() {
    let tree = folder("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let mut exports = Vec::new();
    for number in ["9223372036854775807", "-9223372036854775808", "-1", "1e400", "99999999999999999999999999"]
    {
        let limits = format!("{{cpu: '{number}', memory: '{number}', pods: '{number}'}}");
        let mut text = format!(
            "apiVersion: v1\nkind: Node\nmetadata: {{name: n}}\nstatus: {{allocatable: {limits}}}\n---\n"
        );
        let spec = format!(
            "replicas: {number}\nparallelism: {number}\ncompletions: {number}\nminReadySeconds: {number}\n\
             strategy: {{type: RollingUpdate, rollingUpdate: {{maxSurge: {number}, maxUnavailable: '{number}%'}}}}\n\
             ordinals: {{start: {number}}}\nupdateStrategy: {{rollingUpdate: {{partition: {number}}}}}"
        );
        let pod = format!(
            "{{priority: {number}, overhead: {limits}, containers: [{{name: a, image: 'a:1', ports: [{{containerPort: {number}, \
             hostPort: {number}}}], resources: {{requests: {limits}}}}}, {{name: b, image: 'a:1', resources: {{requests: {limits}}}}}], \
             topologySpreadConstraints: [{{maxSkew: {number}, minDomains: {number}, topologyKey: a, whenUnsatisfiable: DoNotSchedule}}]}}"
        );
        for kind in ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"] {
            text += &workload(kind, &kind.to_lowercase(), &spec, &pod);
        }
        text += &job("Job", &format!("parallelism: {number}, completions: {number}"));
        let _ = write!(text, "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {pod}\n");
        exports.push(text);
    }
    let owner = |kind: &str, name: &str| {
        format!(
            "a, namespace: default, ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: {name}, controller: true, uid: u}}]"
        )
    };
    exports.push(
        workload("Deployment", &owner("ReplicaSet", "a"), "replicas: 2", POD)
            + &workload("ReplicaSet", &owner("Deployment", "a"), "replicas: 2", POD)
            + "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: a}, ownerReferences: [{apiVersion: v1, kind: Pod, name: p, \
               controller: true, uid: u}]}\nspec: {containers: [{name: a, image: a}]}\n",
    );
    for export in exports {
        let export = folder("export.yaml", export);
        let path = export.path().to_string_lossy().into_owned();
        kcheck(&["plan", "--cluster", &path], tree.path());
    }
}

#[test]
fn labels_that_do_not_match() {
    let text = workload("Deployment", "a", "", POD).replace("labels: {app: a}", "labels: {app: b}");
    both("a.yaml", text, 1, "selector");
}

#[test]
fn many_services_and_runs() {
    let mut text = workload("Deployment", "a", "replicas: 1000", POD);
    for i in 0..300 {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{selector: {{app: a}}, ports: [{{port: 80}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: w{i}}}\nspec: {{selector: {{app: wrong{i}}}, ports: [{{port: 80}}]}}\n---\n"
        );
    }
    for i in 0..50 {
        text += &job("CronJob", "parallelism: 1").replace("name: a}", &format!("name: c{i}}}"));
        text += "---\n";
    }
    plan(&text, 1, "300 Services without endpoints");
}

#[test]
fn many_findings() {
    let mut text = String::new();
    for i in 0..2_000 {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: c{i}}}\nspec: {{containerz: []}}\n---\n"
        );
    }
    let dir = folder("a.yaml", text);
    for format in ["text", "concise", "json", "github", "markdown"] {
        kcheck(&["check", "--format", format], dir.path()).has(1, "containerz");
    }
}

/// Whoever reads the output may go before its end.
#[test]
fn a_closed_pipe() {
    let mut text = String::new();
    for i in 0..3_000 {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: c{i}}}\nspec: {{containerz: []}}\n---\n"
        );
    }
    let dir = folder("a.yaml", text);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kcheck"))
        .args(["check", "--format", "concise"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let output = child.wait_with_output().expect("it ends");
    assert!(line.contains("error["), "{line}");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
