//! An object in the place of one that exists: what the server answers to a PUT, or to the patch of `kubectl apply`.
//!
//! `prepare` is what the registry does before it validates: fields that are kept, cleared, or filled in from what is stored.
//! The rules themselves are in `validation::update`.

mod prepare;

use super::create::{Verdict, refusal};
use super::stored::{ALLOCATED_IP, UID};
use super::validation::{Cause, Request, name_of, validate_update};
use super::{admission, custom, defaults, strategy};
use crate::object::{Draft, Overlay, Value};
use crate::yaml::View;

/// Judges a new version of an object that exists. `old` is the object as it is stored ([`super::stored::live`]), `new` the whole new
/// one, as it would be sent; its overlay gets the defaults, and what the server keeps or clears.
pub fn update(
    request: &Request<'_>,
    old: Value<'_>,
    new: View<'_>,
    overlay: &mut Overlay,
    cluster: &dyn admission::Lookup,
) -> Verdict {
    let gvk = request.gvk;
    defaults::apply(gvk, new, overlay);
    let mut draft = Draft::new(new, overlay);
    admission::mutate_update(gvk, old, &mut draft, cluster);
    prepare::before_update(request, old, &mut draft);
    let new = Value::new(new, overlay);
    let causes = if gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        match custom::update_definition(request, old, new).verdict {
            Verdict::Accepted => Vec::new(),
            Verdict::Refused(status) => status.causes,
        }
    } else {
        validate_update(request, old, new, cluster)
    };
    let causes = causes.into_iter().map(without_stand_ins).collect();
    refusal(request, &name_of(new), causes)
}

/// What only a real server could have chosen is named as such.
fn without_stand_ins(mut cause: Cause) -> Cause {
    for (stand_in, shown) in [(UID, "<uid>"), (ALLOCATED_IP, strategy::ALLOCATED)] {
        if cause.message.contains(stand_in) {
            cause.message = cause.message.replace(stand_in, shown);
        }
    }
    cause
}
