//! Input of any kind gets a clear answer and the right exit status, in bounded time and memory. Sizes are smaller than
//! the hostile ones where size is not the point; `bounds` says where the point is.

use std::path::Path;
use std::process::{Command, Output};

fn kcheck(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_kcheck"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// `check` and `plan` of a folder with these files: both exit with `status`, and both say `words`.
fn both(files: &[(&str, &[u8])], status: i32, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    for command in ["check", "plan"] {
        let (code, out, err) = kcheck(folder.path(), &[command, "."]);
        assert_eq!(code, status, "{command}: {out}{err}");
        // Lines may break anywhere.
        let said = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{command} does not say {words:?}: {out}");
    }
}

fn workload(kind: &str, count: &str) -> String {
    let group = if kind == "Job" { "batch" } else { "apps" };
    let selector = if kind == "Job" { "" } else { "  selector: {matchLabels: {app: web}}\n" };
    let restart = if kind == "Job" { "restartPolicy: Never, " } else { "" };
    format!(
        "apiVersion: {group}/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  {count}\n{selector}  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec: {{{restart}containers: [{{name: web, image: \"web:1\"}}]}}\n"
    )
}

#[test]
fn files_that_are_no_text() {
    both(&[("a.yaml", b"\x7fELF\0\0\0\0")], 1, "binary");
    both(&[("a.yaml", b"a: \xff\xfe\n")], 1, "UTF-8");
    both(&[("empty.yaml", b"")], 0, "");
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "plan"] {
        let (code, out, err) = kcheck(folder.path(), &[command, "nowhere"]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("nowhere"), "{err}");
        let (code, out, _) = kcheck(folder.path(), &[command, "."]);
        assert_eq!(code, 0, "an empty folder is no problem: {out}");
    }
    let (_, out, _) = kcheck(folder.path(), &["check", "."]);
    assert!(out.contains("No Kubernetes manifests"), "{out}");
}

#[cfg(unix)]
#[test]
fn links_that_go_in_circles() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("nothing", folder.path().join("dangling.yaml")).unwrap();
    let (code, out, _) = kcheck(folder.path(), &["check", "."]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("dangling.yaml"), "{out}");
}

#[test]
fn depth_and_bombs() {
    both(&[("a.yaml", "[".repeat(200_000).as_bytes())], 1, "reads no deeper");
    both(&[("a.json", ("{\"a\":".to_owned() + &"[".repeat(200_000)).as_bytes())], 1, "");
    let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (from, to) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        let nine = vec![format!("*{from}"); 9].join(",");
        bomb = format!("{bomb}{to}: &{to} [{nine}]\n");
    }
    both(&[("a.yaml", bomb.as_bytes())], 1, "alias");
}

#[test]
fn many_documents() {
    let one = |i| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\n");
    let all = (0..5_000).map(one).collect::<Vec<_>>().join("---\n");
    both(&[("a.yaml", all.as_bytes())], 0, "5");
}

#[test]
fn more_pods_than_are_played() {
    for (kind, count, words) in [
        ("Deployment", "replicas: 2147483647", "asks for 2147483647 Pods"),
        ("StatefulSet", "replicas: 1000000", "asks for 1000000 Pods"),
        (
            "Job",
            "completions: 1000000000\n  parallelism: 10000\n  completionMode: Indexed",
            "asks for 1000000000 Pods",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.yaml"), workload(kind, count)).unwrap();
        let (code, out, err) = kcheck(folder.path(), &["plan", "."]);
        assert!(matches!(code, 0 | 1), "{out}{err}");
        assert!(out.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{out}");
    }
}

#[test]
fn arguments_that_mean_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["plan", "--nodes", "many", "."][..],
        &["plan", "--nodes", "99999999999999999999x1cpu", "."],
        &["plan", "--cluster", "nothing.yaml", "."],
        &["check", "--kubernetes-version", "2.0", "."],
        &["check", "--format", "json", "--format", "text", "."],
        &["chek"],
    ] {
        let (code, out, err) = kcheck(folder.path(), args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(!err.is_empty());
    }
    std::fs::write(folder.path().join("none.yaml"), "a: 1\n").unwrap();
    let (code, _, err) = kcheck(folder.path(), &["plan", "--cluster", "none.yaml", "none.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("no Kubernetes object"), "{err}");
}
