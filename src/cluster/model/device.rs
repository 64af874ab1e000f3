//! Dynamic resource allocation: classes and slices of devices, and claims on them (`resource.k8s.io`).

use super::node::TaintEffect;
use super::pod_spec::NodeSelectorTerm;
use super::time::parse_time;
use crate::object::{Object, Sym, Value, sym};
use crate::schema::quantity::Quantity;

fn text(value: Value<'_>, name: &str) -> Sym {
    sym(value.str(name))
}

fn quantity(value: Option<Value<'_>>) -> Option<Quantity> {
    Quantity::parse_json(&value?.as_text()?).ok()
}

/// Quantities by name.
pub type Quantities = Vec<(Sym, Quantity)>;

/// A mapping of names to quantities; `field` is where in the value the quantity stands, empty for the value itself.
fn quantities(map: Option<Value<'_>>, field: &str) -> Quantities {
    let amount = |value: Value<'_>| quantity(if field.is_empty() { Some(value) } else { value.get(field) });
    let entries = map.into_iter().flat_map(Value::entries);
    entries.filter_map(|(name, value)| Some((sym(name), amount(value)?))).collect()
}

/// CEL expressions of `selectors`.
fn selectors(holder: Value<'_>) -> Vec<Sym> {
    let expression = |selector: Value<'_>| Some(text(selector.get("cel")?, "expression"));
    holder.list("selectors").filter_map(expression).collect()
}

/// A DeviceClass.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeviceClass {
    /// CEL expressions that hold for its devices.
    pub selectors: Vec<Sym>,
    /// `extendedResourceName`; may be empty.
    pub resource: Sym,
    /// When it was created, in seconds since 1970; `None` if it is being created.
    pub created: Option<i64>,
}

impl DeviceClass {
    /// Lowers an admitted class.
    pub fn lower(object: &Object<'_>) -> Self {
        let Some(spec) = object.spec() else { return Self::default() };
        let created = object.metadata().and_then(|m| m.get("creationTimestamp")).and_then(Value::as_str);
        Self {
            selectors: selectors(spec),
            resource: text(spec, "extendedResourceName"),
            created: created.and_then(parse_time),
        }
    }
}

/// From which nodes devices can be reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum NodeChoice {
    /// It is not said here.
    #[default]
    Unsaid,
    /// From this one.
    Node(Sym),
    /// From all.
    All,
    /// From those that satisfy one of the terms.
    Terms(Vec<NodeSelectorTerm>),
}

impl NodeChoice {
    fn read(holder: Value<'_>) -> Self {
        let node = text(holder, "nodeName");
        if !node.is_empty() {
            return Self::Node(node);
        }
        if holder.flag("allNodes") {
            return Self::All;
        }
        holder.get("nodeSelector").map_or(Self::Unsaid, |selector| Self::Terms(node_terms(selector)))
    }
}

fn node_terms(selector: Value<'_>) -> Vec<NodeSelectorTerm> {
    selector.list("nodeSelectorTerms").map(NodeSelectorTerm::read).collect()
}

/// The value of a device's attribute.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Attribute {
    /// `string`
    String(Sym),
    /// `int`
    Int(i64),
    /// `bool`
    Bool(bool),
    /// `version`: semantic versioning 2.0.0.
    Version(Sym),
}

/// How much of something a device has, and which parts of it may be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceCapacity {
    /// All of it.
    pub value: Quantity,
    /// `requestPolicy`; `None` if there is none.
    pub policy: Option<CapacityPolicy>,
}

/// `requestPolicy`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CapacityPolicy {
    /// What is taken if nothing is asked.
    pub default: Option<Quantity>,
    /// `validValues`, ascending.
    pub values: Vec<Quantity>,
    /// `validRange`
    pub range: Option<CapacityRange>,
}

/// `validRange`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CapacityRange {
    /// The least.
    pub min: Option<Quantity>,
    /// The most.
    pub max: Option<Quantity>,
    /// Steps from the least.
    pub step: Option<Quantity>,
}

impl DeviceCapacity {
    fn read(value: Value<'_>) -> Option<Self> {
        let policy = value.get("requestPolicy").map(|policy| CapacityPolicy {
            default: quantity(policy.get("default")),
            values: policy.list("validValues").filter_map(|value| quantity(Some(value))).collect(),
            range: policy.get("validRange").map(|range| CapacityRange {
                min: quantity(range.get("min")),
                max: quantity(range.get("max")),
                step: quantity(range.get("step")),
            }),
        });
        Some(Self { value: quantity(value.get("value"))?, policy })
    }
}

/// A taint of a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceTaint {
    /// Key.
    pub key: Sym,
    /// Value; may be empty.
    pub value: Sym,
    /// `None` for the effect `None`, which keeps nobody away.
    pub effect: Option<TaintEffect>,
}

/// A toleration of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceToleration {
    /// Key; empty for all (with `Exists`).
    pub key: Sym,
    /// `operator: Exists`; else the values are equal.
    pub exists: bool,
    /// Value.
    pub value: Sym,
    /// Effect; `None` for all.
    pub effect: Option<TaintEffect>,
}

impl DeviceToleration {
    /// True if it tolerates the taint (`resourceclaim.ToleratesTaint`).
    pub fn tolerates(&self, taint: &DeviceTaint) -> bool {
        (self.effect.is_none() || self.effect == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && (self.exists || self.value == taint.value)
    }
}

/// A device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its name in the pool.
    pub name: Sym,
    /// Attributes by name; without a domain the name is the driver's.
    pub attributes: Vec<(Sym, Attribute)>,
    /// Capacities by name.
    pub capacity: Vec<(Sym, DeviceCapacity)>,
    /// Taints.
    pub taints: Vec<DeviceTaint>,
    /// From which nodes it can be reached, if its slice leaves that to devices.
    pub nodes: NodeChoice,
    /// `allowMultipleAllocations`: several claims share its capacity.
    pub shared: bool,
    /// What it takes from counters that devices share, by counter set.
    pub consumes: Vec<(Sym, Quantities)>,
    /// It is prepared only after a node was chosen (`bindingConditions`).
    pub binds_late: bool,
}

impl Device {
    fn read(device: Value<'_>) -> Self {
        let attribute = |value: Value<'_>| {
            if let Some(number) = value.int("int") {
                return Some(Attribute::Int(number));
            }
            if let Some(flag) = value.get("bool").and_then(Value::as_bool) {
                return Some(Attribute::Bool(flag));
            }
            let version = value.get("version").and_then(Value::as_str).map(|v| Attribute::Version(sym(v)));
            version.or_else(|| value.get("string").and_then(Value::as_str).map(|s| Attribute::String(sym(s))))
        };
        let taint = |taint: Value<'_>| DeviceTaint {
            key: text(taint, "key"),
            value: text(taint, "value"),
            effect: TaintEffect::read(taint.str("effect")),
        };
        let consumes = |set: Value<'_>| (text(set, "counterSet"), quantities(set.get("counters"), "value"));
        Self {
            name: text(device, "name"),
            attributes: device
                .map("attributes")
                .filter_map(|(name, value)| Some((sym(name), attribute(value)?)))
                .collect(),
            capacity: device
                .map("capacity")
                .filter_map(|(name, value)| Some((sym(name), DeviceCapacity::read(value)?)))
                .collect(),
            taints: device.list("taints").map(taint).collect(),
            nodes: NodeChoice::read(device),
            shared: device.flag("allowMultipleAllocations"),
            consumes: device.list("consumesCounters").map(consumes).collect(),
            binds_late: device.list("bindingConditions").next().is_some(),
        }
    }
}

/// A ResourceSlice: some of the devices of a pool.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ResourceSlice {
    /// The driver.
    pub driver: Sym,
    /// The pool.
    pub pool: Sym,
    /// `pool.generation`: only the newest slices count.
    pub generation: i64,
    /// `pool.resourceSliceCount`: how many slices the pool has.
    pub count: i64,
    /// From which nodes its devices can be reached.
    pub nodes: NodeChoice,
    /// Each device says from which nodes it can be reached.
    pub per_device: bool,
    /// The devices.
    pub devices: Vec<Device>,
    /// Counters that devices of the pool share, by counter set.
    pub counters: Vec<(Sym, Quantities)>,
}

impl ResourceSlice {
    /// Lowers an admitted slice.
    pub fn lower(object: &Object<'_>) -> Self {
        let Some(spec) = object.spec() else { return Self::default() };
        let pool = spec.get("pool");
        let int = |name| pool.and_then(|pool| pool.int(name)).unwrap_or(0);
        let set = |set: Value<'_>| (text(set, "name"), quantities(set.get("counters"), "value"));
        Self {
            driver: text(spec, "driver"),
            pool: pool.map(|pool| text(pool, "name")).unwrap_or_default(),
            generation: int("generation"),
            count: int("resourceSliceCount"),
            nodes: NodeChoice::read(spec),
            per_device: spec.flag("perDeviceNodeSelection"),
            devices: spec.list("devices").map(Device::read).collect(),
            counters: spec.list("sharedCounters").map(set).collect(),
        }
    }
}

/// What is asked: devices of one kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeviceRequest {
    /// Its name; that of a choice is within its request.
    pub name: Sym,
    /// `deviceClassName`
    pub class: Sym,
    /// CEL expressions that hold for the devices.
    pub selectors: Vec<Sym>,
    /// `allocationMode: All`; else so many as `count` says.
    pub all: bool,
    /// How many.
    pub count: usize,
    /// `adminAccess`: also devices that are in use.
    pub admin: bool,
    /// Which taints are tolerated.
    pub tolerations: Vec<DeviceToleration>,
    /// `capacity.requests`
    pub capacity: Quantities,
}

impl DeviceRequest {
    fn read(name: Sym, request: Value<'_>) -> Self {
        let toleration = |toleration: Value<'_>| DeviceToleration {
            key: text(toleration, "key"),
            exists: toleration.str("operator") == "Exists",
            value: text(toleration, "value"),
            effect: TaintEffect::read(toleration.str("effect")),
        };
        Self {
            name,
            class: text(request, "deviceClassName"),
            selectors: selectors(request),
            all: request.str("allocationMode") == "All",
            count: request.int("count").and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
            admin: request.flag("adminAccess"),
            tolerations: request.list("tolerations").map(toleration).collect(),
            capacity: quantities(request.at(&["capacity", "requests"]), ""),
        }
    }
}

/// A request of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClaimRequest {
    /// `exactly`
    Exactly(DeviceRequest),
    /// `firstAvailable`, with the name of the request: the first of these that can be had.
    First(Sym, Vec<DeviceRequest>),
}

impl ClaimRequest {
    /// The choices: one, or those of `firstAvailable`.
    pub fn choices(&self) -> &[DeviceRequest] {
        match self {
            Self::Exactly(request) => std::slice::from_ref(request),
            Self::First(_, choices) => choices,
        }
    }

    /// The same, to change them.
    pub fn choices_mut(&mut self) -> &mut [DeviceRequest] {
        match self {
            Self::Exactly(request) => std::slice::from_mut(request),
            Self::First(_, choices) => choices,
        }
    }

    /// The name of the request if it has choices.
    pub fn parent(&self) -> Option<Sym> {
        if let Self::First(name, _) = self { Some(*name) } else { None }
    }
}

/// A constraint on the devices of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceConstraint {
    /// Names of requests, `REQUEST/CHOICE` for a choice; empty: all.
    pub requests: Vec<Sym>,
    /// The attribute, with its domain.
    pub attribute: Sym,
    /// The values all differ; else they are all the same.
    pub distinct: bool,
}

/// A device that a claim has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllocatedDevice {
    /// The request, `REQUEST/CHOICE` for a choice.
    pub request: Sym,
    /// The driver.
    pub driver: Sym,
    /// The pool.
    pub pool: Sym,
    /// The device.
    pub device: Sym,
    /// It is looked at, not used.
    pub admin: bool,
    /// Claims share it.
    pub shared: bool,
    /// What is used of its capacity, if claims share it.
    pub consumed: Quantities,
}

/// What a claim has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Allocation {
    /// The devices.
    pub devices: Vec<AllocatedDevice>,
    /// From where they can be used: one of these terms holds. `None`: from everywhere.
    pub nodes: Option<Vec<NodeSelectorTerm>>,
}

/// A ResourceClaim, or what a template makes claims of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ResourceClaim {
    /// What is asked.
    pub requests: Vec<ClaimRequest>,
    /// What holds for the devices together.
    pub constraints: Vec<DeviceConstraint>,
    /// `status.allocation`
    pub allocation: Option<Allocation>,
    /// Names of the Pods in `status.reservedFor`.
    pub reserved_for: Vec<Sym>,
    /// A device of the allocation could not be prepared: one of its `bindingFailureConditions` is true.
    pub binding_failed: bool,
    /// It has a deletion timestamp.
    pub deleting: bool,
}

/// True if the status of a claim tells of a device that could not be prepared (`isClaimReadyForBinding`).
fn binding_failed(status: Value<'_>) -> bool {
    let results = status.at(&["allocation", "devices"]).into_iter().flat_map(|d| d.list("results"));
    results.filter(|result| result.list("bindingConditions").next().is_some()).any(|result| {
        let same = |device: &Value<'_>| {
            ["driver", "pool", "device"].iter().all(|field| device.str(field) == result.str(field))
        };
        let device = status.list("devices").find(same);
        let mut conditions = device.into_iter().flat_map(|device| device.list("conditions"));
        conditions.any(|condition| {
            condition.str("status") == "True"
                && result
                    .list("bindingFailureConditions")
                    .any(|failure| failure.as_str() == Some(condition.str("type")))
        })
    })
}

impl ResourceClaim {
    /// Lowers an admitted claim.
    pub fn lower(object: &Object<'_>) -> Self {
        let mut this = object.spec().map(Self::of_spec).unwrap_or_default();
        this.deleting = object.metadata().is_some_and(|m| m.get("deletionTimestamp").is_some());
        let Some(status) = object.value.get("status") else { return this };
        this.reserved_for = status.list("reservedFor").map(|consumer| text(consumer, "name")).collect();
        this.allocation = status.get("allocation").map(|allocation| Allocation {
            devices: allocation
                .get("devices")
                .into_iter()
                .flat_map(|devices| devices.list("results"))
                .map(|result| AllocatedDevice {
                    request: text(result, "request"),
                    driver: text(result, "driver"),
                    pool: text(result, "pool"),
                    device: text(result, "device"),
                    admin: result.flag("adminAccess"),
                    shared: result.get("shareID").is_some(),
                    consumed: quantities(result.get("consumedCapacity"), ""),
                })
                .collect(),
            nodes: allocation.get("nodeSelector").map(node_terms),
        });
        this.binding_failed = binding_failed(status);
        this
    }

    /// A claim that is made of a template's spec.
    pub fn of_spec(spec: Value<'_>) -> Self {
        let Some(devices) = spec.get("devices") else { return Self::default() };
        let request = |request: Value<'_>| {
            let name = text(request, "name");
            match request.get("exactly") {
                Some(exactly) => ClaimRequest::Exactly(DeviceRequest::read(name, exactly)),
                None => {
                    let choices = request.list("firstAvailable");
                    let choice = |choice| DeviceRequest::read(text(choice, "name"), choice);
                    ClaimRequest::First(name, choices.map(choice).collect())
                }
            }
        };
        let constraint = |constraint: Value<'_>| {
            let same = text(constraint, "matchAttribute");
            DeviceConstraint {
                requests: constraint.list("requests").filter_map(Value::as_str).map(sym).collect(),
                distinct: same.is_empty(),
                attribute: if same.is_empty() { text(constraint, "distinctAttribute") } else { same },
            }
        };
        Self {
            requests: devices.list("requests").map(request).collect(),
            constraints: devices.list("constraints").map(constraint).collect(),
            ..Self::default()
        }
    }
}
