//! # `ref/volume-unused`
//!
//! ## What it does
//!
//! Reports a volume of a Pod that none of its containers mounts.
//!
//! ## Why is this bad?
//!
//! It is left over, or a mount was forgotten; the Pod waits for it all the same.
//!
//! ## Example
//!
//! ```yaml
//! containers: [{name: web, image: "web:1"}]
//! volumes:
//!   - name: cache
//!     emptyDir: {}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! containers: [{name: web, image: "web:1", volumeMounts: [{name: cache, mountPath: /cache}]}]
//! volumes:
//!   - name: cache
//!     emptyDir: {}
//! ```
//!
//! ## When to ignore it
//!
//! For CSI volumes that are there to copy Secrets.

use crate::finding::{Code, Fix, Fixable, Level, Profile};
use crate::object::Value;
use crate::rules::{Check, PodAt, Rule, Sink, page};
use crate::yaml::edit::{remove_entry, remove_item};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/volume-unused",
        Level::Info,
        Profile::Pedantic,
        "A volume that no container mounts.",
        page!("volume_unused.rs"),
    )
    .off()
    .fixable(Fixable::Sometimes),
    check: Check::Pod(check),
};

fn check(at: &PodAt<'_>, out: &mut Sink<'_>) {
    for (i, volume) in at.pod.spec.list("volumes").enumerate() {
        let Some(value) = volume.get("name") else { continue };
        let name = value.as_str().unwrap_or_default();
        let used = at.containers().any(|c| {
            c.container.value.list("volumeMounts").any(|mount| mount.str("name") == name)
                || c.container.value.list("volumeDevices").any(|device| device.str("name") == name)
        });
        if !used && volume.get("csi").is_none() {
            let mut finding = out
                .finding(value.place(), format!("no container mounts volume `{name}`"))
                .label("mounted by nobody")
                .field(at.field(&format!("volumes[{i}]")));
            let volumes = at.pod.spec.get("volumes").and_then(Value::view);
            let edit = match volumes {
                Some(volumes) if volumes.len() > 1 => remove_item(volumes, i),
                _ => at.pod.spec.view().and_then(|spec| remove_entry(spec, "volumes")),
            };
            if let Some(edit) = edit {
                finding = finding.fix(Fix::maybe("remove the volume", vec![edit]));
            }
            out.push(finding);
        }
    }
}
