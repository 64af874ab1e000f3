//! MutatingAdmissionPolicy: what policies and their bindings make of a new object. Mirrors
//! `admission/plugin/policy/mutating`.

use std::rc::Rc;

use super::json_patch::{self, Operation, Stop};
use super::scope::{self, Scope};
use super::{
    Asked, Asker, Denied, Met, Mutation, Policy, Wrong, bound, conditions, matching, merge, read, run,
};
use crate::apiserver::admission::Lookup;
use crate::apiserver::cel::{Env, Type, Val};
use crate::apiserver::defaults;
use crate::apiserver::validation::Request;
use crate::finding::ServerCause;
use crate::object::{Draft, Owned, Value};
use crate::schema::Types;

/// Values of an expression deeper than this are not taken.
const MAX_DEPTH: usize = 64;

/// The mutating policies of a cluster, compiled.
#[derive(Debug)]
pub struct Mutations<'p> {
    policies: Vec<Policy<'p>>,
    bindings: Vec<Value<'p>>,
}

/// What policies made of an object.
#[derive(Debug, Default)]
pub struct Mutated {
    /// The refusal, if one could not be evaluated and fails.
    pub denied: Option<Denied>,
    /// The object is another one now.
    pub changed: bool,
    /// What kcheck could not evaluate.
    pub not_evaluated: Vec<String>,
}

/// The types of patches. Mirrors `mutation.DynamicTypeResolver`.
pub(in crate::apiserver) fn declare(env: &mut Env) {
    env.dynamic("Object");
    let text = || Type::Str;
    let fields = [("op", text()), ("path", text()), ("from", text()), ("value", Type::Dyn)];
    env.object("JSONPatch", fields.into_iter().map(|(name, ty)| (name.into(), ty)));
}

impl<'p> Mutations<'p> {
    /// Compiles policies. Those without a binding do nothing.
    pub fn new(policies: &[Value<'p>], bindings: &[Value<'p>]) -> Self {
        let mut policies: Vec<Policy<'p>> = policies
            .iter()
            .filter(|policy| bound(**policy, bindings))
            .filter_map(|policy| read(*policy, true))
            .collect();
        policies.sort_by_key(|policy| policy.name);
        Self { policies, bindings: bindings.to_vec() }
    }

    /// True if there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// True if one of them may have something to say about an object.
    pub fn may_concern(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: Value<'_>,
        cluster: &dyn Lookup,
    ) -> bool {
        let facts = || matching::Facts::new(request, resource, object, cluster);
        matching::may_concern(request.gvk, resource, facts, &self.policies, &self.bindings)
    }

    /// Lets all policies change a new object. `resource` is the plural of its kind.
    pub fn mutate(
        &self,
        request: &Request<'_>,
        resource: &str,
        object: &mut Draft<'_, '_>,
        cluster: &dyn Lookup,
        types: &Types,
        asker: Option<&Asker>,
    ) -> Mutated {
        let mut mutated = Mutated::default();
        if self.policies.is_empty() || matching::is_exempt(request.gvk) {
            return mutated;
        }
        let place = object.read().place();
        let before = Owned::copy(object.read());
        let mut now = before.clone();
        let mut errors: Vec<Denied> = Vec::new();
        for policy in &self.policies {
            for binding in &self.bindings {
                let Some(spec) = binding.get("spec").filter(|s| s.str("policyName") == policy.name) else {
                    continue;
                };
                let invoked = Invoked { policy, binding: *binding, spec, request, resource, types, asker };
                let stands = now.clone();
                let value = Value::Made(&stands, place);
                match invoked.params(value, cluster) {
                    Ok(params) => {
                        for params in params {
                            let done = invoked.invoke(&mut now, place, params, cluster);
                            invoked.conclude(done, &mut errors, &mut mutated.not_evaluated);
                        }
                    }
                    Err(stop) => invoked.conclude(Err(stop), &mut errors, &mut mutated.not_evaluated),
                }
            }
        }
        if let Some(mut first) = errors.first().cloned() {
            first.causes = errors
                .iter()
                .map(|error| ServerCause { reason: "", field: String::new(), message: error.message.clone() })
                .collect();
            mutated.denied = Some(first);
            return mutated;
        }
        mutated.changed = now != before;
        if mutated.changed {
            write(object, &before, now);
        }
        mutated
    }
}

/// Writes what is new into an object, key by key, so that what did not change keeps its place.
fn write(object: &mut Draft<'_, '_>, before: &Owned, now: Owned) {
    let Owned::Map(entries) = now else { return };
    if let Owned::Map(old) = before {
        for (key, _) in old.iter().filter(|(key, _)| !entries.iter().any(|(known, _)| known == key)) {
            object.remove(key);
        }
    }
    for (key, value) in entries {
        if before.get(&key) != Some(&value) {
            object.set(key, value);
        }
    }
}

/// Why a policy did not do its work.
enum Halt {
    /// In the server's words.
    Error(String),
    /// What kcheck cannot evaluate.
    Unknown(String),
}

/// One policy by one binding.
struct Invoked<'a, 'p> {
    policy: &'a Policy<'p>,
    binding: Value<'p>,
    spec: Value<'p>,
    request: &'a Request<'a>,
    resource: &'a str,
    types: &'a Types,
    asker: Option<&'a Asker>,
}

impl Invoked<'_, '_> {
    /// The parameters for which the policy is invoked; none if it is not for this object.
    fn params<'c>(&self, object: Value<'_>, cluster: &'c dyn Lookup) -> Result<Vec<Option<Value<'c>>>, Halt> {
        let facts = matching::Facts::new(self.request, self.resource, object, cluster);
        let constraints = self.policy.spec.get("matchConstraints");
        let fits = facts.matches(constraints, true).and_then(|yes| {
            if yes { facts.matches(self.spec.get("matchResources"), false) } else { Ok(false) }
        });
        match fits {
            Ok(true) => {}
            Ok(false) => return Ok(Vec::new()),
            Err(why) => return Err(Halt::Unknown(why.to_owned())),
        }
        let asked = Asked {
            policy: self.policy,
            binding: self.binding,
            spec: self.spec,
            facts: &facts,
            asker: self.asker,
        };
        asked.params(self.request, cluster).map_err(|wrong| match wrong {
            Wrong::Said(error) => Halt::Error(format!("failed to configure binding: {error}")),
            Wrong::NotEvaluated => {
                Halt::Unknown("its parameters are not among what kcheck was given".to_owned())
            }
        })
    }

    /// All mutations, one after the other.
    fn invoke(
        &self,
        now: &mut Owned,
        place: crate::finding::Place,
        params: Option<Value<'_>>,
        cluster: &dyn Lookup,
    ) -> Result<(), Halt> {
        for (number, mutation) in self.policy.mutations.iter().enumerate() {
            let object = Value::Made(now, place);
            let made = scope::request(self.request, self.resource, object, self.asker);
            let namespace =
                cluster.find("", "Namespace", "", self.request.namespace).filter(|_| self.request.namespaced);
            let next = {
                let scope = Rc::new(Scope::new(self.policy, object, &made, params, namespace));
                if number == 0 {
                    match conditions(self.policy, &scope) {
                        Met::Yes => {}
                        Met::No => return Ok(()),
                        Met::Error(error) => return Err(Halt::Error(error)),
                        Met::Unknown(what) => return Err(Halt::Unknown(what)),
                    }
                }
                self.patched(mutation, now, &scope)?
            };
            *now = next;
            defaults::set_object_defaults(self.request.gvk, &mut Draft::Made(now, place));
        }
        Ok(())
    }

    fn patched(&self, mutation: &Mutation, now: &Owned, scope: &Rc<Scope<'_>>) -> Result<Owned, Halt> {
        let expression = &mutation.expression;
        let unknown = || Halt::Unknown(expression.text.clone());
        let value = run(expression, scope).map_err(|wrong| match wrong {
            Wrong::Said(error) => Halt::Error(error),
            Wrong::NotEvaluated => unknown(),
        })?;
        let value = owned(&value, MAX_DEPTH).ok_or_else(unknown)?;
        if mutation.json_patch {
            let Owned::Seq(items) = value else { return Err(unknown()) };
            let operations: Vec<Operation> = items.into_iter().map(operation).collect();
            return match json_patch::apply(now, &operations) {
                Ok(next) => Ok(next),
                Err(Stop::Test) => Ok(now.clone()),
                Err(Stop::Error(error)) => Err(Halt::Error(format!("JSON Patch: {error}"))),
            };
        }
        let gvk = self.request.gvk;
        let Some(kind) = self.types.kind(&gvk.group, &gvk.version, &gvk.kind) else { return Err(unknown()) };
        let mut next = now.clone();
        merge::apply(self.types, self.types.get(kind.ty), &mut next, &value).map_err(Halt::Error)?;
        Ok(next)
    }

    fn conclude(&self, done: Result<(), Halt>, errors: &mut Vec<Denied>, not_evaluated: &mut Vec<String>) {
        let policy = self.policy.name;
        let binding = self.binding.at(&["metadata", "name"]).and_then(Value::as_str).unwrap_or_default();
        match done {
            Ok(()) => {}
            Err(Halt::Unknown(what)) => {
                not_evaluated
                    .push(format!("MutatingAdmissionPolicy '{policy}' with binding '{binding}': {what}"));
            }
            Err(Halt::Error(_)) if !self.policy.fails => {}
            Err(Halt::Error(why)) => errors.push(Denied {
                code: 403,
                reason: "Invalid",
                message: format!("policy '{policy}' with binding '{binding}' denied request: {why}"),
                causes: Vec::new(),
                by: (policy.to_owned(), binding.to_owned()),
                why,
            }),
        }
    }
}

fn operation(item: Owned) -> Operation {
    let text = |key: &str| match item.get(key) {
        Some(Owned::Str(text)) => text.to_string(),
        _ => String::new(),
    };
    Operation { op: text("op"), path: text("path"), from: text("from"), value: item.get("value").cloned() }
}

/// A value of an expression as JSON; none for what is none.
fn owned(value: &Val<'_>, depth: usize) -> Option<Owned> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Val::Null => Owned::Null,
        Val::Bool(flag) => (*flag).into(),
        Val::Int(number) => (*number).into(),
        Val::Uint(number) => i64::try_from(*number).ok()?.into(),
        Val::Double(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            #[expect(clippy::cast_possible_truncation, reason = "it was just checked")]
            let whole = *number as i64;
            whole.into()
        }
        Val::Double(number) => Owned::Number(number.to_string().into()),
        Val::Str(text) => text.to_string().into(),
        Val::Optional(Some(inner)) => owned(inner, depth)?,
        Val::List(list) => {
            Owned::Seq(list.items.iter().map(|item| owned(item, depth)).collect::<Option<_>>()?)
        }
        Val::Map(map) => {
            let mut entries = Vec::new();
            for (key, value) in map.entries() {
                let Val::Str(key) = key else { return None };
                entries.push((key.to_string().into(), owned(&value, depth)?));
            }
            Owned::Map(entries)
        }
        _ => return None,
    })
}
