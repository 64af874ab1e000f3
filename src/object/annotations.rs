//! Annotations that speak to kcheck, for what cannot carry a comment (a chart that only takes annotations, an object that
//! a tool writes):
//!
//! ```yaml
//! kcheck.dev/ignore: |
//!   image/latest: rebuilt every night
//!   security/privileged, security/host-path container=agent: talks to the kernel
//! ```
//!
//! On an object they cover it, on a Pod template the template, and with `container=` the containers of that name.

use super::{Object, PodTemplate};
use crate::finding::Place;

/// The annotation.
pub const IGNORE: &str = "kcheck.dev/ignore";

/// A line of the annotation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ignore {
    /// Place of the annotation's value.
    pub place: Place,
    /// Codes and groups as they are written.
    pub codes: Vec<String>,
    /// What stands behind the colon.
    pub reason: String,
    /// What it covers; `None` for the whole object.
    pub scopes: Option<Vec<Place>>,
    /// Containers that are named and are not there.
    pub missing: Vec<String>,
}

/// What the annotations of an object, and of the templates in it, ask to be ignored.
pub fn ignores(object: &Object<'_>) -> Vec<Ignore> {
    let mut found = Vec::new();
    let pod = object.pod_template();
    let root = object.value;
    let holders = [
        Some((root, true)),
        root.at(&["spec", "jobTemplate"]).map(|holder| (holder, false)),
        pod.filter(|pod| pod.holder.place() != root.place()).map(|pod| (pod.holder, false)),
    ];
    for (holder, whole) in holders.into_iter().flatten() {
        let Some(value) = holder.at(&["metadata", "annotations"]).and_then(|a| a.get(IGNORE)) else {
            continue;
        };
        for line in value.as_str().unwrap_or_default().split(['\n', ';']) {
            let (what, reason) = line.split_once(':').unwrap_or((line, ""));
            let (mut codes, mut names) = (Vec::new(), Vec::new());
            for word in what.split_whitespace() {
                let (list, words) = match word.strip_prefix("container=") {
                    Some(words) => (&mut names, words),
                    None => (&mut codes, word),
                };
                list.extend(words.split(',').filter(|word| !word.is_empty()).map(str::to_owned));
            }
            if codes.is_empty() && names.is_empty() {
                continue;
            }
            let mut scopes = (!whole).then(|| vec![holder.place()]);
            if !names.is_empty() {
                let of_name: Vec<(&str, Place)> = pod
                    .into_iter()
                    .flat_map(PodTemplate::containers)
                    .map(|container| (container.value.str("name"), container.value.place()))
                    .filter(|(name, _)| names.iter().any(|wanted| wanted == name))
                    .collect();
                names.retain(|wanted| of_name.iter().all(|(name, _)| wanted != name));
                scopes = Some(of_name.into_iter().map(|(_, place)| place).collect());
            }
            let reason = reason.trim().to_owned();
            found.push(Ignore { place: value.place(), codes, reason, scopes, missing: names });
        }
    }
    found
}
