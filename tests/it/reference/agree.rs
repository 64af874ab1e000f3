//! The scheduler and the book decide the same: on random clusters, and the book as the recordings say.

use kcheck::object::sym;
use kcheck::scheduler::{Attempt, Detail, Scheduler};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::objects::{at, list, name, namespace, text};
use super::{Cluster, Decision, random};

#[path = "../../conformance/scheduler/case.rs"]
#[allow(unreachable_pub, reason = "used by the conformance binary")]
pub(crate) mod cases;

/// Seconds of a time as `2025-06-01T10:00:00Z`, from some day on.
fn seconds(time: &str) -> Option<i64> {
    let number = |from: usize, to: usize| time.get(from..to)?.parse::<i64>().ok();
    let days = (number(0, 4)? * 12 + number(5, 7)?) * 31 + number(8, 10)?;
    Some(((days * 24 + number(11, 13)?) * 60 + number(14, 16)?) * 60 + number(17, 19)?)
}

impl Cluster {
    fn add(&mut self, case: &Json) {
        for node in list(&case["nodes"]) {
            self.add_node(node);
        }
        for object in list(&case["objects"]) {
            self.add_object(object);
        }
        for pod in list(&case["existing"]).iter().chain(list(&case["incoming"])) {
            let mut pod = pod.clone();
            let class = text(at(&pod, &["spec", "priorityClassName"])).to_owned();
            let class = self.objects.iter().find(|o| text(&o["kind"]) == "PriorityClass" && name(o) == class);
            if let Some(class) = class {
                pod["spec"]["priority"] = class["value"].clone();
                if pod["spec"]["preemptionPolicy"].is_null() {
                    pod["spec"]["preemptionPolicy"] = class["preemptionPolicy"].clone();
                }
            }
            self.add_pod(&pod, seconds(text(at(&pod, &["status", "startTime"]))));
        }
    }
}

fn path(attempt: &Attempt) -> String {
    format!("{}/{}", attempt.pod.0, attempt.pod.1)
}

/// The first attempts come by priority, then by arrival.
fn in_order(case: &Json, attempts: &[Attempt]) -> Result<(), TestCaseError> {
    let mut pods: Vec<&Json> = list(&case["incoming"]).iter().collect();
    pods.sort_by_key(|pod| std::cmp::Reverse(at(pod, &["spec", "priority"]).as_i64().unwrap_or(0)));
    let expected: Vec<String> = pods.iter().map(|pod| format!("{}/{}", namespace(pod), name(pod))).collect();
    let mut tried: Vec<String> = attempts.iter().filter(|a| a.number == 1).map(path).collect();
    tried.retain(|path| expected.contains(path));
    // One that has become a victim of another has been tried before; one that is gone has not.
    prop_assert_eq!(tried, expected);
    Ok(())
}

/// All attempts of two schedulers, one that tells all and one that keeps what it can, and of the book.
fn same(
    full: &mut Scheduler,
    quick: &mut Scheduler,
    book: &mut Cluster,
) -> Result<Vec<Attempt>, TestCaseError> {
    let (full, quick) = (full.run(), quick.run());
    prop_assert_eq!(full.iter().map(path).collect::<Vec<_>>(), quick.iter().map(path).collect::<Vec<_>>());
    for (full, quick) in full.iter().zip(&quick) {
        let expected = book.attempt(&path(full));
        prop_assert_eq!(Decision::of(full, true), expected, "told in full: {} #{}", path(full), full.number);
        let (quick, full) = (Decision::of(quick, false), Decision::of(full, true).outcome());
        prop_assert_eq!(quick, full, "told in short");
    }
    Ok(full)
}

/// A case, told as its manifest.
struct Case(Json);

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

fn decides_by_the_book(mut case: Json) -> Result<(), TestCaseError> {
    let later = case["later"].take();
    let mut full = cases::load(&case, Detail::Full);
    let mut quick = cases::load(&case, Detail::Outcome);
    let mut book = Cluster::default();
    book.add(&case);
    in_order(&case, &same(&mut full, &mut quick, &mut book)?)?;

    for path in list(&later["gone"]).iter().map(text) {
        let (namespace, name) = path.split_once('/').unwrap_or_default();
        full.remove_pod(sym(namespace), sym(name));
        quick.remove_pod(sym(namespace), sym(name));
        book.remove_pod(path);
    }
    let mut all = case.clone();
    let objects = list(&case["objects"]).iter().chain(list(&later["objects"])).cloned();
    all["objects"] = objects.collect::<Vec<_>>().into();
    for scheduler in [&mut full, &mut quick] {
        scheduler.set_objects(cases::objects(&all));
        cases::add(scheduler, &later);
    }
    book.add(&later);
    same(&mut full, &mut quick, &mut book)?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 4000, ..ProptestConfig::default() })]

    /// Feasible nodes, refusals, scores, ties, the node, the message, victims.
    #[test]
    fn the_scheduler_decides_by_the_book(
        case in proptest::collection::vec(any::<u8>(), 0..900).prop_map(|bytes| Case(random::case(&bytes))),
    ) {
        decides_by_the_book(case.0)?;
    }
}

/// The book itself agrees with what kube-scheduler was seen to do: attempts of the recordings that it can read.
#[test]
fn the_book_is_right() {
    let root = std::env::var_os("KCHECK_GROUND_TRUTH").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/sample").into(),
        std::path::PathBuf::from,
    );
    let mut asked = 0;
    for file in ["resources", "taints-affinity", "ports", "spread", "interpod", "mixed", "preemption"] {
        let file = root.join(format!("conformance/scheduler/{file}.jsonl"));
        let text_of = std::fs::read_to_string(&file).unwrap();
        for line in text_of.lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            let asks_devices = |pod: &Json| !at(pod, &["spec", "resourceClaims"]).is_null();
            let has_volumes =
                |pod: &Json| list(at(pod, &["spec", "volumes"])).iter().any(|v| v["image"].is_null());
            let pods = || list(&case["existing"]).iter().chain(list(&case["incoming"]));
            if pods().any(|pod| asks_devices(pod) || has_volumes(pod)) {
                continue;
            }
            let mut book = Cluster::default();
            book.add(&case);
            for attempt in list(&case["attempts"]) {
                let decision = book.attempt(text(&attempt["pod"]));
                let ours = (
                    decision.node.clone().unwrap_or_default(),
                    decision.message.clone(),
                    decision.victims.clone(),
                );
                let victims: Vec<String> =
                    list(&attempt["victims"]).iter().map(|v| text(v).to_owned()).collect();
                let theirs =
                    (text(&attempt["node"]).to_owned(), text(&attempt["message"]).to_owned(), victims);
                assert_eq!(ours, theirs, "{} {}", text(&case["id"]), text(&attempt["pod"]));
                let ties: Vec<String> = list(&attempt["ties"]).iter().map(|v| text(v).to_owned()).collect();
                assert_eq!(decision.ties, ties, "{} {}", text(&case["id"]), text(&attempt["pod"]));
                asked += 1;
            }
        }
    }
    assert!(asked > 50, "only {asked} attempts were asked");
}
