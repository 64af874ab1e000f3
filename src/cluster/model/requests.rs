//! Effective requests of a Pod (`component-helpers/resource.PodRequests`).

use super::pod_spec::{Container, ContainerKind};
use super::resources::{ResourceList, Resources, is_hugepages};
use crate::object::{Sym, sym};

/// CPU that scoring assumes for a container that asks none, in millicores (`DefaultMilliCPURequest`).
pub const DEFAULT_MILLI_CPU: i64 = 100;
/// Memory that scoring assumes for a container that asks none, in bytes (`DefaultMemoryRequest`).
pub const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

/// What a Pod counts.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Requests {
    /// What it asks, exactly; overhead included. Filters and balance use it.
    pub total: Resources,
    /// CPU and memory that scoring counts for it once it is on a node: defaults for containers that ask none.
    pub assumed: Assumed,
    /// CPU and memory that scoring counts while it is placed. Differs from `assumed` for Pods with pod-level
    /// resources, which this side of the scheduler does not look at.
    pub scored: Assumed,
}

/// CPU and memory with defaults for what is not asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Assumed {
    /// Millicores.
    pub milli_cpu: i64,
    /// Bytes.
    pub memory: i64,
}

impl Assumed {
    fn of(list: &ResourceList) -> Self {
        Self { milli_cpu: list.milli(sym("cpu")), memory: list.value(sym("memory")) }
    }
}

/// Resources of the Pod as a whole.
#[derive(Clone, Copy, Debug)]
pub struct PodLevel<'a> {
    /// `spec.resources.requests`, defaults included.
    pub requests: &'a ResourceList,
    /// `overhead`
    pub overhead: &'a ResourceList,
}

/// True if the Pod as a whole can ask for this resource (`IsSupportedPodLevelResource`).
pub(super) fn is_pod_level(name: Sym) -> bool {
    matches!(name.as_str(), "cpu" | "memory") || is_hugepages(&name)
}

/// Sum over containers and sidecars, raised to what the init containers need (`AggregateContainerRequests`).
/// `requests_of` gives a container's requests; `defaults` fill what it does not name.
pub(super) fn aggregate<'a>(
    containers: &'a [Container],
    requests_of: impl Fn(&'a Container) -> ResourceList,
    defaults: &ResourceList,
) -> ResourceList {
    let filled = |container| {
        let mut list = requests_of(container);
        list.fill(defaults);
        list
    };
    let mut sum = ResourceList::default();
    let (mut sidecars, mut init) = (ResourceList::default(), ResourceList::default());
    for container in containers {
        match container.kind {
            ContainerKind::App => sum.add(&filled(container)),
            ContainerKind::Sidecar => {
                let requests = filled(container);
                sum.add(&requests);
                sidecars.add(&requests);
                init.raise(&sidecars);
            }
            ContainerKind::Init => {
                let mut requests = filled(container);
                requests.add(&sidecars);
                init.raise(&requests);
            }
            ContainerKind::Ephemeral => {}
        }
    }
    sum.raise(&init);
    sum
}

/// What a Pod of these containers counts. `requests_of` gives a container's requests (the spec's, or those that
/// follow from its status).
pub fn pod_requests<'a>(
    containers: &'a [Container],
    requests_of: impl Fn(&'a Container) -> ResourceList,
    level: PodLevel<'_>,
) -> Requests {
    let (cpu, memory) = (sym("cpu"), sym("memory"));
    let finish = |mut list: ResourceList, pod_level: bool| {
        if pod_level {
            for name in level.requests.names().filter(|name| is_pod_level(*name)) {
                list.copy(name, level.requests);
            }
        }
        list.add(level.overhead);
        list
    };
    let none = ResourceList::default();
    let mut defaults = ResourceList::default();
    defaults.set_milli(cpu, DEFAULT_MILLI_CPU);
    defaults.set_milli(memory, DEFAULT_MEMORY * 1000);

    let total = finish(aggregate(containers, &requests_of, &none), true);
    let scored = finish(aggregate(containers, &requests_of, &defaults), false);
    // `getNonMissingContainerRequests`: with pod-level requests, only what the total does not name is assumed.
    let pod_level = level.requests.names().any(is_pod_level);
    let mut assumed_defaults = ResourceList::default();
    for name in [cpu, memory] {
        if !pod_level || !total.has(name) {
            assumed_defaults.copy(name, &defaults);
        }
    }
    let assumed = finish(aggregate(containers, &requests_of, &assumed_defaults), true);
    Requests { total: Resources::of(&total), assumed: Assumed::of(&assumed), scored: Assumed::of(&scored) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(kind: ContainerKind, milli_cpu: i64) -> Container {
        let mut requests = ResourceList::default();
        if milli_cpu > 0 {
            requests.set_milli(sym("cpu"), milli_cpu);
        }
        Container {
            name: sym("c"),
            kind,
            image: sym("app"),
            ports: Vec::new(),
            requests,
            limits: ResourceList::default(),
            readiness_probe: false,
        }
    }

    fn cpu(containers: &[Container]) -> (i64, i64) {
        let none = ResourceList::default();
        let level = PodLevel { requests: &none, overhead: &none };
        let requests = pod_requests(containers, |c| c.requests.clone(), level);
        (requests.total.milli_cpu, requests.scored.milli_cpu)
    }

    #[test]
    fn init_containers_need_the_sidecars_before_them() {
        use ContainerKind::{App, Init, Sidecar};
        assert_eq!(cpu(&[container(App, 300), container(App, 200)]).0, 500);
        assert_eq!(cpu(&[container(Init, 900), container(App, 300)]).0, 900);
        assert_eq!(cpu(&[container(Sidecar, 200), container(Init, 900), container(App, 300)]).0, 1100);
        assert_eq!(cpu(&[container(Init, 900), container(Sidecar, 200), container(App, 300)]).0, 900);
        assert_eq!(cpu(&[container(Sidecar, 200), container(App, 900)]).0, 1100);
    }

    #[test]
    fn scoring_assumes_what_is_not_asked() {
        use ContainerKind::{App, Init};
        assert_eq!(cpu(&[container(App, 0), container(App, 50)]), (50, 150));
        assert_eq!(cpu(&[container(Init, 0), container(App, 50)]), (50, 100));
    }
}
