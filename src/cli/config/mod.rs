//! The configuration: `kcheck.yaml`, found from the working folder upwards.
//!
//! What stands there is the default of the flags, and what flags cannot say: levels of single codes, locks, exceptions,
//! objects that exist elsewhere. A flag goes before the file.

mod file;
mod init;
mod parameters;
mod read;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Common;
use crate::finding::{Code, Finding, Settings};
use crate::rules::Parameters;
use crate::run::{Exception, Policy, absolute};
use crate::source::{Globs, Source};
pub(super) use init::init;
use read::Read;

/// Name of the file.
const NAME: &str = "kcheck.yaml";

/// A configuration, if there is one.
pub(super) struct Config(Option<(PathBuf, Read)>);

/// Why there is none where one was asked for.
pub(super) enum Trouble {
    /// It cannot be read, in words.
    Unread(String),
    /// What is wrong in it.
    Wrong(Arc<Source>, Vec<Finding>),
}

impl Config {
    /// The nearest configuration from the working folder upwards.
    pub(super) fn nearest() -> Result<Self, Trouble> {
        nearest().map_or(Ok(Self(None)), Self::read)
    }

    /// The configuration that the arguments name, or the nearest one from the working folder upwards.
    pub(super) fn find(common: &Common) -> Result<Self, Trouble> {
        let path = match (&common.config, common.no_config) {
            (_, true) => None,
            (Some(path), _) => Some(path.clone()),
            (None, _) => nearest(),
        };
        path.map_or(Ok(Self(None)), Self::read)
    }

    fn read(path: PathBuf) -> Result<Self, Trouble> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(&path)
            .map_err(|error| Trouble::Unread(format!("cannot read `{shown}`: {error}")))?;
        let source = Arc::new(Source::new(shown, bytes));
        match read::read(source.clone()) {
            Ok(read) => Ok(Self(Some((path, read)))),
            Err(findings) => Err(Trouble::Wrong(source, findings)),
        }
    }

    /// The arguments, with what the file says where they say nothing.
    pub(super) fn complete(&self, common: &Common) -> Common {
        let mut common = common.clone();
        let Some((path, read)) = &self.0 else { return common };
        let file = &read.file;
        let folder = path.parent().unwrap_or(Path::new(""));
        let below = |paths: &[String]| paths.iter().map(|path| folder.join(path)).collect();
        if common.profile.is_empty() {
            common.profile = file.profiles.as_slice().to_vec();
        }
        if common.kubernetes_version.is_none() {
            common.kubernetes_version = read.written("/kubernetes").map(str::to_owned);
        }
        if common.namespace.is_none() {
            common.namespace.clone_from(&file.namespace);
        }
        if common.cluster.is_empty() {
            common.cluster = below(file.cluster.as_slice());
        }
        if common.crds.is_empty() {
            common.crds = below(file.crds.as_slice());
        }
        if common.schema_location.is_empty() {
            let locations = file.schema_locations.as_slice().iter();
            common.schema_location = locations.map(|location| located(folder, location)).collect();
        }
        if common.deny.is_empty() {
            common.deny = file.deny.as_slice().to_vec();
        }
        common
    }

    /// Nodes of `plan`.
    pub(super) fn nodes(&self) -> &[String] {
        self.0.as_ref().map_or(&[], |(_, read)| read.file.nodes.as_slice())
    }

    /// Levels and locks.
    pub(super) fn configure(&self, settings: &mut Settings) {
        let Some((_, read)) = &self.0 else { return };
        for (code, rule) in &read.file.rules {
            if let Some(setting) = rule.setting() {
                settings.rules.insert(code.clone(), setting);
            }
            if rule.locked() {
                settings.locked.insert(code.clone());
            }
        }
    }

    /// Codes of rules of one's own.
    pub(super) fn codes(&self) -> Vec<&'static Code> {
        let custom = self.0.as_ref().map_or(&[][..], |(_, read)| &read.custom);
        custom.iter().map(|rule| rule.code).collect()
    }

    /// What rules are told.
    pub(super) fn parameters(&self) -> Parameters {
        self.0.as_ref().map_or_else(Parameters::default, |(_, read)| parameters::of(&read.file))
    }

    /// Exceptions, and what is assumed. `Err` in words, for patterns that cannot be read.
    pub(super) fn policy(&self, common: &Common) -> Result<Policy, String> {
        let now = common.now.as_deref().map(day).transpose()?;
        let Some((path, read)) = &self.0 else { return Ok(Policy { now, ..Policy::default() }) };
        let absolute_path = absolute(path);
        let root = absolute_path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let exceptions = read.file.ignore.iter().enumerate().map(|(number, ignore)| {
            let paths = ignore.paths.as_ref().map(|paths| {
                Globs::new(paths.as_slice().iter().map(String::as_str))
                    .map_err(|why| format!("{}: ignore[{number}].paths: {why}", path.display()))
            });
            // The line of the entry is enough to find it.
            let span = read.span(&format!("/ignore/{number}/rules"));
            Ok(Exception {
                span,
                codes: ignore.rules.as_slice().to_vec(),
                paths: paths.transpose()?,
                objects: ignore.objects.iter().filter_map(file::Objects::pattern).collect(),
                containers: ignore.containers.as_slice().to_vec(),
                reason: ignore.reason.clone().unwrap_or_default(),
                until: ignore.until.clone(),
            })
        });
        let assume = read.file.assume.iter().enumerate().filter_map(|(number, objects)| {
            Some((objects.pattern()?, read.span(&format!("/assume/{number}"))))
        });
        Ok(Policy {
            source: Some(read.source.clone()),
            exceptions: exceptions.collect::<Result<_, String>>()?,
            assume: assume.collect(),
            custom: read.custom.clone(),
            findings: read.findings.clone(),
            whole: common.paths.iter().any(|path| root.starts_with(absolute(path))),
            root,
            now,
        })
    }
}

/// A location below the folder of the configuration, if it is one that is no path from the root.
fn located(folder: &Path, location: &str) -> String {
    if location == "default" || location.contains("://") {
        return location.to_owned();
    }
    folder.join(location).to_string_lossy().into_owned()
}

/// The nearest file from the working folder upwards, as a relative path.
pub(super) fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut relative = PathBuf::new();
    for folder in here.ancestors() {
        if folder.join(NAME).is_file() {
            return Some(relative.join(NAME));
        }
        relative.push("..");
    }
    None
}

/// The day of a time: `2026-11-24`, or a time of RFC 3339 in UTC.
fn day(given: &str) -> Result<String, String> {
    let wrong =
        || format!("--now {given}: give a day or a time in UTC, as 2026-11-24 or 2026-11-24T20:00:00Z");
    let day = given.get(..10).ok_or_else(wrong)?;
    let rest = &given[10..];
    let number = |from: usize, to: usize| {
        let digits = &day[from..to];
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()
    };
    let fits = day.is_ascii()
        && day.as_bytes()[4] == b'-'
        && day.as_bytes()[7] == b'-'
        && number(0, 4).is_some()
        && number(5, 7).is_some_and(|month| (1..=12).contains(&month))
        && number(8, 10).is_some_and(|day| (1..=31).contains(&day))
        && (rest.is_empty() || (rest.starts_with(['T', 't']) && rest.ends_with(['Z', 'z'])));
    if fits { Ok(day.to_owned()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days() {
        assert_eq!(day("2026-11-24").as_deref(), Ok("2026-11-24"));
        assert_eq!(day("2026-11-24T20:00:00Z").as_deref(), Ok("2026-11-24"));
        for wrong in ["", "today", "2026-13-01", "2026-1-1", "2026-11-24T20:00:00+01:00", "２０２６-1-1"]
        {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
