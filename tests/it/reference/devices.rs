//! Claims on devices: the first devices of a node, in order, that are what the claims ask and that nobody has.

use serde_json::{Value as Json, json};

use super::Cluster;
use super::objects::{at, list, name, namespace, node_term, quantity, text};

/// What one claim gets: request (`REQUEST/CHOICE` for a choice), driver, pool, device; and whether only this node reaches it.
pub(super) type Devices = Vec<([String; 4], bool)>;

pub(super) const UNAVAILABLE: &str = "resourceclaim not available on the node";

/// A device, with what a selector may ask of it.
struct Device<'c> {
    driver: &'c str,
    pool: &'c str,
    manifest: &'c Json,
    /// Only this node reaches it.
    is_local: bool,
}

/// What a selector asks of a device.
pub(super) enum Asks<'e> {
    Driver(&'e str),
    /// Name, value.
    Attribute(&'e str, Json),
    /// Name, amount, whether more than that is asked.
    Capacity(&'e str, i128, bool),
}

impl<'e> Asks<'e> {
    /// The few forms of CEL expressions that the book reads. Names are the driver's own.
    pub(super) fn read(expression: &'e str) -> Option<Self> {
        let quoted = |text: &'e str| text.strip_prefix('\'')?.strip_suffix('\'');
        if let Some(driver) = expression.strip_prefix("device.driver == ") {
            return Some(Self::Driver(quoted(driver)?));
        }
        if let Some(rest) = expression.strip_prefix("device.attributes['gpu.example.com'].") {
            let (name, value) = rest.split_once(" == ")?;
            if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
                return None;
            }
            let value = quoted(value).map(Json::from).or_else(|| value.parse::<i64>().ok().map(Json::from));
            return Some(Self::Attribute(name, value?));
        }
        let rest = expression.strip_prefix("device.capacity['gpu.example.com'].")?;
        let (name, rest) = rest.split_once('.')?;
        let more = rest.strip_prefix("isGreaterThan(quantity(").and_then(|rest| rest.strip_suffix("))"));
        let least = rest.strip_prefix("compareTo(quantity(").and_then(|rest| rest.strip_suffix(")) >= 0"));
        let amount = quantity(&quoted(more.or(least)?)?.into());
        Some(Self::Capacity(name, amount, more.is_some()))
    }
}

impl Device<'_> {
    fn satisfies(&self, holder: &Json) -> bool {
        list(&holder["selectors"]).iter().all(|selector| {
            let expression = text(at(selector, &["cel", "expression"]));
            match Asks::read(expression).expect("the selector is known") {
                Asks::Driver(driver) => driver == self.driver,
                Asks::Attribute(name, value) => {
                    let attribute = at(self.manifest, &["attributes", name]);
                    attribute["string"] == value || attribute["int"] == value
                }
                Asks::Capacity(name, amount, more) => {
                    let has = quantity(at(self.manifest, &["capacity", name, "value"]));
                    if more { has > amount } else { has >= amount }
                }
            }
        })
    }

    fn is(&self, result: &Json) -> bool {
        text(&result["driver"]) == self.driver
            && text(&result["pool"]) == self.pool
            && result["device"] == self.manifest["name"]
    }
}

/// A choice of a request: its name, and what is asked.
fn choices(request: &Json) -> Vec<(String, &Json)> {
    let of = text(&request["name"]);
    if !request["exactly"].is_null() {
        return vec![(of.to_owned(), &request["exactly"])];
    }
    let choices = list(&request["firstAvailable"]).iter();
    choices.map(|choice| (format!("{of}/{}", text(&choice["name"])), choice)).collect()
}

impl Cluster {
    /// Positions of the claims that a Pod names.
    pub(super) fn device_claims(&self, pod: &Json) -> Vec<usize> {
        let claims = list(at(pod, &["spec", "resourceClaims"])).iter();
        let find = |claim: &Json| {
            self.position("ResourceClaim", Some(namespace(pod)), text(&claim["resourceClaimName"]))
        };
        claims.filter_map(find).collect()
    }

    /// Before any node is looked at: a class is missing.
    pub(super) fn devices_refuse(&self, pod: &Json) -> Option<String> {
        let open = self.device_claims(pod).into_iter().filter(|claim| !self.is_allocated(*claim));
        for claim in open {
            for request in list(at(&self.objects[claim], &["spec", "devices", "requests"])) {
                for (of, asked) in choices(request) {
                    let class = text(&asked["deviceClassName"]);
                    if self.position("DeviceClass", None, class).is_none() {
                        return Some(format!("request {of}: device class {class} does not exist"));
                    }
                }
            }
        }
        None
    }

    fn is_allocated(&self, claim: usize) -> bool {
        !at(&self.objects[claim], &["status", "allocation"]).is_null()
    }

    /// An allocated claim cannot be used on the node.
    fn is_elsewhere(&self, claim: usize, node: usize) -> bool {
        let terms = at(&self.objects[claim], &["status", "allocation", "nodeSelector", "nodeSelectorTerms"]);
        !terms.is_null() && !list(terms).iter().any(|term| node_term(term, &self.nodes[node]))
    }

    /// Devices that a node reaches and nobody has, in order.
    fn free_devices(&self, node: usize) -> Vec<Device<'_>> {
        let slices = || self.objects.iter().filter(|object| text(&object["kind"]) == "ResourceSlice");
        let spec = |slice: &Json, field: &str| text(at(slice, &["spec", field])).to_owned();
        let pool = |slice: &Json| text(at(slice, &["spec", "pool", "name"])).to_owned();
        let number = |slice: &Json, field: &str| at(slice, &["spec", "pool", field]).as_i64().unwrap_or(0);
        let is_for_all = |slice: &Json| at(slice, &["spec", "allNodes"]) == true;
        let here = name(&self.nodes[node]);
        let mut mine: Vec<&Json> =
            slices().filter(|slice| is_for_all(slice) || spec(slice, "nodeName") == here).collect();
        let of_pool = |slice: &Json, other: &Json| {
            spec(slice, "driver") == spec(other, "driver") && pool(slice) == pool(other)
        };
        // Only the newest generation counts, and only if all of it is there.
        mine.retain(|slice| {
            let newest =
                slices().filter(|other| of_pool(slice, other)).map(|other| number(other, "generation"));
            let newest = newest.max().unwrap_or(0);
            let all = slices()
                .filter(|other| of_pool(slice, other) && number(other, "generation") == newest)
                .count() as i64;
            number(slice, "generation") == newest && all == number(slice, "resourceSliceCount")
        });
        mine.sort_by_key(|slice| (spec(slice, "driver"), pool(slice), name(slice).to_owned()));
        let taken: Vec<&Json> = self
            .objects
            .iter()
            .filter(|object| text(&object["kind"]) == "ResourceClaim")
            .flat_map(|claim| list(at(claim, &["status", "allocation", "devices", "results"])))
            .collect();
        let devices = mine.into_iter().flat_map(|slice| {
            list(at(slice, &["spec", "devices"])).iter().map(move |manifest| Device {
                driver: text(at(slice, &["spec", "driver"])),
                pool: text(at(slice, &["spec", "pool", "name"])),
                manifest,
                is_local: !is_for_all(slice),
            })
        });
        devices.filter(|device| !taken.iter().any(|result| device.is(result))).collect()
    }

    /// Devices for the claims of a Pod that have none, with the positions of the claims; else why there are none.
    pub(super) fn allocate(&self, pod: &Json, node: usize) -> Result<Vec<(usize, Devices)>, &'static str> {
        let claims = self.device_claims(pod);
        let open: Vec<usize> = claims.iter().copied().filter(|claim| !self.is_allocated(*claim)).collect();
        let requests: Vec<(usize, &Json)> = open
            .iter()
            .enumerate()
            .flat_map(|(at_claim, claim)| {
                let requests = list(at(&self.objects[*claim], &["spec", "devices", "requests"])).iter();
                requests.map(move |request| (at_claim, request))
            })
            .collect();
        let free = self.free_devices(node);
        let mut chosen = Vec::new();
        if !self.choose(&free, &requests, &mut chosen) {
            return Err("cannot allocate all claims");
        }
        if claims.iter().any(|claim| self.is_elsewhere(*claim, node)) {
            return Err(UNAVAILABLE);
        }
        let mut found: Vec<(usize, Devices)> = open.into_iter().map(|claim| (claim, Vec::new())).collect();
        for (claim, of, device) in chosen {
            let device = &free[device];
            let told = [of, device.driver.into(), device.pool.into(), text(&device.manifest["name"]).into()];
            found[claim].1.push((told, device.is_local));
        }
        Ok(found)
    }

    /// Devices for all requests: of each request the choices in order, of each choice the first devices that leave enough for
    /// the requests behind it. `chosen`: claim, request, device.
    fn choose(
        &self,
        free: &[Device<'_>],
        requests: &[(usize, &Json)],
        chosen: &mut Vec<(usize, String, usize)>,
    ) -> bool {
        let Some(((claim, request), rest)) = requests.split_first() else { return true };
        choices(request).into_iter().any(|(of, asked)| {
            let count = asked["count"].as_i64().unwrap_or(1) as usize;
            self.choose_devices(free, (*claim, &of, asked), count, 0, rest, chosen)
        })
    }

    fn choose_devices(
        &self,
        free: &[Device<'_>],
        asked: (usize, &str, &Json),
        count: usize,
        from: usize,
        rest: &[(usize, &Json)],
        chosen: &mut Vec<(usize, String, usize)>,
    ) -> bool {
        if count == 0 {
            return self.choose(free, rest, chosen);
        }
        let class = self.position("DeviceClass", None, text(&asked.2["deviceClassName"]));
        let class = class.map_or(&Json::Null, |class| &self.objects[class]["spec"]);
        for device in from..free.len() {
            let is_free = chosen.iter().all(|(_, _, taken)| *taken != device);
            if is_free && free[device].satisfies(class) && free[device].satisfies(asked.2) {
                chosen.push((asked.0, asked.1.to_owned(), device));
                if self.choose_devices(free, asked, count - 1, device + 1, rest, chosen) {
                    return true;
                }
                chosen.pop();
            }
        }
        false
    }

    /// Points of a node for what its devices are worth to the claims; only if some claim still gets devices.
    pub(super) fn device_points(&self, pod: &Json, node: usize) -> i64 {
        let found = self.allocate(pod, node).unwrap_or_default();
        if found.is_empty() {
            return 0;
        }
        let mut points = 0;
        for claim in self.device_claims(pod) {
            let new = found.iter().find(|(of, _)| *of == claim).map(|(_, devices)| devices);
            let results = at(&self.objects[claim], &["status", "allocation", "devices", "results"]);
            let has: Vec<&str> = match new {
                Some(devices) => devices.iter().map(|([of, ..], _)| of.as_str()).collect(),
                None => list(results).iter().map(|result| text(&result["request"])).collect(),
            };
            let requests = list(at(&self.objects[claim], &["spec", "devices", "requests"])).iter();
            for request in requests.filter(|request| request["exactly"].is_null()) {
                for (choice, (of, _)) in choices(request).into_iter().enumerate() {
                    if has.contains(&of.as_str()) {
                        points += 8 - choice as i64;
                    }
                }
            }
        }
        points
    }

    /// What is said of claims if a Pod fits nowhere, and the claim that is given back: one that some of the nodes that were
    /// refused for it cannot use, and that only this Pod would.
    pub(super) fn claims_after_filters(
        &self,
        pod: &Json,
        unavailable_on: &[usize],
    ) -> (&'static str, Option<usize>) {
        let claims = self.device_claims(pod);
        if claims.is_empty() {
            return ("no new claims to deallocate", None);
        }
        let free = claims.into_iter().find(|claim| {
            let reserved = list(at(&self.objects[*claim], &["status", "reservedFor"]));
            self.is_allocated(*claim)
                && unavailable_on.iter().any(|node| self.is_elsewhere(*claim, *node))
                && reserved.len() < 2
                && reserved.iter().all(|consumer| text(&consumer["name"]) == name(pod))
        });
        match free {
            Some(claim) => ("deallocation of ResourceClaim completed", Some(claim)),
            None => ("still not schedulable", None),
        }
    }

    /// A claim has its devices no more.
    pub(super) fn give_back(&mut self, claim: usize) {
        self.objects[claim]["status"] = Json::Null;
    }

    /// Claims get their devices, and are the Pod's.
    pub(super) fn take(&mut self, pod: &Json, node: usize, found: Vec<(usize, Devices)>) {
        let node = name(&self.nodes[node]).to_owned();
        for (claim, devices) in found {
            let is_local = devices.iter().any(|(_, is_local)| *is_local);
            let results: Vec<Json> = devices
                .into_iter()
                .map(|([request, driver, pool, device], _)| {
                    json!({"request": request, "driver": driver, "pool": pool, "device": device})
                })
                .collect();
            let term = json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]});
            self.objects[claim]["status"]["allocation"] = json!({"devices": {"results": results}});
            if is_local {
                self.objects[claim]["status"]["allocation"]["nodeSelector"] =
                    json!({"nodeSelectorTerms": [term]});
            }
        }
        for claim in self.device_claims(pod) {
            let mut reserved = list(at(&self.objects[claim], &["status", "reservedFor"])).to_vec();
            if !reserved.iter().any(|consumer| text(&consumer["name"]) == name(pod)) {
                reserved.push(json!({"name": name(pod)}));
            }
            self.objects[claim]["status"]["reservedFor"] = reserved.into();
        }
    }
}
