//! The scheduler's configuration: a file that is named, or a document of the tree.

use super::read::read;
use super::tree::Tree;
use super::{Options, Usage};
use crate::object::{Value, sym};
use crate::scheduler::{ConfigError, Configuration};
use crate::yaml::Document;

/// What the scheduler is configured with. A document of the tree belongs to a scheduler beside the default one unless it
/// names that; one that is not played is left alone.
pub(super) fn configuration(options: &Options, tree: &Tree) -> Result<Configuration, Usage> {
    if let Some(path) = &options.scheduler_config {
        let files = read(std::slice::from_ref(path), 0)?;
        let roots = files.iter().flat_map(|file| &file.documents).filter_map(Document::root);
        let mut read = roots.map(|root| Configuration::read(Value::plain(root)));
        let found =
            read.find(|read| !matches!(read, Err(ConfigError::Kind))).unwrap_or(Err(ConfigError::Kind));
        return found.map_err(|why| Usage::Scheduler { path: path.display().to_string(), why });
    }
    let of_tree = tree.units.iter().filter(|unit| unit.kind == "KubeSchedulerConfiguration");
    let mut read = of_tree.filter_map(|unit| Configuration::read(Value::plain(tree.view(unit)?)).ok());
    let mut found = read.next().unwrap_or_default();
    if found.profile(sym("")).is_none() {
        found.profiles.extend(Configuration::default().profiles);
    }
    Ok(found)
}
