//! `api/admission.jsonl`, the part of ValidatingAdmissionPolicy, asked of `apiserver::policy`.

use std::collections::BTreeMap;

use kcheck::apiserver::admission::Lookup;
use kcheck::apiserver::policy::Policies;
use kcheck::apiserver::{Request, defaults};
use kcheck::object::{Gvk, Overlay, Value};
use kcheck::schema::{Minor, Types};
use kcheck::yaml::{Document, View};
use serde_json::Value as Json;

use crate::api::document;
use crate::tally::{Recording, Tally, Truth};

pub const RECORDINGS: &[Recording] = &[Recording { file: "api/admission.jsonl", run: admission }];

/// The objects of a setup.
struct Setup(Vec<Document>);

impl Lookup for Setup {
    fn find(&self, group: &str, kind: &str, _: &str, name: &str) -> Option<Value<'_>> {
        self.all(group, kind)
            .into_iter()
            .find(|v| v.at(&["metadata", "name"]).and_then(Value::as_str) == Some(name))
    }

    fn all(&self, group: &str, kind: &str) -> Vec<Value<'_>> {
        let of_kind = |v: &Value<'_>| {
            let of = v.str("apiVersion").split_once('/').map_or("", |(group, _)| group);
            of == group && v.str("kind") == kind
        };
        self.0.iter().filter_map(Document::root).map(Value::plain).filter(of_kind).collect()
    }

    fn complete(&self) -> bool {
        true
    }
}

fn admission(_: &Truth, cases: &[Json], tally: &mut Tally) {
    let types = Types::builtin();
    let setups: BTreeMap<&str, Setup> = cases
        .iter()
        .filter(|c| c["type"] == "setup")
        .filter_map(|c| {
            Some((c["id"].as_str()?, Setup(c["objects"].as_array()?.iter().map(document).collect())))
        })
        .collect();
    for case in cases.iter().filter(|c| c["type"] != "setup") {
        let id = case["id"].as_str().unwrap_or_default();
        let setup_name = case["setup"].as_str().unwrap_or_default();
        let Some(setup) = setups.get(setup_name).filter(|_| setup_name.starts_with("vap-")) else { continue };
        let doc = document(&case["object"]);
        let Some(root) = doc.root() else { continue };
        let text = |key: &str| root.get(key).and_then(View::as_str).unwrap_or_default();
        let gvk = Gvk::new(text("apiVersion"), text("kind"));
        let Some(kind) = types.kind(&gvk.group, &gvk.version, &gvk.kind) else { continue };
        let mut overlay = Overlay::default();
        defaults::apply(gvk, root, &mut overlay);
        let group = "admissionregistration.k8s.io";
        let policies = setup.all(group, "ValidatingAdmissionPolicy");
        let bindings = setup.all(group, "ValidatingAdmissionPolicyBinding");
        let request = Request { gvk, namespaced: kind.namespaced(), namespace: "vap", minor: Minor::DEFAULT };
        let object = Value::new(root, &overlay);
        let answer = Policies::new(&policies, &bindings).ask(&request, kind.plural, object, setup);
        let evaluated = answer.not_evaluated.is_empty();
        tally.ask("policies: evaluated", id, evaluated, || answer.not_evaluated.join("; "));
        if !evaluated {
            continue;
        }
        let denied = answer.denied.as_ref();
        let accepted = case["accepted"].as_bool().unwrap_or_default();
        let theirs = case["message"].as_str().unwrap_or_default();
        let ours = denied.map_or("", |d| d.message.as_str());
        tally.ask("policies: verdict", id, denied.is_none() == accepted, || format!("{ours} FOR {theirs}"));
        let code = denied.map_or(201, |d| u64::from(d.code));
        let same = ours == theirs && Some(code) == case["code"].as_u64();
        tally.ask("policies: messages", id, same, || format!("{code} {ours} FOR {} {theirs}", case["code"]));
        let warnings: Vec<&str> =
            case["warnings"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        tally.ask("policies: warnings", id, warnings == answer.warnings, || {
            format!("{:?} FOR {warnings:?}", answer.warnings)
        });
    }
}
