//! `schemas`: Kubernetes' published schemas, all minors merged, as reviewable text.
//!
//! Input: the wheel of kubernetes-validate (schemas of every minor, Apache-2.0), checked by its hash; the reference
//! folder (enumerations of a live server, resources, removals). With `--go`, a folder that holds Kubernetes' `k8s.io/`
//! packages of the newest minor: the names of Go types, which the server prints in its messages, go to `go.txt`.

mod go;
mod kinds;
mod merge;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Result, read, root};

/// First and last minor of the table.
pub(crate) const FIRST: u8 = 25;
/// See [`FIRST`].
pub(crate) const LAST: u8 = 37;

const WHEEL: &str = "kubernetes_validate-1.37.0-py3-none-any.whl";
const WHEEL_SHA256: &str = "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9";

/// The definitions of one minor.
pub(crate) type Definitions = serde_json::Map<String, Value>;

/// Writes `schemas/*.txt`.
pub(crate) fn run(wheel: Option<PathBuf>, reference: &Path, go: Option<&Path>) -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("kcheck-schemas-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|e| e.to_string())?;
    let result = write_all(wheel, reference, go, &scratch);
    let _ = std::fs::remove_dir_all(&scratch);
    result
}

fn write_all(wheel: Option<PathBuf>, reference: &Path, go: Option<&Path>, scratch: &Path) -> Result<()> {
    let wheel = match wheel {
        Some(wheel) => wheel,
        None => download(scratch)?,
    };
    check_hash(&wheel)?;
    let minors = unpack(&wheel, scratch)?;
    let live = json(&reference.join("openapi-1.36.json"))?;
    let live = live.as_object().ok_or("openapi-1.36.json is no object")?;

    let folder = root().join("schemas");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).map_err(|e| format!("schemas/{name}: {e}"))
    };
    let types = merge::types(&minors, live)?;
    write("types.txt", merge::print(&types))?;
    write("kinds.txt", kinds::kinds(&minors, &lines(&reference.join("api-resources-1.36.jsonl"))?)?)?;
    write("removed.txt", kinds::removed(&lines(&reference.join("removed-apis.jsonl"))?))?;
    if let Some(go) = go {
        write("go.txt", go::names(go, &types)?)?;
    }
    Ok(())
}

fn command(program: &mut Command) -> Result<()> {
    let name = program.get_program().display().to_string();
    let status = program.status().map_err(|e| format!("cannot run {name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed: {status}")) }
}

fn download(scratch: &Path) -> Result<PathBuf> {
    command(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "kubernetes-validate==1.37.0", "--dest"])
            .arg(scratch),
    )?;
    Ok(scratch.join(WHEEL))
}

fn check_hash(wheel: &Path) -> Result<()> {
    let bytes = std::fs::read(wheel).map_err(|e| format!("cannot read {}: {e}", wheel.display()))?;
    let hash = format!("{:x}", Sha256::digest(&bytes));
    if hash == WHEEL_SHA256 {
        return Ok(());
    }
    Err(format!("{} has the sha256 {hash}, not {WHEEL_SHA256}", wheel.display()))
}

/// The definitions of every minor. A wheel is a zip archive, which Python reads without help.
fn unpack(wheel: &Path, scratch: &Path) -> Result<BTreeMap<u8, Definitions>> {
    const SCRIPT: &str = "\
import sys, zipfile
wheel, folder, first, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with zipfile.ZipFile(wheel) as archive:
    for minor in range(first, last + 1):
        name = f'kubernetes_validate/kubernetes-json-schema/v1.{minor}.0-local/_definitions.json'
        with open(f'{folder}/{minor}.json', 'wb') as out:
            out.write(archive.read(name))
";
    command(
        Command::new("python3")
            .args(["-c", SCRIPT])
            .args([wheel, scratch])
            .args([FIRST.to_string(), LAST.to_string()]),
    )?;
    (FIRST..=LAST)
        .map(|minor| match json(&scratch.join(format!("{minor}.json")))?.get_mut("$defs").map(Value::take) {
            Some(Value::Object(definitions)) => Ok((minor, definitions)),
            _ => Err(format!("1.{minor} has no definitions")),
        })
        .collect()
}

fn json(path: &Path) -> Result<Value> {
    serde_json::from_str(&read(path)?).map_err(|e| format!("{}: {e}", path.display()))
}

fn lines(path: &Path) -> Result<Vec<Value>> {
    read(path)?
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|e| format!("{}: {e}", path.display())))
        .collect()
}

/// Minors as text: `25-37`, `25-30,33`.
pub(crate) fn runs(minors: &[u8]) -> String {
    let mut out: Vec<(u8, u8)> = Vec::new();
    for &minor in minors {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == minor => *last = minor,
            _ => out.push((minor, minor)),
        }
    }
    let run = |&(a, b): &(u8, u8)| if a == b { a.to_string() } else { format!("{a}-{b}") };
    out.iter().map(run).collect::<Vec<_>>().join(",")
}
