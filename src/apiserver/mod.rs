//! A request's life: strict decode, defaulting, mutating admission, validation.
//!
//! Not here: the cluster. What admission asks of one, it asks through `admission::Lookup`.

/// Mutating admission: what the default plugins change.
pub mod admission;
/// The language of validation rules and admission policies.
pub mod cel;
/// kcheck's names for what the server refuses.
pub mod codes;
mod create;
/// Custom resources and their definitions.
pub mod custom;
/// What the server fills in when it decodes.
pub mod defaults;
/// What of an object disappears because its gate is off.
pub mod disabled;
/// Feature gates and the fields behind them.
pub mod gates;
mod go_json;
mod internal;
/// ValidatingAdmissionPolicy.
pub mod policy;
/// A whole POST.
pub mod request;
/// The object as the server stores and prints it.
pub mod stored;
/// What the registry's strategies do before an object is stored.
pub mod strategy;
/// An object in the place of one that exists.
pub mod update;
/// What the server says about a new object.
pub mod validation;

pub use create::{Answer, Status, Verdict, Warning, create, create_in, invalid_message, refusal};
pub use validation::Request;
