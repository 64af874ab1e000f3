//! CEL selectors of devices (`dynamic-resource-allocation/cel`).

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::pools::DeviceId;
use crate::apiserver::cel::{self, Env, Program, Refusal, Type, Val, semver};
use crate::cluster::model::{Attribute, Device};
use crate::object::Sym;

/// Expressions and what they said of devices.
#[derive(Default)]
pub(super) struct Selectors {
    programs: RefCell<FxHashMap<Sym, Rc<Result<Program, String>>>>,
    known: RefCell<FxHashMap<(Sym, DeviceId), Result<bool, String>>>,
}

impl Selectors {
    /// True if the expression holds for the device; the error is CEL's, with what it is an error of.
    pub(super) fn select(&self, expression: Sym, id: DeviceId, device: &Device) -> Result<bool, String> {
        if let Some(known) = self.known.borrow().get(&(expression, id)) {
            return known.clone();
        }
        let compiled = || {
            let mut env = Env::new();
            env.variable("device", Type::Dyn);
            Rc::new(cel::compile(&expression, &env).map_err(|refusal| match refusal {
                Refusal::Issues(issues) | Refusal::Program(issues) => issues,
                Refusal::TooLarge => "the expression is too large to be compiled".into(),
            }))
        };
        let program = self.programs.borrow_mut().entry(expression).or_insert_with(compiled).clone();
        let selects = match &*program {
            Err(why) => Err(format!("CEL compile error: {why}")),
            Ok(program) => {
                let value = device_value(expression, id.0, device);
                let variable = |name: &str| (name == "device").then(|| Ok(value.clone()));
                match program.eval(&variable).0 {
                    Ok(Val::Bool(selects)) => Ok(selects),
                    Ok(other) => Err(format!(
                        "CEL runtime error: CEL result of type {} could not be converted to bool",
                        other.type_name()
                    )),
                    Err(why) => Err(format!("CEL runtime error: {why}")),
                }
            }
        };
        self.known.borrow_mut().insert((expression, id), selects.clone());
        selects
    }
}

/// A name with its domain; one without is the driver's.
fn qualified(name: Sym, driver: Sym) -> (&'static str, &'static str) {
    name.as_str().split_once('/').unwrap_or((driver.as_str(), name.as_str()))
}

/// Values by domain and name. A domain without values is an empty map, so those that the expression writes are all there.
fn by_domain(
    expression: Sym,
    driver: Sym,
    values: impl Iterator<Item = (Sym, Val<'static>)>,
) -> Val<'static> {
    let mut domains: Vec<(&'static str, Vec<(Val<'static>, Val<'static>)>)> = Vec::new();
    for (name, value) in values {
        let (domain, id) = qualified(name, driver);
        let at = domains.iter().position(|(other, _)| *other == domain).unwrap_or_else(|| {
            domains.push((domain, Vec::new()));
            domains.len() - 1
        });
        domains[at].1.push((Val::text(id), value));
    }
    for literal in expression.as_str().split(['\'', '"']).skip(1).step_by(2) {
        if !domains.iter().any(|(other, _)| *other == literal) {
            domains.push((literal, Vec::new()));
        }
    }
    Val::map(domains.into_iter().map(|(domain, values)| (Val::text(domain), Val::map(values))).collect())
}

/// `device` as an expression sees it.
fn device_value(expression: Sym, driver: Sym, device: &Device) -> Val<'static> {
    let attribute = |value: &Attribute| match value {
        Attribute::String(text) => Val::text(text.as_str()),
        Attribute::Int(number) => Val::Int(*number),
        Attribute::Bool(flag) => Val::Bool(*flag),
        Attribute::Version(text) => match semver::Version::parse(text) {
            Ok(version) => Val::Semver(Rc::new(version)),
            Err(_) => Val::text(text.as_str()),
        },
    };
    let attributes = device.attributes.iter().map(|(name, value)| (*name, attribute(value)));
    let capacity =
        device.capacity.iter().map(|(name, value)| (*name, Val::Quantity(Rc::new(value.value.clone()))));
    Val::map(vec![
        (Val::text("driver"), Val::text(driver.as_str())),
        (Val::text("allowMultipleAllocations"), Val::Bool(device.shared)),
        (Val::text("attributes"), by_domain(expression, driver, attributes)),
        (Val::text("capacity"), by_domain(expression, driver, capacity)),
    ])
}
