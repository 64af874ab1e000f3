//! Quantities as the server keeps them: in canonical form, resource lists rounded up to thousandths.

use std::borrow::Cow;

use crate::object::{Draft, Owned, Value};
use crate::schema::quantity::{Format, Quantity};

/// Both lists of a ResourceRequirements.
pub(super) fn resources(resources: &mut Draft<'_, '_>) {
    resources.with(&["limits"], resource_list);
    resources.with(&["requests"], resource_list);
}

/// Mirrors SetDefaults_ResourceList.
pub(super) fn resource_list(list: &mut Draft<'_, '_>) {
    let changed: Vec<(String, String)> =
        list.read().entries().filter_map(|(name, v)| Some((name.to_owned(), rewritten(v, true)?))).collect();
    for (name, text) in changed {
        list.set(name, text);
    }
}

/// A map of quantities: canonical, not rounded.
pub(super) fn canonical_entries(list: &mut Draft<'_, '_>) {
    let changed: Vec<(String, String)> =
        list.read().entries().filter_map(|(name, v)| Some((name.to_owned(), rewritten(v, false)?))).collect();
    for (name, text) in changed {
        list.set(name, text);
    }
}

/// A single quantity: canonical, not rounded.
pub(super) fn canonical(holder: &mut Draft<'_, '_>, name: &'static str) {
    let text = holder.read().get(name).and_then(|v| rewritten(v, false));
    if let Some(text) = text {
        holder.set(name, text);
    }
}

/// `resourceFieldRef.divisor` is a quantity that is always there.
pub(super) fn divisor(selector: &mut Draft<'_, '_>) {
    selector.default("divisor", "0");
    canonical(selector, "divisor");
}

/// The form the server keeps, unless it is the one that is there (or that is no quantity: typing refuses it).
fn rewritten(value: Value<'_>, to_milli: bool) -> Option<String> {
    let written = value.as_text()?;
    let mut quantity = Quantity::parse_json(&written).ok()?;
    if to_milli {
        quantity = round_up_to_milli(quantity);
    }
    let text = quantity.to_string();
    (value.as_str() != Some(&text)).then_some(text)
}

fn round_up_to_milli(quantity: Quantity) -> Quantity {
    // What does not fit in an int64 of thousandths has no finer part that anyone wrote.
    if quantity.to_f64().abs() > 9e15 {
        return quantity;
    }
    let rounded = Quantity::from_milli(quantity.milli(), quantity.format());
    if rounded == quantity { quantity } else { rounded }
}

/// Names and amounts of a resource list; what is no quantity is left out.
pub(in crate::apiserver) fn read_list(list: Option<Value<'_>>) -> Vec<(String, Quantity)> {
    list.into_iter()
        .flat_map(Value::entries)
        .filter_map(|(name, v)| {
            // A null is the type's zero.
            let amount = match v.as_text() {
                None if v.is_null() => Quantity::new(0, Format::DecimalSI),
                text => Quantity::parse_json(&text?).ok()?,
            };
            Some((name.to_owned(), amount))
        })
        .collect()
}

/// A resource list again.
pub(super) fn write_list(list: Vec<(String, Quantity)>) -> Owned {
    Owned::Map(list.into_iter().map(|(name, q)| (Cow::Owned(name), q.to_string().into())).collect())
}

/// Mirrors AggregateContainerRequests and AggregateContainerLimits: containers and sidecars together, or the largest
/// step of initialisation.
pub(in crate::apiserver) fn aggregate(spec: Value<'_>, list: &str) -> Vec<(String, Quantity)> {
    let of = |container: Value<'_>| read_list(container.get("resources").and_then(|r| r.get(list)));
    let mut total = Vec::new();
    for container in spec.list("containers") {
        add(&mut total, &of(container));
    }
    let (mut sidecars, mut largest) = (Vec::new(), Vec::new());
    for container in spec.list("initContainers") {
        let mut amounts = of(container);
        if container.str("restartPolicy") == "Always" {
            add(&mut total, &amounts);
            add(&mut sidecars, &amounts);
            amounts.clone_from(&sidecars);
        } else {
            add(&mut amounts, &sidecars);
        }
        raise(&mut largest, &amounts);
    }
    raise(&mut total, &largest);
    total
}

fn add(total: &mut Vec<(String, Quantity)>, more: &[(String, Quantity)]) {
    for (name, amount) in more {
        match total.iter_mut().find(|(n, _)| n == name) {
            Some((_, sum)) => sum.add(amount),
            None => total.push((name.clone(), amount.clone())),
        }
    }
}

fn raise(total: &mut Vec<(String, Quantity)>, other: &[(String, Quantity)]) {
    for (name, amount) in other {
        match total.iter_mut().find(|(n, _)| n == name) {
            Some((_, most)) if *most < *amount => *most = amount.clone(),
            Some(_) => {}
            None => total.push((name.clone(), amount.clone())),
        }
    }
}
