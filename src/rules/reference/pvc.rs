//! # `ref/pvc`
//!
//! ## What it does
//!
//! Reports a `persistentVolumeClaim` volume whose claim is not in the Pod's namespace.
//!
//! ## Why is this bad?
//!
//! The scheduler leaves the Pod Pending until the claim exists.
//!
//! ## Example
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: db}
//! spec:
//!   containers: [{name: db, image: "db:1"}]
//!   volumes:
//!     - name: data
//!       persistentVolumeClaim:
//!         claimName: dta
//! ---
//! apiVersion: v1
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
//! ```
//!
//! Use instead:
//!
//! ```yaml
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: db}
//! spec:
//!   containers: [{name: db, image: "db:1"}]
//!   volumes:
//!     - name: data
//!       persistentVolumeClaim:
//!         claimName: data
//! ---
//! apiVersion: v1
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
//! ```
//!
//! ## When to ignore it
//!
//! When the claim was made by hand, or belongs to another repository. Claims that a StatefulSet of the input makes of
//! its templates (`data-db-0`) count as there.

use rustc_hash::FxHashSet;

use crate::finding::{Code, Level, Profile};
use crate::object::{Reference, Sym, Value, Via, sym};
use crate::rules::missing::{self, Where};
use crate::rules::{Check, Rule, Sink, Tree, page};

/// See the page.
pub static RULE: Rule = Rule {
    code: Code::rule(
        "ref/pvc",
        Level::Warning,
        Profile::Recommended,
        "A PersistentVolumeClaim that a Pod mounts and nothing makes.",
        page!("pvc.rs"),
    ),
    check: Check::Tree(check),
};

fn check(tree: &Tree<'_>, out: &mut Sink<'_>) {
    let mut made: FxHashSet<String> = FxHashSet::default();
    let mut templates: FxHashSet<Sym> = FxHashSet::default();
    for set in tree.of("apps", "StatefulSet") {
        for claim in set.spec().into_iter().flat_map(|spec| spec.list("volumeClaimTemplates")) {
            let name = claim.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
            made.insert(format!("{name}-{}", set.name));
            templates.insert(sym(name));
        }
    }
    // The ordinal behind the last dash is not compared: the set may be scaled.
    let is_made = |reference: &Reference| {
        let stem = reference.name.rsplit_once('-').map(|(stem, _)| stem.to_owned()).unwrap_or_default();
        // The controller puts its own claim in the place of a volume that is called like a template.
        made.contains(&stem) || matches!(reference.via, Via::Volume(name) if templates.contains(&name))
    };
    let wanted = |reference: &Reference| reference.kind == "PersistentVolumeClaim" && !is_made(reference);
    missing::report_all(tree, Where::Nowhere, wanted, out);
}
