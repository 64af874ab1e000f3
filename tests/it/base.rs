//! `--base`: a git repository made here, its history, and what a change brings.

use std::path::Path;
use std::process::Command;

use kcheck::finding::{Profile, Settings};
use kcheck::report::plan;
use kcheck::report::text::{Look, write};
use kcheck::run::{self, Base, Options};
use tempfile::TempDir;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
      - name: web
        image: registry.example/web:1.0.0
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
    tier: front
  ports:
  - port: 80
";

const WORKER: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels:
      app: worker
  template:
    metadata:
      labels:
        app: worker
    spec:
      containers:
      - name: worker
        image: registry.example/worker
";

fn git(folder: &Path, args: &[&str]) {
    let out = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A repository with two commits: the second rolls an image, changes a label that a Service selects, and takes a
/// Deployment away. A third change is in the working tree alone.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "--quiet"]);
    put(root, "deploy/web.yaml", WEB);
    put(root, "deploy/worker.yaml", WORKER);
    put(root, "deploy/old/skipped.yaml", "a: [");
    put(root, ".kcheckignore", "old/\n");
    put(root, "other/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: UPPER\n");
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "-m", "one"]);
    put(root, "deploy/web.yaml", &WEB.replace("web:1.0.0", "web:1.1.0").replace("        tier: front\n", ""));
    std::fs::remove_file(root.join("deploy/worker.yaml")).unwrap();
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "-m", "two"]);
    folder
}

fn options(folder: &Path, revision: &str) -> Options {
    Options {
        paths: vec![folder.to_owned()],
        base: vec![Base::Revision(revision.to_owned())],
        settings: Settings::of(&[Profile::Server, Profile::Plan, Profile::Recommended]),
        ..Options::default()
    }
}

fn planned(options: &Options, root: &Path) -> String {
    let report = run::plan(options).unwrap();
    let mut out = Vec::new();
    plan::write(&report, report.plan.as_ref().unwrap(), &Look::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap().replace(&format!("{}/", root.display()), "")
}

#[test]
fn a_plan_shows_the_rolled_image_the_cut_service_and_the_removed_deployment() {
    let folder = repository();
    let options = options(&folder.path().join("deploy"), "HEAD~1");
    insta::assert_snapshot!(planned(&options, folder.path()));
    let pruned = Options { prune: true, ..options };
    insta::assert_snapshot!(planned(&pruned, folder.path()));
    assert!(folder.path().join("deploy/web.yaml").exists());
}

#[test]
fn the_same_of_a_folder() {
    let folder = repository();
    let base = tempfile::tempdir().unwrap();
    put(base.path(), "web.yaml", WEB);
    put(base.path(), "worker.yaml", WORKER);
    let by_git = options(&folder.path().join("deploy"), "HEAD~1");
    let by_folder = Options { base: vec![Base::from(base.path())], ..by_git.clone() };
    assert_eq!(planned(&by_git, folder.path()), planned(&by_folder, folder.path()));
}

#[test]
fn check_tells_what_the_change_brings() {
    let folder = repository();
    let root = folder.path();
    put(root, "deploy/new.yaml", &WORKER.replace("worker", "job").replace("replicas", "replcas"));
    put(root, "other/pod.yaml", "# moved\n\napiVersion: v1\nkind: Pod\nmetadata:\n  name: UPPER\n");
    let told = |options: &Options| {
        let report = run::check(options).unwrap();
        let mut out = Vec::new();
        write(&report, &Look::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap().replace(&format!("{}/", root.display()), "");
        (report.findings.iter().map(|f| f.code.name).collect::<Vec<_>>(), text)
    };
    let options = options(root, "HEAD");
    let (found, text) = told(&options);
    assert!(text.contains("there before the change (--all shows them)."), "{text}");
    assert!(found.contains(&"image/latest"), "{text}");
    assert!(!found.contains(&"meta/name-invalid"), "{text}");
    let (all, _) = told(&Options { all: true, ..options.clone() });
    assert!(all.contains(&"meta/name-invalid"), "{all:?}");
    // Nothing was changed against itself.
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "-m", "three"]);
    assert!(told(&options).0.is_empty());
}

/// What a comment on a pull request says.
#[test]
fn markdown_of_what_the_change_brings() {
    let folder = repository();
    let root = folder.path();
    put(root, "deploy/job.yaml", &WORKER.replace("worker", "job").replace("replicas", "replcas"));
    let told = |options: &Options| {
        let report = run::check(options).unwrap();
        let mut out = Vec::new();
        kcheck::report::markdown::write(&report, &mut out).unwrap();
        String::from_utf8(out).unwrap().replace(&format!("{}/", root.display()), "")
    };
    insta::assert_snapshot!(told(&options(root, "HEAD~1")));
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "-m", "three"]);
    insta::assert_snapshot!(told(&options(root, "HEAD")));
}

/// A clone of one commit has that commit; a worktree and a folder below it belong to the repository.
#[test]
fn clones_and_worktrees() {
    let folder = repository();
    let root = folder.path();
    git(root, &["clone", "--quiet", "--depth=1", &format!("file://{}", root.display()), "shallow"]);
    git(root, &["worktree", "add", "--quiet", "tree", "HEAD~1"]);
    let changes = |options: &Options| {
        let report = run::plan(options).unwrap();
        report.plan.unwrap().changes_anything()
    };
    assert!(!changes(&options(&root.join("shallow/deploy"), "HEAD")));
    assert!(changes(&options(&root.join("deploy"), "HEAD~1")));
    // The worktree is at the first commit, and is compared with the second.
    assert!(changes(&options(&root.join("tree/deploy"), "main")));
    assert!(!changes(&options(&root.join("tree/deploy"), "HEAD")));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = repository();
    let root = folder.path();
    let error = |options: &Options| {
        run::plan(options).unwrap_err().to_string().replace(&root.display().to_string(), "R")
    };
    let deploy = root.join("deploy");
    assert_eq!(
        error(&options(&deploy, "nope")),
        "--base git:nope: there is no revision `nope` in the repository of `R/deploy`"
    );
    // An option in disguise is a revision that is not there.
    assert!(error(&options(&deploy, "--help")).contains("there is no revision `--help`"));

    git(root, &["clone", "--quiet", "--depth=1", &format!("file://{}", root.display()), "shallow"]);
    let shallow = error(&options(&root.join("shallow/deploy"), "HEAD~1"));
    assert!(shallow.contains("the clone is shallow"), "{shallow}");

    git(root, &["clone", "--quiet", "--bare", ".", "bare.git"]);
    let bare = error(&options(&root.join("bare.git"), "HEAD~1"));
    assert!(bare.contains("is a bare repository"), "{bare}");

    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), "web.yaml", WEB);
    let outside = error(&options(outside.path(), "HEAD"));
    assert!(outside.ends_with("is in no git repository"), "{outside}");
}

/// What the revision does not have is new; a file and a glob mean in it what they mean on the disk.
#[test]
fn paths_of_a_revision() {
    let folder = repository();
    let root = folder.path();
    let base_of = |paths: Vec<std::path::PathBuf>, revision: &str| {
        let files = kcheck::source::read_revision(revision, &paths).unwrap();
        let name = |file: Result<kcheck::source::Source, _>| {
            file.unwrap().path().replace(&format!("{}/", root.display()), "")
        };
        files.into_iter().map(name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        base_of(vec![root.into()], "HEAD~1"),
        "HEAD~1:deploy/web.yaml HEAD~1:deploy/worker.yaml HEAD~1:other/pod.yaml"
    );
    assert_eq!(base_of(vec![root.join("deploy")], "HEAD"), "HEAD:deploy/web.yaml");
    assert_eq!(base_of(vec![root.join("deploy/old/skipped.yaml")], "HEAD"), "HEAD:deploy/old/skipped.yaml");
    assert_eq!(
        base_of(vec![root.join("deploy/w*.yaml")], "main~1"),
        "main~1:deploy/web.yaml main~1:deploy/worker.yaml"
    );
    std::fs::create_dir(root.join("fresh")).unwrap();
    assert_eq!(base_of(vec![root.join("fresh")], "HEAD"), "");
}
