//! Typed arguments and the configuration to what a run is made of.

use std::sync::Arc;

use super::Failure;
use super::args::{Common, Include, ProfileArg};
use super::config::Config;
use super::output;
use crate::finding::{Profile, Settings};
use crate::run::{Baseline, Options};
use crate::schema::{Location, Minor, MinorSet};
use crate::source::Source;

/// Arguments, completed.
pub(super) struct Resolved {
    pub(super) common: Common,
    pub(super) options: Options,
    pub(super) config: Config,
}

/// Flags go before the configuration, and this before what is the default.
pub(super) fn resolve(common: &Common) -> Result<Resolved, Failure> {
    output::destinations(common).map_err(Failure::Text)?;
    let config = Config::find(common)?;
    let common = config.complete(common);
    let mut settings = Settings::of(&profiles(&common.profile));
    config.configure(&mut settings);
    let options = Options {
        paths: common.paths.clone(),
        minors: minors(common.kubernetes_version.as_deref())?,
        namespace: common.namespace.clone().unwrap_or_else(|| "default".to_owned()),
        crds: common.crds.clone(),
        schema_locations: schema_locations(&common.schema_location)?,
        settings,
        parameters: config.parameters(),
        policy: config.policy(&common).map_err(Failure::Text)?,
        baseline: baseline(&common)?,
        include_read: common.include.contains(&Include::Read),
        include_stored: common.include.contains(&Include::Stored),
        cluster: common.cluster.clone(),
        ..Options::default()
    };
    Ok(Resolved { common, options, config })
}

/// The Kubernetes versions that are asked for.
pub(super) fn minors(given: Option<&str>) -> Result<MinorSet, Failure> {
    let Some(given) = given else { return Ok(MinorSet::one(Minor::DEFAULT)) };
    MinorSet::parse(given).ok_or_else(|| {
        let known = MinorSet::ALL;
        Failure::Text(format!(
            "`{given}` is no Kubernetes version that kcheck knows ({known}); several are FIRST..LAST"
        ))
    })
}

/// `default` is what kubeconform calls the built-in kinds, which kcheck knows.
fn schema_locations(given: &[String]) -> Result<Vec<Location>, Failure> {
    let asked = given.iter().filter(|location| *location != "default");
    asked
        .map(|location| {
            Location::parse(location)
                .map_err(|why| Failure::Text(format!("--schema-location {location}: {why}")))
        })
        .collect()
}

fn profiles(given: &[ProfileArg]) -> Vec<Profile> {
    let mut profiles = vec![Profile::Server, Profile::Plan];
    // `--profile server` means that one alone.
    if given.is_empty() || given.iter().any(|p| *p != ProfileArg::Server) {
        profiles.push(Profile::Recommended);
    }
    for profile in given {
        match profile {
            ProfileArg::Security => profiles.push(Profile::Security),
            ProfileArg::Pedantic => profiles.push(Profile::Pedantic),
            ProfileArg::Server | ProfileArg::Recommended => {}
        }
    }
    profiles
}

fn baseline(common: &Common) -> Result<Option<Baseline>, Failure> {
    let Some(path) = &common.baseline else { return Ok(None) };
    let wrong = |why: String| Failure::Text(format!("--baseline {}: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let source = Arc::new(Source::new(path.display().to_string(), bytes));
    Baseline::read(source).map(Some).map_err(wrong)
}
