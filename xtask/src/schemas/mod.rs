//! `schemas`: Kubernetes' published schemas, all minors merged, as reviewable text.
//!
//! Input: two packages of kubernetes-validate (schemas of every minor, Apache-2.0), checked by their hashes; the reference
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
pub(crate) const FIRST: u8 = 10;
/// See [`FIRST`].
pub(crate) const LAST: u8 = 37;

/// A published package, and the minors that are taken from it.
struct Package {
    version: &'static str,
    file: &'static str,
    sha256: &'static str,
    minors: std::ops::RangeInclusive<u8>,
}

const PACKAGES: [Package; 2] = [
    Package {
        version: "1.24.1",
        file: "kubernetes-validate-1.24.1.tar.gz",
        sha256: "705416be22f53a46799137d6a217a4cdb72f2205f9133241fa9bb0a7e84ac8f6",
        minors: FIRST..=24,
    },
    Package {
        version: "1.37.0",
        file: "kubernetes_validate-1.37.0-py3-none-any.whl",
        sha256: "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
        minors: 25..=LAST,
    },
];

/// The definitions of one minor.
pub(crate) type Definitions = serde_json::Map<String, Value>;

/// Writes `schemas/*.txt`. `packages` is a folder that holds the packages; without it they are downloaded.
pub(crate) fn run(packages: Option<PathBuf>, reference: &Path, go: Option<&Path>) -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("kcheck-schemas-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|e| e.to_string())?;
    let result = write_all(packages, reference, go, &scratch);
    let _ = std::fs::remove_dir_all(&scratch);
    result
}

fn write_all(packages: Option<PathBuf>, reference: &Path, go: Option<&Path>, scratch: &Path) -> Result<()> {
    let mut minors = BTreeMap::new();
    for package in PACKAGES {
        let file = match &packages {
            Some(folder) => folder.join(package.file),
            None => download(&package, scratch)?,
        };
        check_hash(&file, package.sha256)?;
        minors.extend(unpack(&file, package.minors, scratch)?);
    }
    let live = json(&reference.join("openapi-1.36.json"))?;
    let live = live.as_object().ok_or("openapi-1.36.json is no object")?;

    let folder = root().join("schemas");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).map_err(|e| format!("schemas/{name}: {e}"))
    };
    let types = merge::types(&minors, live)?;
    write("types.txt", merge::print(&types))?;
    let removed = lines(&reference.join("removed-apis.jsonl"))?;
    let resources = lines(&reference.join("api-resources-1.36.jsonl"))?;
    write("kinds.txt", kinds::kinds(&minors, &resources, &removed)?)?;
    write("removed.txt", kinds::removed(&removed))?;
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

fn download(package: &Package, scratch: &Path) -> Result<PathBuf> {
    command(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
            .arg(scratch)
            .arg(format!("kubernetes-validate=={}", package.version)),
    )?;
    Ok(scratch.join(package.file))
}

fn check_hash(file: &Path, sha256: &str) -> Result<()> {
    let bytes = std::fs::read(file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    let hash = format!("{:x}", Sha256::digest(&bytes));
    if hash == sha256 {
        return Ok(());
    }
    Err(format!("{} has the sha256 {hash}, not {sha256}", file.display()))
}

/// The definitions of minors. Python reads both kinds of archive without help.
fn unpack(
    file: &Path,
    minors: std::ops::RangeInclusive<u8>,
    scratch: &Path,
) -> Result<BTreeMap<u8, Definitions>> {
    const SCRIPT: &str = "\
import re, sys, tarfile, zipfile
package, folder, first, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
# The oldest minor exists in the strict form alone; the two differ in additionalProperties only.
wanted = re.compile(r'/kubernetes-json-schema/v1[.](\\d+)[.]0-local(-strict)?/_definitions[.]json$')
if package.endswith('.whl'):
    archive = zipfile.ZipFile(package)
    names, read = archive.namelist(), archive.read
else:
    archive = tarfile.open(package)
    names, read = archive.getnames(), lambda name: archive.extractfile(name).read()
for name in sorted(names, reverse=True):
    found = wanted.search(name)
    if found and first <= int(found[1]) <= last:
        with open(f'{folder}/{found[1]}.json', 'wb') as out:
            out.write(read(name))
";
    command(
        Command::new("python3")
            .args(["-c", SCRIPT])
            .args([file, scratch])
            .args([minors.start().to_string(), minors.end().to_string()]),
    )?;
    minors
        .map(|minor| {
            let mut all = json(&scratch.join(format!("{minor}.json")))?;
            let key = if all.get("$defs").is_some() { "$defs" } else { "definitions" };
            match all.get_mut(key).map(Value::take) {
                Some(Value::Object(mut definitions)) => {
                    // Other names of the same types, which 1.14 dropped.
                    definitions.retain(|name, _| !name.starts_with("io.k8s.kubernetes.pkg."));
                    Ok((minor, definitions))
                }
                _ => Err(format!("1.{minor} has no definitions")),
            }
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
