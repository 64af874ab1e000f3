//! What a Job asks for.

use crate::object::{Sym, Value, sym};

/// What happens to a Job when one of its Pods failed in a certain way (`podFailurePolicy.rules[*].action`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureAction {
    /// The Job fails.
    FailJob,
    /// The index fails.
    FailIndex,
    /// The failure does not count.
    Ignore,
    /// It counts, as without a rule.
    Count,
}

/// A rule of a failure policy that asks for exit codes. Those that ask for conditions never match here: nobody disrupts a
/// Pod while a cluster comes to rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailureRule {
    /// Its position among all rules.
    pub index: usize,
    /// What happens.
    pub action: FailureAction,
    /// The container that it is about; `None` for all.
    pub container: Option<Sym>,
    /// `operator: In`; else `NotIn`.
    pub within: bool,
    /// `values`
    pub codes: Vec<i64>,
}

impl FailureRule {
    /// True if a container that ended with this code is meant. Success never is.
    pub fn matches(&self, container: Sym, code: i64) -> bool {
        code != 0
            && self.container.is_none_or(|name| name == container)
            && self.codes.contains(&code) == self.within
    }
}

/// `spec` of a Job, or of the Jobs that a CronJob makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobSpec {
    /// `parallelism`
    pub parallelism: i64,
    /// `completions`; `None` for a work queue.
    pub completions: Option<i64>,
    /// `completionMode: Indexed`
    pub indexed: bool,
    /// `suspend`
    pub suspend: bool,
    /// `backoffLimit`: more failed Pods than this fail the Job.
    pub backoff_limit: i64,
    /// `backoffLimitPerIndex`: more failed Pods of one index than this fail the index.
    pub backoff_limit_per_index: Option<i64>,
    /// `maxFailedIndexes`
    pub max_failed_indexes: Option<i64>,
    /// `activeDeadlineSeconds`
    pub deadline_seconds: Option<i64>,
    /// `ttlSecondsAfterFinished`
    pub ttl_seconds: Option<i64>,
    /// `podFailurePolicy.rules`
    pub failure_rules: Vec<FailureRule>,
}

impl JobSpec {
    /// Reads `spec`, with the server's defaults.
    pub fn read(spec: Value<'_>) -> Self {
        let (parallelism, completions) = (spec.int("parallelism"), spec.int("completions"));
        // Neither set: one Pod, one completion.
        let completions = if completions.is_none() && parallelism.is_none() { Some(1) } else { completions };
        let per_index = spec.int("backoffLimitPerIndex");
        let rules = spec.get("podFailurePolicy").into_iter().flat_map(|policy| policy.list("rules"));
        Self {
            parallelism: parallelism.unwrap_or(1),
            completions,
            indexed: spec.str("completionMode") == "Indexed",
            suspend: spec.flag("suspend"),
            backoff_limit: spec.int("backoffLimit").unwrap_or(if per_index.is_some() {
                i64::from(i32::MAX)
            } else {
                6
            }),
            backoff_limit_per_index: per_index,
            max_failed_indexes: spec.int("maxFailedIndexes"),
            deadline_seconds: spec.int("activeDeadlineSeconds"),
            ttl_seconds: spec.int("ttlSecondsAfterFinished"),
            failure_rules: rules.enumerate().filter_map(|(index, rule)| read_rule(index, rule)).collect(),
        }
    }
}

fn read_rule(index: usize, rule: Value<'_>) -> Option<FailureRule> {
    let codes = rule.get("onExitCodes")?;
    let container = codes.str("containerName");
    Some(FailureRule {
        index,
        action: match rule.str("action") {
            "FailJob" => FailureAction::FailJob,
            "FailIndex" => FailureAction::FailIndex,
            "Ignore" => FailureAction::Ignore,
            _ => FailureAction::Count,
        },
        container: (!container.is_empty()).then(|| sym(container)),
        within: codes.str("operator") == "In",
        codes: codes.list("values").filter_map(Value::as_i64).collect(),
    })
}
