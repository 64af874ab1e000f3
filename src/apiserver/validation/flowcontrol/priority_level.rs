//! PriorityLevelConfigurations. Mirrors ValidatePriorityLevelConfiguration.

use super::super::field::Field;
use super::super::metadata::Name;

const PRESERVE_ZERO: &str = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";
const MAX_QUEUES: i64 = 10_000_000;
const MAX_HASH_BITS: i32 = 60;

/// Mirrors ValidatePriorityLevelConfigurationSpec.
pub(in super::super) fn validate(level: Field<'_>) {
    let annotations = level.at(&["metadata", "annotations"]);
    let annotation = annotations.entry(PRESERVE_ZERO);
    if annotation.is_set() {
        annotation
            .as_at(annotations)
            .forbidden(&format!("annotation '{PRESERVE_ZERO}' is forbidden"))
            .help("remove the annotation");
    }
    let spec = level.field("spec");
    let kind = spec.field("type");
    let (limited, exempt) = (spec.field("limited"), spec.field("exempt"));
    if (Name::of(level).shown == "exempt") != (kind.str() == "Exempt") {
        kind.invalid_text(kind.str(), "must be 'Exempt' if and only if `name` is 'exempt'");
    }
    match kind.str() {
        "Exempt" => {
            limited.forbid_if_set("must be nil if the type is not Limited");
            shares(exempt);
            percent(exempt);
        }
        "Limited" => {
            exempt.forbid_if_set("must be nil if the type is Limited");
            if limited.is_unset() {
                limited.required("must not be empty when type is Limited");
            } else {
                validate_limited(limited);
            }
        }
        _ => {
            kind.not_supported(&["Exempt", "Limited"]);
        }
    }
    super::mandatory::of_level(level);
    super::validate_conditions(level);
}

fn shares(holder: Field<'_>) {
    let shares = holder.field("nominalConcurrencyShares");
    if shares.int().is_some_and(|n| n < 0) {
        shares.range("must be a non-negative integer");
    }
}

fn percent(holder: Field<'_>) {
    holder.field("lendablePercent").between(0, 100);
}

/// Mirrors ValidateLimitedPriorityLevelConfiguration.
fn validate_limited(limited: Field<'_>) {
    shares(limited);
    let response = limited.field("limitResponse");
    let (kind, queuing) = (response.field("type"), response.field("queuing"));
    match kind.str() {
        "Reject" => {
            queuing.forbid_if_set("must be nil if limited.limitResponse.type is not Limited");
        }
        "Queue" => {
            if queuing.is_unset() {
                queuing.required("must not be empty if limited.limitResponse.type is Limited");
            } else {
                validate_queuing(queuing);
            }
        }
        _ => {
            kind.not_supported(&["Queue", "Reject"]);
        }
    }
    percent(limited);
    let borrowing = limited.field("borrowingLimitPercent");
    if borrowing.int().is_some_and(|n| n < 0) {
        borrowing.range("if specified, must be a non-negative integer");
    }
}

/// Mirrors ValidatePriorityLevelQueuingConfiguration; absent numbers and zeros have defaults.
fn validate_queuing(queuing: Field<'_>) {
    let of = |name: &'static str, default: i64| {
        let field = queuing.field(name);
        (field, field.int().filter(|n| *n != 0).unwrap_or(default))
    };
    let ((length, limit), (queues, decks), (hand, size)) =
        (of("queueLengthLimit", 50), of("queues", 64), of("handSize", 8));
    if limit <= 0 {
        length.range("must be positive");
    }
    if decks <= 0 {
        queues.range("must be positive");
    } else if decks > MAX_QUEUES {
        queues.range(&format!("must not be greater than {MAX_QUEUES}"));
    }
    let printed = size.to_string();
    if size <= 0 {
        hand.range("must be positive");
    } else if size > decks {
        hand.invalid_as(&printed, &format!("should not be greater than queues ({decks})"));
    } else if entropy_bits(decks, size) > f64::from(MAX_HASH_BITS) {
        let detail = format!(
            "required entropy bits of deckSize {decks} and handSize {size} should not be greater than {MAX_HASH_BITS}"
        );
        hand.invalid_as(&printed, &detail);
    }
}

/// Mirrors RequiredEntropyBits.
#[allow(clippy::cast_precision_loss)] // The server counts in the same way.
fn entropy_bits(decks: i64, size: i64) -> f64 {
    ((decks as f64).log2() * size as f64).ceil()
}
