//! Quantities (`500m`, `1.5Gi`, `2e3`), as `k8s.io/apimachinery/pkg/api/resource` reads, adds and prints them.
//!
//! The library is the specification, its edges included: a text that is canonical already is kept as it was written
//! (`01`, `+1`, `1.`), a binary quantity stops at 2^63-1, `1e19` as an integer reads 0 because it does not fit.

use std::cmp::Ordering;
use std::fmt;

/// Why a text is no quantity; prints the server's sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QuantityError {
    /// Not even the shape is right.
    #[error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    Format,
    /// The number before the suffix is none.
    #[error("unable to parse numeric part of quantity")]
    Numeric,
    /// No such suffix.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

/// How a quantity is printed; taken from the suffix it was written with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// `12e6`
    DecimalExponent,
    /// `12Mi`
    BinarySI,
    /// `12M`
    DecimalSI,
}

impl Format {
    /// Go's name of it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DecimalExponent => "DecimalExponent",
            Self::BinarySI => "BinarySI",
            Self::DecimalSI => "DecimalSI",
        }
    }
}

/// Finest step: 10^-9.
const NANO: i32 = -9;

/// A fixed-point number, `value` * 10^`scale`.
///
/// Exact up to 38 significant digits; what is longer is rounded up in its last digits.
#[derive(Clone, Debug)]
pub struct Quantity {
    value: i128,
    scale: i32,
    /// Go holds it as an int64 (false) or as a big decimal (true); the two differ only in how they overflow.
    big: bool,
    /// How it is printed.
    format: Format,
    /// The text it was read from, if that is canonical.
    text: Option<Box<str>>,
}

/// A text cut into its parts (`parseQuantityString`).
struct Parts<'t> {
    negative: bool,
    /// Digits before the point without leading zeros; `0` if there are none.
    num: &'t str,
    /// Digits after the point.
    denom: &'t str,
    suffix: &'t str,
    /// A digit was there at all.
    digits: bool,
}

fn split(text: &str) -> Result<Parts<'_>, QuantityError> {
    let bytes = text.as_bytes();
    let run = |from: usize, good: fn(u8) -> bool| {
        from + bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|&&b| good(b)).count())
    };
    let digit = |b: u8| b.is_ascii_digit();
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let first = run(start, |b| b == b'0');
    let int_end = run(first, digit);
    let (mut num, mut denom, mut at) = (&text[first..int_end], "", int_end);
    let mut digits = int_end > start;
    if num.is_empty() {
        num = "0";
    }
    if bytes.get(at) == Some(&b'.') {
        let end = run(at + 1, digit);
        denom = &text[at + 1..end];
        digits |= !denom.is_empty();
        at = end;
    }
    let mut end = run(at, |b| b"eEinumkKMGTP".contains(&b));
    if matches!(bytes.get(end), Some(b'-' | b'+')) {
        end += 1;
    }
    end = run(end, digit);
    if end < text.len() {
        return Err(QuantityError::Format);
    }
    Ok(Parts { negative, num, denom, suffix: &text[at..], digits })
}

/// Base, exponent and format of a suffix.
fn interpret(suffix: &str) -> Option<(u32, i32, Format)> {
    let decimal = |exponent| Some((10, exponent, Format::DecimalSI));
    let binary = |exponent| Some((2, exponent, Format::BinarySI));
    match suffix {
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "" => decimal(0),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            // Go parses 64 bits and keeps 32 of them.
            exponent.parse::<i64>().ok().map(|e| (10, e as i32, Format::DecimalExponent))
        }
    }
}

/// `10^n`, if it fits.
fn pow10(n: u32) -> Option<i128> {
    10i128.checked_pow(n)
}

/// `value / 10^n`, rounded away from zero, and whether that was exact.
fn divide_up(value: i128, n: u32) -> (i128, bool) {
    let Some(divisor) = pow10(n) else { return (value.signum(), value == 0) };
    let (quotient, rest) = (value / divisor, value % divisor);
    (quotient + rest.signum(), rest == 0)
}

/// The digits as a number; digits that do not fit are dropped from the end (the number is rounded up), and counted.
fn number(num: &str, denom: &str) -> (i128, u32) {
    let (mut value, mut dropped, mut rest) = (0i128, 0, false);
    for b in num.bytes().chain(denom.bytes()) {
        let digit = i128::from(b - b'0');
        match value.checked_mul(10).and_then(|v| v.checked_add(digit)) {
            Some(next) if dropped == 0 => value = next,
            _ => {
                dropped += 1;
                rest |= digit != 0;
            }
        }
    }
    (value.saturating_add(i128::from(rest)), dropped)
}

impl Quantity {
    /// Reads a text (`ParseQuantity`). No space is tolerated.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let parts = split(text)?;
        let (base, exponent, format) = interpret(parts.suffix).ok_or(QuantityError::Suffix)?;
        let sign = if parts.negative { -1 } else { 1 };
        let (len, fraction) = (parts.num.len() + parts.denom.len(), parts.denom.len() as i32);
        if let Some(quantity) = Self::parse_small(text, &parts, exponent, format, len, fraction, sign) {
            return Ok(quantity);
        }
        if !parts.digits {
            return Err(QuantityError::Numeric);
        }

        let (mut value, dropped) = number(parts.num, parts.denom);
        let mut scale = (dropped as i32).wrapping_sub(fraction);
        let mut format = format;
        let max = i128::from(i64::MAX);
        if base == 10 {
            scale = scale.wrapping_add(exponent);
        } else {
            // Anything that does not fit here is far above the cap.
            value = value.checked_mul(1 << exponent).unwrap_or(i128::MAX);
        }
        // A value above zero stays above zero, however small it is.
        if scale < NANO {
            value = divide_up(value, scale.abs_diff(NANO)).0;
            scale = NANO;
        } else if let Some(finer) = pow10(scale.abs_diff(NANO)).and_then(|p| value.checked_mul(p)) {
            // The library rounds to this step even where nothing is lost; overflow shows it.
            (value, scale) = (finer, NANO);
        }
        let mut quantity = Self { value, scale, big: true, format, text: None };
        if format == Format::BinarySI {
            if quantity.cmp(&Self::whole(max)) == Ordering::Greater {
                (quantity.value, quantity.scale) = (max, 0);
            }
            if value > 0 && quantity.cmp(&Self::whole(1)) == Ordering::Less {
                format = Format::DecimalSI;
            }
        }
        quantity.format = format;
        quantity.value *= sign;
        Ok(quantity)
    }

    /// The library's fast path: up to 18 digits (15 of a binary quantity) that fit an int64.
    fn parse_small(
        text: &str,
        parts: &Parts<'_>,
        exponent: i32,
        format: Format,
        len: usize,
        fraction: i32,
        sign: i128,
    ) -> Option<Self> {
        let (precision, scale, factor) = if format == Format::BinarySI {
            if fraction > 0 {
                return None;
            }
            (14 - parts.num.len() as i32 - exponent * 3 / 10, 0, 1i128 << exponent)
        } else {
            (18 - len as i32, exponent.wrapping_sub(fraction), 1)
        };
        if precision < 0 || scale < NANO {
            return None;
        }
        let (digits, _) = number(parts.num, parts.denom);
        let value = digits.checked_mul(factor).filter(|&v| i64::try_from(v).is_ok())?;
        let canonical = if format == Format::BinarySI {
            exponent % 10 == 0 && digits & 7 != 0
        } else {
            let ends_in_000 = if fraction >= 3 {
                parts.denom.ends_with("000")
            } else {
                len >= 3 && digits % 1000 == 0 && parts.num != "0"
            };
            scale % 3 == 0 && !ends_in_000 && !parts.num.starts_with('0')
        };
        let text = (canonical || text == "0").then(|| text.into());
        Some(Self { value: value * sign, scale, big: false, format, text })
    }

    /// Reads what a JSON string or number holds: spaces around it are tolerated (`UnmarshalJSON`).
    pub fn parse_json(text: &str) -> Result<Self, QuantityError> {
        Self::parse(text.trim())
    }

    fn whole(value: i128) -> Self {
        Self { value, scale: 0, big: false, format: Format::DecimalSI, text: None }
    }

    /// `value` whole units (`NewQuantity`).
    pub fn new(value: i64, format: Format) -> Self {
        Self { format, ..Self::whole(i128::from(value)) }
    }

    /// `value` thousandths (`NewMilliQuantity`).
    pub fn from_milli(value: i64, format: Format) -> Self {
        Self { scale: -3, format, ..Self::whole(i128::from(value)) }
    }

    /// How it is printed.
    pub fn format(&self) -> Format {
        self.format
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i32 {
        self.value.signum() as i32
    }

    /// True for nothing.
    pub fn is_zero(&self) -> bool {
        self.value == 0
    }

    /// Whole units, rounded up (`Value`). What does not fit overflows as it does there: to 0, or to its low 64 bits.
    pub fn value(&self) -> i64 {
        self.scaled(0)
    }

    /// Thousandths, rounded up (`MilliValue`). Overflows like [`Quantity::value`].
    pub fn milli(&self) -> i64 {
        self.scaled(-3)
    }

    /// In units of 10^`scale`, rounded away from zero (`ScaledValue`).
    pub fn scaled(&self, scale: i32) -> i64 {
        if self.value == 0 {
            return 0;
        }
        if self.scale < scale {
            if self.big && self.value < 0 {
                // There, a negative big number is taken by its low 64 bits and rounded towards zero.
                let Some(divisor) = pow10(scale.abs_diff(self.scale)) else { return 0 };
                let low = i128::from(self.value as i64);
                return (low / divisor + i128::from(low % divisor != 0)) as i64;
            }
            return divide_up(self.value, scale.abs_diff(self.scale)).0 as i64;
        }
        let n = self.scale.abs_diff(scale);
        let fits = pow10(n).and_then(|p| self.value.checked_mul(p)).and_then(|v| i64::try_from(v).ok());
        match fits {
            Some(value) => value,
            None if !self.big => 0,
            // 10^64 and above have only zeros in their low 64 bits.
            None => (0..n.min(64)).fold(self.value as i64, |v, _| v.wrapping_mul(10)),
        }
    }

    /// The whole number, if it was written as one that fits (`AsInt64`).
    pub fn as_i64(&self) -> Option<i64> {
        if self.big || self.scale < 0 && self.value != 0 {
            return None;
        }
        if self.value == 0 {
            return Some(0);
        }
        let scaled = pow10(self.scale.unsigned_abs()).and_then(|p| self.value.checked_mul(p))?;
        i64::try_from(scaled).ok()
    }

    /// As a float; not exact (`AsApproximateFloat64`).
    pub fn to_f64(&self) -> f64 {
        self.value as f64 * 10f64.powi(self.scale)
    }

    /// Takes another format (`Format` is a public field there).
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.format = format;
        self.text = None;
        self
    }

    /// Adds `other`. A zero takes the other's format (`Add`).
    pub fn add(&mut self, other: &Self) {
        self.plus(other, 1);
    }

    /// Takes `other` away. A zero takes the other's format (`Sub`).
    pub fn sub(&mut self, other: &Self) {
        self.plus(other, -1);
    }

    fn plus(&mut self, other: &Self, sign: i128) {
        self.text = None;
        if self.value == 0 {
            self.format = other.format;
        }
        let was_big = self.big || other.big;
        if self.value == 0 {
            (self.value, self.scale) = (other.value * sign, other.scale);
        } else if other.value != 0 {
            let scale = self.scale.min(other.scale);
            let at = |q: &Self| {
                pow10(q.scale.abs_diff(scale))
                    .and_then(|p| q.value.checked_mul(p))
                    .unwrap_or(q.value.signum() * i128::MAX)
            };
            self.value = at(self).saturating_add(sign * at(other));
            self.scale = scale;
        }
        self.big = was_big || i64::try_from(self.value).is_err();
    }

    /// The opposite (`Neg`).
    pub fn negate(&mut self) {
        self.text = None;
        self.value = -self.value;
    }

    /// Mantissa and exponent, the latter a multiple of three.
    fn canonical10(&self) -> (i128, i32) {
        let (mut value, mut scale) = (self.value, self.scale);
        while value != 0 && value % 10 == 0 && scale < i32::MAX {
            value /= 10;
            scale += 1;
        }
        while scale % 3 != 0 {
            let Some(more) = value.checked_mul(10) else { break };
            value = more;
            scale -= 1;
        }
        (value, scale)
    }

    /// The whole number, if it is one above 1023 (or below -1023) that a binary suffix can print.
    fn whole_binary(&self) -> Option<i128> {
        if self.format != Format::BinarySI {
            return None;
        }
        let value = if self.scale >= 0 {
            pow10(self.scale.unsigned_abs()).and_then(|p| self.value.checked_mul(p))?
        } else {
            let (value, exact) = divide_up(self.value, self.scale.unsigned_abs());
            if !exact {
                return None;
            }
            value
        };
        (value.unsigned_abs() >= 1024).then_some(value)
    }
}

impl fmt::Display for Quantity {
    /// The canonical form, or the text as written where the library keeps it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return f.write_str(text);
        }
        if self.value == 0 {
            return f.write_str("0");
        }
        if let Some(mut value) = self.whole_binary() {
            let mut times = 0;
            while value % 1024 == 0 {
                value /= 1024;
                times += 1;
            }
            // Above exa there is no suffix, and the library prints none.
            return write!(
                f,
                "{value}{}",
                ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].get(times).unwrap_or(&"")
            );
        }
        let (value, exponent) = self.canonical10();
        match (self.format, exponent) {
            (_, 0) => write!(f, "{value}"),
            (Format::DecimalExponent, _) => write!(f, "{value}e{exponent}"),
            _ => {
                let suffix = match exponent {
                    -9 => "n",
                    -6 => "u",
                    -3 => "m",
                    3 => "k",
                    6 => "M",
                    9 => "G",
                    12 => "T",
                    15 => "P",
                    18 => "E",
                    _ => "",
                };
                write!(f, "{value}{suffix}")
            }
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    /// By amount; the format does not matter (`Cmp`).
    fn cmp(&self, other: &Self) -> Ordering {
        let by_sign = self.value.signum().cmp(&other.value.signum());
        if by_sign != Ordering::Equal || self.value == 0 {
            return by_sign;
        }
        // Place of the leading digit, so that a large difference of scales is decided without multiplying.
        let place = |q: &Self| i64::from(q.value.unsigned_abs().ilog10()) + i64::from(q.scale);
        let by_amount = place(self).cmp(&place(other)).then_with(|| {
            let scale = self.scale.min(other.scale);
            let at = |q: &Self| {
                10u128
                    .checked_pow(q.scale.abs_diff(scale))
                    .and_then(|p| q.value.unsigned_abs().checked_mul(p))
                    .unwrap_or(u128::MAX)
            };
            at(self).cmp(&at(other))
        });
        if self.value < 0 { by_amount.reverse() } else { by_amount }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Quantity {
        Quantity::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn canonical_forms() {
        for (text, canonical) in [
            ("0", "0"),
            ("00", "0"),
            ("+1", "+1"),
            ("01", "01"),
            ("1.", "1."),
            (".5", "500m"),
            ("0.1m", "100u"),
            ("0.1n", "1n"),
            ("1.5Gi", "1536Mi"),
            ("1.1Gi", "1181116006400m"),
            ("0.5Ki", "512"),
            ("1024Ki", "1Mi"),
            ("1000k", "1M"),
            ("1e19", "10e18"),
            ("1e1000", "10e999"),
            ("100Ei", "9223372036854775807"),
            ("-1Gi", "-1Gi"),
            ("-", "0"),
            ("Ki", "0"),
            ("1.23456789Mi", "1294538259824640n"),
        ] {
            assert_eq!(read(text).to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn whole_and_thousandths() {
        for (text, value, milli) in [
            ("100m", 1, 100),
            ("1n", 1, 1),
            ("-1.5", -2, -1500),
            ("1Ei", 1 << 60, i64::MIN),
            ("1E", 1_000_000_000_000_000_000, 0),
            ("1e30", 0, 0),
            ("9223372036854775808", i64::MIN, 0),
            ("123456789.123456789", 123_456_790, 123_456_789_124),
        ] {
            assert_eq!((read(text).value(), read(text).milli()), (value, milli), "{text}");
        }
    }

    #[test]
    fn refusals() {
        for (text, error) in [
            ("", QuantityError::Format),
            (" 1", QuantityError::Format),
            ("1.2.3", QuantityError::Format),
            ("1gi", QuantityError::Format),
            ("1e3k", QuantityError::Format),
            ("1K", QuantityError::Suffix),
            ("5e", QuantityError::Suffix),
            ("--1", QuantityError::Suffix),
        ] {
            assert_eq!(Quantity::parse(text).unwrap_err(), error, "{text}");
        }
        assert_eq!(Quantity::parse_json(" 5 ").unwrap().to_string(), "5");
    }

    #[test]
    fn sums_take_the_format_of_the_receiver() {
        for (a, b, order, sum, diff) in [
            ("1Gi", "1G", Ordering::Greater, "2073741824", "73741824"),
            ("0.5", "500m", Ordering::Equal, "1", "0"),
            ("1500Mi", "1.5Gi", Ordering::Less, "3036Mi", "-36Mi"),
            ("0", "1Gi", Ordering::Less, "1Gi", "-1Gi"),
            ("1n", "1", Ordering::Less, "1000000001n", "-999999999n"),
        ] {
            let (mut plus, mut minus) = (read(a), read(a));
            plus.add(&read(b));
            minus.sub(&read(b));
            assert_eq!(read(a).cmp(&read(b)), order, "{a} {b}");
            assert_eq!((plus.to_string().as_str(), minus.to_string().as_str()), (sum, diff), "{a} {b}");
        }
    }

    #[test]
    fn any_text_and_any_scale_end() {
        for text in ["1e2147483647", "1e-2147483648", "12345678901234567890123e2147483647", "1e9999999999999"]
        {
            let quantity = read(text);
            let _ = (quantity.value(), quantity.milli(), quantity.to_string());
            let mut sum = quantity.clone();
            sum.add(&read("1n"));
            let _ = (sum.to_string(), sum.cmp(&quantity));
        }
        let long = "9".repeat(500);
        assert!(read(&format!("{long}Ki")).value() == i64::MAX);
        assert!(read(&format!("0.{}1", "0".repeat(500))).value() == 1);
        let _ = read(&long).to_string();
    }
}
