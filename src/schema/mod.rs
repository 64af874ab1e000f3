//! The types of every Kubernetes version; structural typing of a document.

pub mod quantity;
