//! `admissionregistration.k8s.io`. Mirrors `pkg/apis/admissionregistration/validation`, all but CEL expressions.

pub(super) mod policy;
mod rules;
pub(super) mod webhook;
