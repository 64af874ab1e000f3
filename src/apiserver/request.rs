//! A whole POST: defaults, mutating admission, validation, validating admission.

use super::admission::{Plugins, Refusal};
use super::create::{self, Verdict};
use super::validation::Request;
use super::{defaults, stored, strategy};
use crate::finding::{Finding, ServerCause};
use crate::object::{Draft, Overlay, Value};
use crate::yaml::View;

/// The server's answer to a POST.
#[derive(Debug, Default)]
pub struct Answer {
    /// It is not let in.
    pub refused: Option<Refused>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
    /// The same for people.
    pub findings: Vec<Finding>,
    /// What kcheck could not evaluate.
    pub not_evaluated: Vec<String>,
    /// What is laid over the object, as far as it came: with it, it is the object as it is stored.
    pub overlay: Overlay,
}

/// Why an object is not let in.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    /// HTTP status.
    pub code: u16,
    /// `Invalid`, `Forbidden`, ...
    pub reason: &'static str,
    /// The server's whole sentence.
    pub message: String,
    /// Its causes.
    pub causes: Vec<ServerCause>,
    /// The plugin of admission; none for validation.
    pub plugin: Option<&'static str>,
    /// The same for people.
    pub findings: Vec<Finding>,
}

impl Refused {
    fn by_admission(refusal: Refusal, object: Value<'_>) -> Self {
        let findings = refusal.findings(object);
        let Refusal { code, reason, message, causes, plugin, .. } = refusal;
        Self { code, reason, message, causes, plugin: Some(plugin), findings }
    }
}

/// Creates an object that could be decoded, by all plugins of a server. `resource` is the plural of its kind.
pub fn post(request: &Request<'_>, resource: &str, root: View<'_>, plugins: &Plugins<'_>) -> Answer {
    let gvk = request.gvk;
    let mut answer = Answer::default();
    defaults::apply(gvk, root, &mut answer.overlay);
    let mut draft = Draft::new(root, &mut answer.overlay);
    stored::own_metadata(&mut draft, request.namespace);
    match plugins.mutate(request, resource, &mut draft) {
        Ok(not_evaluated) => answer.not_evaluated = not_evaluated,
        Err(refusal) => {
            answer.refused = Some(Refused::by_admission(*refusal, Value::plain(root)));
            return answer;
        }
    }
    if let Verdict::Refused(status) = create::create(request, Value::new(root, &answer.overlay)) {
        let (causes, findings) = (status.server_causes(), status.findings());
        let create::Status { code, reason, message, .. } = status;
        answer.refused = Some(Refused { code, reason, message, causes, plugin: None, findings });
    }
    strategy::prepare_for_create(gvk, &mut Draft::new(root, &mut answer.overlay));
    if answer.refused.is_none() {
        let said = plugins.validate(request, resource, Value::new(root, &answer.overlay));
        let plain = Value::plain(root);
        answer.findings = said.told.iter().map(|told| told.finding(plain)).collect();
        answer.refused = said.refused.map(|refusal| Refused::by_admission(*refusal, plain));
        answer.warnings = said.warnings;
        answer.not_evaluated.extend(said.not_evaluated);
    }
    answer
}
