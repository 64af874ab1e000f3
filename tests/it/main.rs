//! Tests of the whole library and of its structure.

mod allocations;
mod apiserver;
mod bad_input;
mod base;
mod cli;
mod codes;
mod fixing;
mod fixtures;
mod floors;
mod granit;
mod hostile;
mod levels;
mod pages;
mod plan;
mod readers;
mod reading;
mod readme;
mod reference;
mod refusals;
mod report;
mod rules;
mod scheduler;
mod schema;
mod settling;
mod versions;
