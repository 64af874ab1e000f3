//! The scheduler and the book decide the same: on random clusters, and the book as the recordings say.

use kcheck::cluster::model::AllocatedDevice;
use kcheck::object::sym;
use kcheck::scheduler::{Attempt, Detail, Scheduler};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::devices::Asks;
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
    of_full: &mut Scheduler,
    of_quick: &mut Scheduler,
    book: &mut Cluster,
) -> Result<Vec<Attempt>, TestCaseError> {
    let (full, quick) = (of_full.run(), of_quick.run());
    prop_assert_eq!(full.iter().map(path).collect::<Vec<_>>(), quick.iter().map(path).collect::<Vec<_>>());
    for (full, quick) in full.iter().zip(&quick) {
        let expected = book.attempt(&path(full));
        prop_assert_eq!(Decision::of(full, true), expected, "told in full: {} #{}", path(full), full.number);
        let (quick, full) = (Decision::of(quick, false), Decision::of(full, true).outcome());
        prop_assert_eq!(quick, full, "told in short");
    }
    for scheduler in [of_full, of_quick] {
        for object in &book.objects {
            let (namespace, name) = (sym(namespace(object)), sym(name(object)));
            let objects = scheduler.objects();
            match text(&object["kind"]) {
                "PersistentVolumeClaim" => {
                    let volume = objects.volumes().claim(namespace, name).map(|(_, claim)| claim.volume);
                    let expected = sym(text(at(object, &["spec", "volumeName"])));
                    prop_assert_eq!(volume, Some(expected), "the volume of {}", name);
                }
                "ResourceClaim" => {
                    let claim = objects.devices().claim(namespace, name).map(|(_, claim)| claim);
                    let has = claim.and_then(|claim| claim.allocation.as_ref()).map(|allocation| {
                        let device = |d: &AllocatedDevice| {
                            format!("{} {}/{}/{}", d.request, d.driver, d.pool, d.device)
                        };
                        allocation.devices.iter().map(device).collect::<Vec<_>>()
                    });
                    let told = |result: &Json| {
                        let of = |field: &str| text(&result[field]);
                        format!("{} {}/{}/{}", of("request"), of("driver"), of("pool"), of("device"))
                    };
                    let allocation = at(object, &["status", "allocation"]);
                    let results = list(at(allocation, &["devices", "results"]));
                    let expected = (!allocation.is_null()).then(|| results.iter().map(told).collect());
                    prop_assert_eq!(has, expected, "the devices of {}", name);
                }
                _ => {}
            }
        }
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
    book.configure(&case["config"]);
    book.add(&case);
    in_order(&case, &same(&mut full, &mut quick, &mut book)?)?;

    for path in list(&later["gone"]).iter().map(text) {
        let (namespace, name) = path.split_once('/').unwrap_or_default();
        full.remove_pod(sym(namespace), sym(name));
        quick.remove_pod(sym(namespace), sym(name));
        book.remove_pod(path);
    }
    for scheduler in [&mut full, &mut quick] {
        let mut objects = scheduler.objects().clone();
        cases::put_objects(&mut objects, &later);
        scheduler.set_objects(objects);
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
        case in proptest::collection::vec(any::<u8>(), 0..1800).prop_map(|bytes| Case(random::case(&bytes))),
    ) {
        decides_by_the_book(case.0)?;
    }
}

/// True if the book knows all that is in a recorded case.
fn knows(case: &Json) -> bool {
    let pods = || list(&case["existing"]).iter().chain(list(&case["incoming"]));
    let volumes = || pods().flat_map(|pod| list(at(pod, &["spec", "volumes"])));
    let has_all_nodes_scored = || {
        let off = list(at(&case["config"], &["profiles"]));
        off.len() < 2
            && case["config"]["percentageOfNodesToScore"].is_null()
            && off.iter().all(|profile| {
                list(at(profile, &["plugins", "score", "disabled"])).iter().all(|item| item["name"] != "*")
                    && list(&profile["pluginConfig"]).iter().all(|config| {
                        config["args"]["ignoredResourceGroups"].is_null()
                            && config["name"] != "DefaultPreemption"
                    })
            })
    };
    let known = |object: &Json| !text(&object["kind"]).starts_with("CSI") && device_object_is_known(object);
    volumes().all(|v| !v["image"].is_null() || !v["persistentVolumeClaim"].is_null())
        && has_all_nodes_scored()
        && list(&case["objects"]).iter().all(known)
        && !pods()
            .flat_map(|pod| list(at(pod, &["spec", "resourceClaims"])))
            .any(|claim| text(&claim["resourceClaimName"]).is_empty())
}

/// Devices of one node without taints, counters and parts; requests for a number of them.
fn device_object_is_known(object: &Json) -> bool {
    let spec = &object["spec"];
    let selectors_are_known = |holder: &Json| {
        let expressions = list(&holder["selectors"]).iter().map(|s| text(at(s, &["cel", "expression"])));
        expressions.map(Asks::read).all(|asks| match asks {
            // One that no device has is an error.
            Some(Asks::Attribute(name, _)) => name != "nosuch",
            asks => asks.is_some(),
        })
    };
    match text(&object["kind"]) {
        "DeviceClass" => selectors_are_known(spec) && spec["extendedResourceName"].is_null(),
        "ResourceSlice" => {
            (!spec["nodeName"].is_null() || spec["allNodes"] == true)
                && spec["sharedCounters"].is_null()
                && list(&spec["devices"]).iter().all(|device| {
                    ["taints", "consumesCounters", "allowMultipleAllocations"]
                        .iter()
                        .all(|field| device[*field].is_null())
                })
        }
        "ResourceClaim" => {
            let devices = &spec["devices"];
            devices["constraints"].is_null()
                && list(&devices["requests"]).iter().all(|request| {
                    let exactly = std::slice::from_ref(&request["exactly"]);
                    list(&request["firstAvailable"]).iter().chain(exactly).all(|asked| {
                        selectors_are_known(asked)
                            && text(&asked["allocationMode"]) != "All"
                            && asked["capacity"].is_null()
                            && asked["adminAccess"].is_null()
                    })
                })
        }
        _ => true,
    }
}

/// The book itself agrees with what kube-scheduler was seen to do: attempts of the recordings that it can read.
#[test]
fn the_book_is_right() {
    let root = std::env::var_os("KCHECK_GROUND_TRUTH").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/sample").into(),
        std::path::PathBuf::from,
    );
    let mut all = 0;
    for file in [
        "resources",
        "taints-affinity",
        "ports",
        "spread",
        "interpod",
        "mixed",
        "preemption",
        "config",
        "volumes",
        "dra",
    ] {
        let mut asked = 0;
        let path = root.join(format!("conformance/scheduler/{file}.jsonl"));
        let text_of = std::fs::read_to_string(&path).unwrap();
        for line in text_of.lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            if !knows(&case) {
                continue;
            }
            let mut book = Cluster::default();
            book.configure(&case["config"]);
            book.add(&case);
            for attempt in list(&case["attempts"]) {
                if text(&attempt["reason"]) == "SchedulerError" {
                    break;
                }
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
        all += asked;
        // The sample has none of the mixed cases.
        assert!(asked > 3 || file == "mixed", "only {asked} attempts of {file} were asked");
    }
    assert!(all > 50, "only {all} attempts were asked");
}
