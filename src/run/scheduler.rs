//! The scheduler's configuration: a file that is named, or documents of the tree.

use super::read::read;
use super::tree::{Tree, Unit};
use super::{Options, Usage};
use crate::object::{Value, sym};
use crate::scheduler::{ConfigError, Configuration};
use crate::schema::Minor;
use crate::yaml::Document;

/// True for what the scheduler reads from a file: it is no object of a cluster.
pub(super) fn is_configuration(unit: &Unit) -> bool {
    unit.gvk.is("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration")
}

/// What the scheduler is configured with, and documents of the tree that are not played. One of the tree belongs to a
/// scheduler beside the default one unless it names that; all of them are played as one scheduler with their profiles.
pub(super) fn configuration(options: &Options, tree: &Tree) -> Result<(Configuration, Vec<String>), Usage> {
    let minor = options.minors.iter().last().unwrap_or(Minor::DEFAULT);
    if let Some(path) = &options.scheduler_config {
        let files = read(std::slice::from_ref(path), 0)?;
        let roots = files.iter().flat_map(|file| &file.documents).filter_map(Document::root);
        let mut read = roots.map(|root| Configuration::read(Value::plain(root)));
        let found =
            read.find(|read| !matches!(read, Err(ConfigError::Kind))).unwrap_or(Err(ConfigError::Kind));
        return match found {
            Ok(found) => Ok((Configuration { minor, ..found }, Vec::new())),
            Err(why) => Err(Usage::Scheduler { path: path.display().to_string(), why }),
        };
    }
    let of_tree = tree.units.iter().filter(|unit| is_configuration(unit));
    let mut found = Configuration { profiles: Vec::new(), minor };
    let mut not_played = Vec::new();
    for root in of_tree.filter_map(|unit| tree.view(unit)) {
        match Configuration::read(Value::plain(root)) {
            Ok(read) => {
                for profile in read.profiles {
                    if found.profile(profile.name).is_none() {
                        found.profiles.push(profile);
                    }
                }
            }
            Err(why) => not_played.push(format!("KubeSchedulerConfiguration ({why})")),
        }
    }
    if found.profile(sym("")).is_none() {
        found.profiles.extend(Configuration::default().profiles);
    }
    Ok((found, not_played))
}
