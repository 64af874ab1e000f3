//! Timestamps and durations. Mirrors cel-go's `common/types/timestamp.go` and `duration.go`, and Go's package `time`.

use super::super::value::{EvalError, err};
use crate::object::cron::zone_offset;

const NANO: i128 = 1_000_000_000;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970 (`minUnixTime`, `maxUnixTime`).
const RANGE: std::ops::RangeInclusive<i128> = -62_135_596_800..=253_402_300_799;

/// A date and a time of day.
pub(in super::super) struct Civil {
    pub(in super::super) year: i64,
    pub(in super::super) month: i64,
    pub(in super::super) day: i64,
    pub(in super::super) second_of_day: i64,
    pub(in super::super) nanosecond: i64,
    /// Days since 1970.
    pub(in super::super) days: i64,
}

/// Days since 1970 of a date of the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Nanoseconds since 1970 as a date and a time, in UTC.
pub(in super::super) fn civil(at: i128) -> Civil {
    let seconds = at.div_euclid(NANO);
    let nanosecond = at.rem_euclid(NANO) as i64;
    let days = seconds.div_euclid(86_400) as i64;
    let second_of_day = seconds.rem_euclid(86_400) as i64;
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil { year, month, day, second_of_day, nanosecond, days }
}

/// Reads RFC 3339 as `time.Parse` does: nanoseconds since 1970.
pub(in super::super) fn parse(text: &str) -> Result<i128, EvalError> {
    let wrong =
        || EvalError::Cel("type conversion error from 'string' to 'google.protobuf.Timestamp'".into());
    let at = read(text).ok_or_else(wrong)?;
    checked(at)
}

fn read(text: &str) -> Option<i128> {
    let digits = |text: &str| -> Option<i64> {
        let all = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if all { text.parse().ok() } else { None }
    };
    let (date, rest) = text.split_once('T')?;
    let (year, rest_of_date) = (date.get(..4)?, date.get(4..)?.strip_prefix('-')?);
    let (month, day) = rest_of_date.split_once('-')?;
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (year, month, day) = (digits(year)?, digits(month)?, digits(day)?);
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone_at);
    let offset = if zone == "Z" {
        0
    } else {
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        if hours.len() != 2 || minutes.len() != 2 {
            return None;
        }
        let (hours, minutes) = (digits(hours)?, digits(minutes)?);
        if hours > 24 || minutes > 60 {
            return None;
        }
        let seconds = hours * 3_600 + minutes * 60;
        if zone.starts_with('-') { -seconds } else { seconds }
    };
    let (time, fraction) = match time.find(['.', ',']) {
        Some(point) => (time.get(..point)?, time.get(point + 1..)?),
        None => (time, "0"),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let &[hour, minute, second] = parts.as_slice() else { return None };
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || second.len() != 2 {
        return None;
    }
    let (hour, minute, second) = (digits(hour)?, digits(minute)?, digits(second)?);
    digits(fraction.get(..fraction.len().min(18))?)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Some(i128::from(seconds) * NANO + i128::from(digits(&nanos)?))
}

/// Within what a timestamp may be.
pub(in super::super) fn checked(at: i128) -> Result<i128, EvalError> {
    if RANGE.contains(&at.div_euclid(NANO)) { Ok(at) } else { err("timestamp overflow") }
}

/// Seconds since 1970.
pub(in super::super) fn from_seconds(seconds: i64) -> Result<i128, EvalError> {
    checked(i128::from(seconds) * NANO)
}

/// `RFC3339Nano`, in UTC.
pub(in super::super) fn format(at: i128) -> String {
    let Civil { year, month, day, second_of_day: s, nanosecond, .. } = civil(at);
    let fraction = format!(".{nanosecond:09}");
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}Z", s / 3_600, s / 60 % 60, s % 60)
}

/// A duration in seconds, as `string(duration)` writes it.
pub(in super::super) fn format_duration(nanoseconds: i64) -> String {
    // `Seconds()` adds whole seconds and the rest as floats.
    let seconds = (nanoseconds / 1_000_000_000) as f64 + (nanoseconds % 1_000_000_000) as f64 / 1e9;
    format!("{seconds}s")
}

/// A timestamp moved to a time zone, named or as `+02:00`, so that its date in UTC is the date there. Mirrors `timeZone`.
pub(in super::super) fn in_zone(at: i128, zone: &str) -> Result<i128, EvalError> {
    let seconds = match zone.split_once(':') {
        None => match zone_offset(zone, at.div_euclid(NANO) as i64) {
            Ok(seconds) => i64::from(seconds),
            Err(error) => return err(error),
        },
        Some((hours, minutes)) => {
            let number = |text: &str| {
                text.parse::<i64>().map_err(|_| {
                    let quoted = crate::schema::quote(text);
                    EvalError::Cel(format!("strconv.Atoi: parsing {quoted}: invalid syntax"))
                })
            };
            let (hours, minutes) = (number(hours)?, number(minutes)?);
            let minutes = if zone.starts_with('-') { -minutes } else { minutes };
            hours.saturating_mul(60).saturating_add(minutes).saturating_mul(60)
        }
    };
    Ok(at + i128::from(seconds) * NANO)
}

/// A part of a timestamp, by the name of the function that asks. None for another name.
pub(in super::super) fn part(function: &str, at: i128) -> Option<i64> {
    let c = civil(at);
    Some(match function {
        "getFullYear" => c.year,
        "getMonth" => c.month - 1,
        "getDayOfYear" => c.days - days_from_civil(c.year, 1, 1),
        "getDayOfMonth" => c.day - 1,
        "getDate" => c.day,
        "getDayOfWeek" => (c.days + 4).rem_euclid(7),
        "getHours" => c.second_of_day / 3_600,
        "getMinutes" => c.second_of_day / 60 % 60,
        "getSeconds" => c.second_of_day % 60,
        "getMilliseconds" => c.nanosecond / 1_000_000,
        _ => return None,
    })
}

/// The same for a duration.
pub(in super::super) fn duration_part(function: &str, nanoseconds: i64) -> Option<i64> {
    Some(match function {
        "getHours" => nanoseconds / 3_600_000_000_000,
        "getMinutes" => nanoseconds / 60_000_000_000,
        "getSeconds" => nanoseconds / 1_000_000_000,
        "getMilliseconds" => nanoseconds / 1_000_000,
        _ => return None,
    })
}
