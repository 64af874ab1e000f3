//! Amounts as people say them.

/// Millicores as CPUs: `3.4`, `250m` below one hundredth of precision.
pub(super) fn cpu(milli: i64) -> String {
    if milli % 1000 == 0 {
        return (milli / 1000).to_string();
    }
    if milli.abs() < 1000 {
        return format!("{milli}m");
    }
    trim(format!("{:.2}", milli as f64 / 1000.0))
}

/// Bytes in the largest binary unit that keeps the number above one: `16 GiB`.
pub(super) fn bytes(bytes: i64) -> String {
    let (number, unit) = scaled(bytes);
    format!("{number} {unit}B")
}

/// The same as one word: `16Gi`.
pub(super) fn short_bytes(bytes: i64) -> String {
    let (number, unit) = scaled(bytes);
    format!("{number}{unit}")
}

fn scaled(bytes: i64) -> (String, &'static str) {
    const UNITS: [(&str, u32); 5] = [("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];
    for (unit, shift) in UNITS {
        if bytes.unsigned_abs() >= 1 << shift {
            return (trim(format!("{:.1}", bytes as f64 / (1_u64 << shift) as f64)), unit);
        }
    }
    (bytes.to_string(), "")
}

fn trim(number: String) -> String {
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn said_plainly() {
        assert_eq!(cpu(4000), "4");
        assert_eq!(cpu(3400), "3.4");
        assert_eq!(cpu(250), "250m");
        assert_eq!(cpu(0), "0");
        assert_eq!(bytes(16 << 30), "16 GiB");
        assert_eq!(short_bytes((1 << 30) + (1 << 29)), "1.5Gi");
        assert_eq!(short_bytes(0), "0");
    }
}
