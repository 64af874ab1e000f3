//! `authentication.k8s.io`: questions about tokens, which are answered and not stored.

use super::field::Field;

/// Mirrors the create of a TokenReview.
pub(super) fn validate_token_review(review: Field<'_>) {
    let spec = review.field("spec");
    let token = spec.field("token");
    if token.is_empty() {
        token
            .stop(400, "BadRequest", "token is required for TokenReview in authentication".to_owned())
            .plain("`spec.token` is missing", "add the token that is asked about");
    }
}
