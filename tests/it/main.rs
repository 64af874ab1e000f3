//! Tests of the whole library and of its structure.

mod fixtures;
mod floors;
mod levels;
mod reading;
mod report;
mod rules;
