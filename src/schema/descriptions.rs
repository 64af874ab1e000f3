//! What types and fields are for, and what a server fills in: `schemas/descriptions.txt`, for people who ask.
//!
//! The text is searched as it is; nobody who checks manifests pays for it.

/// Lines of a type behind its own: ` FIELD TAB sentence`, ` =PATH TAB value TAB condition`.
static TEXT: &str = include_str!("../../schemas/descriptions.txt");

/// The lines of a type, its own first.
fn lines(ty: &str) -> impl Iterator<Item = &'static str> {
    let at = memchr::memmem::find(TEXT.as_bytes(), format!("\n{ty}\t").as_bytes()).map(|at| at + 1);
    let mut first = true;
    at.map(|at| TEXT[at..].lines()).into_iter().flatten().take_while(move |line| {
        let belongs = first || line.starts_with(' ');
        first = false;
        belongs
    })
}

/// What a type (by its published name) is for.
pub fn of_type(ty: &str) -> Option<&'static str> {
    let (_, text) = lines(ty).next()?.split_once('\t')?;
    (!text.is_empty()).then_some(text)
}

/// What a field of a type is for.
pub fn of_field(ty: &str, field: &str) -> Option<&'static str> {
    lines(ty).skip(1).find_map(|line| line.strip_prefix(' ')?.strip_prefix(field)?.strip_prefix('\t'))
}

/// What a server fills in at a path below a type (`spec.replicas`), and on which condition beyond the field being absent
/// (empty for none). Of several the first whose condition holds counts.
pub fn defaults(ty: &str, path: &str) -> Vec<(&'static str, &'static str)> {
    lines(ty)
        .skip(1)
        .filter_map(|line| line.strip_prefix(" =")?.strip_prefix(path)?.strip_prefix('\t')?.split_once('\t'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment() {
        const DEPLOYMENT: &str = "io.k8s.api.apps.v1.Deployment";
        let text = of_type(DEPLOYMENT).unwrap();
        assert_eq!(text, "Deployment enables declarative updates for Pods and ReplicaSets.");
        assert!(of_field("io.k8s.api.apps.v1.DeploymentSpec", "replicas").unwrap().contains("desired pods"));
        assert_eq!(defaults(DEPLOYMENT, "spec.replicas"), [("1", "")]);
        assert_eq!(
            defaults(DEPLOYMENT, "spec.strategy.rollingUpdate.maxSurge"),
            [("\"25%\"", "spec.strategy.type == \"RollingUpdate\"")]
        );
        assert_eq!((of_type("Nothing"), of_field(DEPLOYMENT, "nothing")), (None, None));
        assert!(defaults(DEPLOYMENT, "x").is_empty());
    }
}
