//! Tests of the whole library and of its structure.

mod floors;
mod levels;
mod report;
