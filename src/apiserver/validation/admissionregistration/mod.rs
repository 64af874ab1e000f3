//! `admissionregistration.k8s.io`. Mirrors `pkg/apis/admissionregistration/validation`, all but the expressions of mutations.

pub(super) mod policy;
mod rules;
pub(super) mod webhook;
