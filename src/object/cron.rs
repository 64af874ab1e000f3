//! Schedules of CronJobs. Mirrors `ParseStandard` of robfig/cron v3, which no crate agrees with: five fields or a
//! descriptor (`@daily`, `@every 1h30m`), `TZ=` before them, no seconds, no `L`, `W` or `#`, Sunday is 0 only.

use std::fmt::Write as _;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ZonedDateTime};

use crate::schema::{parse_duration, quote};

/// The field was a star: days of month and of week are both asked for instead of one of them (`starBit`).
const STAR: u64 = 1 << 63;

/// A schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    when: When,
    /// Zone that the schedule names itself.
    zone: Option<TimeZone>,
}

#[derive(Clone, Debug)]
enum When {
    /// Sets of minutes, hours, days of the month, months, days of the week.
    Fields { minutes: u64, hours: u64, days: u64, months: u64, weekdays: u64 },
    /// A pause in whole seconds, at least one. Mirrors `ConstantDelaySchedule`.
    Every(i64),
}

/// Why a text is no schedule: robfig's sentence.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CronError {
    /// The parser's answer.
    #[error("{0}")]
    Refused(String),
    /// robfig's parser panics: `TZ=` without a schedule behind it.
    #[error("runtime error: slice bounds out of range [:-1]")]
    Panic,
}

/// What a field may hold.
struct Bounds {
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds { min: 0, max: 59, names: &[] };
const HOURS: Bounds = Bounds { min: 0, max: 23, names: &[] };
const DAYS: Bounds = Bounds { min: 1, max: 31, names: &[] };
const MONTHS: Bounds = Bounds {
    min: 1,
    max: 12,
    names: &["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Bounds = Bounds { min: 0, max: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

impl Bounds {
    const fn all(&self) -> u64 {
        bits(self.min, self.max, 1) | STAR
    }
}

/// Mirrors `getBits`.
const fn bits(min: u32, max: u32, step: u32) -> u64 {
    let (mut bits, mut at) = (0u64, min);
    while at <= max {
        bits |= 1 << at;
        at = at.saturating_add(step);
    }
    bits
}

fn refused<T>(text: String) -> Result<T, CronError> {
    Err(CronError::Refused(text))
}

impl Schedule {
    /// Mirrors `cron.ParseStandard`.
    pub fn parse(spec: &str) -> Result<Self, CronError> {
        if spec.is_empty() {
            return refused("empty spec string".into());
        }
        let mut spec = spec;
        let mut zone = None;
        if spec.starts_with("TZ=") || spec.starts_with("CRON_TZ=") {
            let (named, rest) = spec.split_once(' ').ok_or(CronError::Panic)?;
            let name = named.split_once('=').map_or("", |(_, name)| name);
            zone =
                Some(load_location(name).or_else(|e| refused(format!("provided bad location {name}: {e}")))?);
            spec = rest.trim();
        }
        if spec.starts_with('@') {
            return Ok(Self { when: descriptor(spec)?, zone });
        }
        let fields: Vec<&str> = spec.split_whitespace().collect();
        let &[minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return refused(format!(
                "expected exactly 5 fields, found {}: [{}]",
                fields.len(),
                fields.join(" ")
            ));
        };
        let when = When::Fields {
            minutes: field(minutes, &MINUTES)?,
            hours: field(hours, &HOURS)?,
            days: field(days, &DAYS)?,
            months: field(months, &MONTHS)?,
            weekdays: field(weekdays, &WEEKDAYS)?,
        };
        Ok(Self { when, zone })
    }

    /// True if its day never comes, as the 30th of February does not.
    pub fn never_comes(&self) -> bool {
        const DAYS_OF: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let When::Fields { days, months, weekdays, .. } = self.when else { return false };
        // Where day and weekday are both restricted, either of them will do.
        let either = (days | weekdays) & STAR == 0;
        let has = |set: u64, value: u32| set & (1 << value) != 0;
        let comes = (1..=12)
            .zip(DAYS_OF)
            .any(|(month, length)| has(months, month) && (either || (1..=length).any(|day| has(days, day))));
        !comes
    }

    /// The first time after another one, in the schedule's own zone, else in the given one. `None` if there is none
    /// within five years. Mirrors `Schedule.Next`.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let zone = self.zone.as_ref().unwrap_or(zone);
        let whole = Timestamp::from_second(after.as_second()).ok()?;
        match self.when {
            When::Every(seconds) => whole.checked_add(SignedDuration::from_secs(seconds)).ok(),
            When::Fields { .. } => {
                let start = whole.checked_add(SignedDuration::from_secs(1)).ok()?;
                self.search(start.to_zoned_datetime(zone.clone()), zone).map(|t| t.timestamp())
            }
        }
    }

    /// Mirrors the loop of `SpecSchedule.Next`, which moves on field by field and starts again where one wraps around.
    fn search(&self, start: ZonedDateTime, zone: &TimeZone) -> Option<ZonedDateTime> {
        let When::Fields { minutes, hours, days, months, weekdays } = self.when else { return None };
        let last_year = start.year() + 5;
        let at = |date: Date, hour: i8| {
            date.to_datetime(Time::new(hour, 0, 0, 0).ok()?).to_zoned_datetime(zone.clone()).ok()
        };
        let has = |set: u64, value: i8| set & (1 << value) != 0;
        let day_matches = |t: &ZonedDateTime| {
            let of_month = has(days, t.day());
            let of_week = has(weekdays, t.weekday().to_sunday_zero_offset());
            if (days | weekdays) & STAR != 0 { of_month && of_week } else { of_month || of_week }
        };
        let mut t = start;
        let mut added = false;
        'wrap: loop {
            if t.year() > last_year {
                return None;
            }
            while !has(months, t.month()) {
                let first = if added { t.date() } else { t.date().first_of_month() };
                added = true;
                t = at(first.checked_add(Span::new().months(1)).ok()?, 0)?;
                if t.month() == 1 {
                    continue 'wrap;
                }
            }
            while !day_matches(&t) {
                added = true;
                t = at(t.date().tomorrow().ok()?, 0)?;
                // Where midnight does not exist, the day begins at one.
                if t.day() == 1 {
                    continue 'wrap;
                }
            }
            while !has(hours, t.hour()) {
                if !added {
                    added = true;
                    t = at(t.date(), t.hour())?;
                }
                t = t.checked_add(Span::new().hours(1)).ok()?;
                if t.hour() == 0 {
                    continue 'wrap;
                }
            }
            while !has(minutes, t.minute()) {
                if !added {
                    added = true;
                    t = t.checked_sub(Span::new().seconds(t.second())).ok()?;
                }
                t = t.checked_add(Span::new().minutes(1)).ok()?;
                if t.minute() == 0 {
                    continue 'wrap;
                }
            }
            // Seconds: only the first of a minute.
            if t.second() != 0 {
                added = true;
                t = t.checked_add(Span::new().seconds(60 - t.second())).ok()?;
                continue 'wrap;
            }
            return Some(t);
        }
    }
}

/// Mirrors `time.LoadLocation` on a machine that has all zones: names are told apart by case.
pub fn load_location(name: &str) -> Result<TimeZone, String> {
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(TimeZone::UTC);
    }
    if name.contains("..") || name.starts_with(['/', '\\']) {
        return Err("time: invalid location name".into());
    }
    match jiff::tz::db().get(name) {
        Ok(zone) if zone.iana_name() == Some(name) => Ok(zone),
        _ => Err(format!("unknown time zone {name}")),
    }
}

/// Seconds that a zone is east of Greenwich at a time, given in seconds since 1970. Errors are those of
/// [`load_location`].
pub fn zone_offset(name: &str, at: i64) -> Result<i32, String> {
    let zone = load_location(name)?;
    let at = Timestamp::from_second(at).map_err(|error| error.to_string())?;
    Ok(at.to_zoned_datetime(zone).offset().seconds())
}

/// Mirrors `parseDescriptor`.
fn descriptor(text: &str) -> Result<When, CronError> {
    let fields = |hours, days, months, weekdays| When::Fields { minutes: 1, hours, days, months, weekdays };
    let (days, months, weekdays) = (DAYS.all(), MONTHS.all(), WEEKDAYS.all());
    Ok(match text {
        "@yearly" | "@annually" => fields(1, 1 << 1, 1 << 1, weekdays),
        "@monthly" => fields(1, 1 << 1, months, weekdays),
        "@weekly" => fields(1, days, months, 1),
        "@daily" | "@midnight" => fields(1, days, months, weekdays),
        "@hourly" => fields(HOURS.all(), days, months, weekdays),
        _ => {
            let Some(duration) = text.strip_prefix("@every ") else {
                return refused(format!("unrecognized descriptor: {text}"));
            };
            match parse_duration(duration) {
                Ok(nanoseconds) => When::Every((nanoseconds / 1_000_000_000).max(1)),
                Err(error) => return refused(format!("failed to parse duration {text}: {error}")),
            }
        }
    })
}

/// Mirrors `getField`: ranges with commas between them. Empty ones are passed over.
fn field(text: &str, bounds: &Bounds) -> Result<u64, CronError> {
    text.split(',').filter(|range| !range.is_empty()).try_fold(0, |set, text| Ok(set | range(text, bounds)?))
}

/// Mirrors `getRange`: `number | number "-" number [ "/" number ]`.
fn range(text: &str, bounds: &Bounds) -> Result<u64, CronError> {
    let parts: Vec<&str> = text.split('/').collect();
    let ends: Vec<&str> = parts.first().copied().unwrap_or_default().split('-').collect();
    let mut extra = 0;
    let (start, mut end) = match ends.as_slice() {
        ["*" | "?", ..] => {
            extra = STAR;
            (u64::from(bounds.min), u64::from(bounds.max))
        }
        &[one] => {
            let start = int_or_name(one, bounds)?;
            (start, start)
        }
        &[start, end] => (int_or_name(start, bounds)?, int_or_name(end, bounds)?),
        _ => {
            // The first number is read before the hyphens are counted.
            int_or_name(ends.first().copied().unwrap_or_default(), bounds)?;
            return refused(format!("too many hyphens: {text}"));
        }
    };
    let step = match parts.as_slice() {
        [_] => 1,
        &[_, step] => {
            let step = int(step)?;
            if ends.len() == 1 {
                end = u64::from(bounds.max);
            }
            if step > 1 {
                extra = 0;
            }
            step
        }
        _ => return refused(format!("too many slashes: {text}")),
    };
    let Bounds { min, max, .. } = bounds;
    let mut wrong = String::new();
    if start < u64::from(*min) {
        let _ = write!(wrong, "beginning of range ({start}) below minimum ({min}): {text}");
    } else if end > u64::from(*max) {
        let _ = write!(wrong, "end of range ({end}) above maximum ({max}): {text}");
    } else if start > end {
        let _ = write!(wrong, "beginning of range ({start}) beyond end of range ({end}): {text}");
    } else if step == 0 {
        let _ = write!(wrong, "step of range should be a positive number: {text}");
    }
    if !wrong.is_empty() {
        return refused(wrong);
    }
    Ok(bits(start as u32, end as u32, u32::try_from(step).unwrap_or(u32::MAX)) | extra)
}

/// Mirrors `parseIntOrName`.
fn int_or_name(text: &str, bounds: &Bounds) -> Result<u64, CronError> {
    let lower = text.to_lowercase();
    match bounds.names.iter().position(|name| !name.is_empty() && *name == lower) {
        Some(number) => Ok(number as u64),
        None => int(text),
    }
}

/// Mirrors `mustParseInt`, with the sentences of `strconv.Atoi`.
fn int(text: &str) -> Result<u64, CronError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let syntax = digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(number) if number < 0 => refused(format!("negative number ({number}) not allowed: {text}")),
        Ok(number) => Ok(number as u64),
        Err(_) => {
            let why = if syntax { "invalid syntax" } else { "value out of range" };
            let quoted = quote(text);
            refused(format!("failed to parse int from {text}: strconv.Atoi: parsing {quoted}: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Schedule, load_location};

    fn next(spec: &str, from: &str, zone: &str) -> String {
        let zone = load_location(zone).unwrap();
        let next = Schedule::parse(spec).unwrap().next(from.parse().unwrap(), &zone);
        next.map_or_else(|| "never".into(), |t| t.to_string())
    }

    #[test]
    fn zones_and_the_hour_that_does_not_exist() {
        assert_eq!(next("30 2 * * *", "2026-03-29T00:00:00Z", "Europe/Berlin"), "2026-03-30T00:30:00Z");
        assert_eq!(next("TZ=Asia/Tokyo 0 9 * * *", "2026-01-01T00:00:00Z", "UTC"), "2026-01-02T00:00:00Z");
        assert_eq!(next("0 0 30 2 *", "2026-01-01T00:00:00Z", "UTC"), "never");
        assert_eq!(next("0 0 29 2 *", "2026-01-01T00:00:00Z", "UTC"), "2028-02-29T00:00:00Z");
    }

    #[test]
    fn names_of_zones_have_a_case() {
        assert!(load_location("Europe/Berlin").is_ok());
        assert_eq!(load_location("europe/berlin").unwrap_err(), "unknown time zone europe/berlin");
        assert_eq!(load_location("../x").unwrap_err(), "time: invalid location name");
    }
}
