//! Functions of the environment, one file for each library, and the place where a call finds its own.

pub(super) mod format_string;
pub mod formats;
mod ip;
mod lists;
mod numbers;
mod optional;
mod quantity;
pub mod semver;
mod strings;
pub(super) mod time;
pub(super) mod url;

pub use numbers::format_g;

use super::eval::Spent;
use super::types::Type;
use super::value::{EvalError, Outcome, Val, err};

use lists::max_elements;

/// Texts and lists that grow beyond this are not made.
pub(super) const MAX_MADE: usize = 16 << 20;

/// Calls a function that takes all its arguments as values. Mirrors the dispatch by the types that arguments have when
/// the expression runs.
pub(super) fn call<'a>(function: &str, args: &[Val<'a>], spent: &mut Spent) -> Outcome<'a> {
    let found = standard(function, args, spent)
        .or_else(|| strings::call(function, args, spent))
        .or_else(|| lists::call(function, args, spent))
        .or_else(|| optional::call(function, args))
        .or_else(|| quantity::call(function, args))
        .or_else(|| network(function, args))
        .or_else(|| named(function, args));
    found.unwrap_or_else(|| no_such_overload(function, args))
}

/// Mirrors `MaybeNoSuchOverload`.
fn no_such_overload<'a>(function: &str, args: &[Val<'a>]) -> Outcome<'a> {
    match function {
        "_+_" | "_-_" | "_*_" | "_/_" | "_%_" | "_<_" | "_<=_" | "_>_" | "_>=_" | "!_" | "-_" | "@in" => {
            err("no such overload")
        }
        _ => {
            let types: Vec<_> = args.iter().map(Val::type_name).collect();
            err(format!("no such overload: {function}({})", types.join(", ")))
        }
    }
}

/// cel-go's standard library.
fn standard<'a>(function: &str, args: &[Val<'a>], spent: &mut Spent) -> Option<Outcome<'a>> {
    Some(match (function, args) {
        ("_==_" | "_!=_", [a, b]) => {
            a.same(b, &mut spent.work).map(|same| Val::Bool(same == (function == "_==_")))
        }
        ("_<_" | "_<=_" | "_>_" | "_>=_", [a, b]) => return compare(function, a, b),
        ("_+_", [Val::Str(a), Val::Str(b)]) => {
            if a.len() + b.len() > MAX_MADE {
                return Some(Err(EvalError::CostLimit));
            }
            Ok(Val::text(format!("{}{}", &**a, &**b)))
        }
        ("_+_", [Val::Bytes(a), Val::Bytes(b)]) => {
            if a.len() + b.len() > MAX_MADE {
                return Some(Err(EvalError::CostLimit));
            }
            Ok(Val::Bytes([&**a, &**b].concat().into()))
        }
        ("_+_", [Val::List(a), Val::List(b)]) => {
            if a.items.len() + b.items.len() > max_elements() {
                return Some(Err(EvalError::CostLimit));
            }
            a.concat(b, &mut spent.work).map(Val::List)
        }
        ("_+_" | "_-_" | "_*_" | "_/_" | "_%_", [a, b]) => return numbers::arithmetic(function, a, b),
        ("-_", [Val::Int(n)]) => n.checked_neg().map_or_else(|| err("integer overflow"), |n| Ok(Val::Int(n))),
        ("-_", [Val::Double(n)]) => Ok(Val::Double(-n)),
        ("!_", [Val::Bool(b)]) => Ok(Val::Bool(!b)),
        ("@in", [item, Val::List(list)]) => list.contains(item, &mut spent.work).map(Val::Bool),
        ("@in", [key, Val::Map(map)]) => match map.find(key) {
            Some(Err(error)) => Err(error),
            found => Ok(Val::Bool(found.is_some())),
        },
        ("size", [Val::Str(_) | Val::Bytes(_) | Val::List(_) | Val::Map(_)]) => {
            Ok(Val::Int(args.first().map_or(0, Val::size) as i64))
        }
        ("size", [_]) => err("no such overload: size"),
        ("type", [value]) => Ok(Val::Type(value.ty())),
        ("dyn", [value]) => Ok(value.clone()),
        ("int" | "uint" | "double", [value]) => return numbers::convert(function, value),
        ("bool", [Val::Bool(b)]) => Ok(Val::Bool(*b)),
        ("bool", [Val::Str(text)]) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Val::Bool(false)),
            _ => err("type conversion error from 'string' to 'bool'"),
        },
        ("bytes", [Val::Bytes(_)]) => Ok(args.first().cloned().unwrap_or(Val::Null)),
        ("bytes", [Val::Str(text)]) => Ok(Val::Bytes(text.as_bytes().into())),
        ("string", [value]) => return text_of(value),
        ("duration", [Val::Duration(n) | Val::Int(n)]) => Ok(Val::Duration(*n)),
        ("duration", [Val::Str(text)]) => crate::schema::parse_duration(text).map_or_else(
            |_| err("type conversion error from 'string' to 'google.protobuf.Duration'"),
            |n| Ok(Val::Duration(n)),
        ),
        ("timestamp", [Val::Timestamp(at)]) => Ok(Val::Timestamp(*at)),
        ("timestamp", [Val::Int(seconds)]) => time::from_seconds(*seconds).map(Val::Timestamp),
        ("timestamp", [Val::Str(text)]) => time::parse(text).map(Val::Timestamp),
        (_, [Val::Timestamp(at)]) => Ok(Val::Int(time::part(function, *at)?)),
        (_, [Val::Timestamp(at), Val::Str(zone)]) => {
            time::part(function, *at)?;
            time::in_zone(*at, zone).map(|at| Val::Int(time::part(function, at).unwrap_or_default()))
        }
        (_, [Val::Duration(n)]) => Ok(Val::Int(time::duration_part(function, *n)?)),
        _ => return None,
    })
}

/// `string()`.
fn text_of<'a>(value: &Val<'a>) -> Option<Outcome<'a>> {
    Some(Ok(match value {
        Val::Str(_) => value.clone(),
        Val::Bool(b) => Val::text(b.to_string()),
        Val::Int(n) => Val::text(n.to_string()),
        Val::Uint(n) => Val::text(n.to_string()),
        Val::Double(n) => Val::text(numbers::format_g(*n)),
        Val::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Val::text(text),
            Err(_) => return Some(err("invalid UTF-8 in bytes, cannot convert to string")),
        },
        Val::Timestamp(at) => Val::text(time::format(*at)),
        Val::Duration(n) => Val::text(time::format_duration(*n)),
        Val::Ip(ip) => Val::text(ip.to_string()),
        Val::Cidr(ip, bits) => Val::text(format!("{ip}/{bits}")),
        _ => return None,
    }))
}

/// The order of two values that have one; None if they have none.
pub(super) fn order<'a>(a: &Val<'a>, b: &Val<'a>) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(b)),
        (Val::Str(a), Val::Str(b)) => Some((**a).cmp(&**b)),
        (Val::Bytes(a), Val::Bytes(b)) => Some(a.cmp(b)),
        (Val::Timestamp(a), Val::Timestamp(b)) => Some(a.cmp(b)),
        (Val::Duration(a), Val::Duration(b)) => Some(a.cmp(b)),
        _ => a.numbers(b),
    }
}

fn compare<'a>(function: &str, a: &Val<'a>, b: &Val<'a>) -> Option<Outcome<'a>> {
    let nan = |v: &Val<'a>| matches!(v, Val::Double(n) if n.is_nan());
    let Some(order) = order(a, b) else {
        return (nan(a) || nan(b)).then(|| err("NaN values cannot be ordered"));
    };
    Some(Ok(Val::Bool(match function {
        "_<_" => order.is_lt(),
        "_<=_" => order.is_le(),
        "_>_" => order.is_gt(),
        _ => order.is_ge(),
    })))
}

/// Addresses and networks, URLs.
fn network<'a>(function: &str, args: &[Val<'a>]) -> Option<Outcome<'a>> {
    let flag = |b| Ok(Val::Bool(b));
    Some(match (function, args) {
        ("ip", [Val::Str(text)]) => ip::parse_ip(text).map_or_else(err, |ip| Ok(Val::Ip(ip))),
        ("ip", [Val::Cidr(ip, _)]) => Ok(Val::Ip(*ip)),
        ("isIP", [Val::Str(text)]) => flag(ip::parse_ip(text).is_ok()),
        ("jsonpatch.escapeKey", [Val::Str(text)]) => {
            Ok(Val::text(text.replace('~', "~0").replace('/', "~1")))
        }
        ("ip.isCanonical", [Val::Str(text)]) => {
            ip::parse_ip(text).map_or_else(err, |ip| flag(ip.to_string() == **text))
        }
        ("family", [Val::Ip(ip)]) => Ok(Val::Int(if ip.is_ipv4() { 4 } else { 6 })),
        (_, [Val::Ip(ip)]) => flag(ip::property(function, *ip)?),
        ("cidr", [Val::Str(text)]) => ip::parse_cidr(text).map_or_else(
            |e| err(format!("network address parse error during conversion from string: {e}")),
            |(ip, bits)| Ok(Val::Cidr(ip, bits)),
        ),
        ("isCIDR", [Val::Str(text)]) => flag(ip::parse_cidr(text).is_ok()),
        ("containsIP", [Val::Cidr(net, bits), Val::Ip(ip)]) => flag(ip::contains(*net, *bits, *ip)),
        ("containsIP", [Val::Cidr(net, bits), Val::Str(text)]) => ip::parse_ip(text)
            .map_or_else(|_| err("no such overload"), |ip| flag(ip::contains(*net, *bits, ip))),
        ("containsCIDR", [Val::Cidr(net, bits), Val::Cidr(ip, inner)]) => {
            flag(ip::contains(*net, *bits, *ip) && bits <= inner)
        }
        ("containsCIDR", [Val::Cidr(net, bits), Val::Str(text)]) => ip::parse_cidr(text).map_or_else(
            |e| err(format!("network address parse error during conversion from string: {e}")),
            |(ip, inner)| flag(ip::contains(*net, *bits, ip) && *bits <= inner),
        ),
        ("prefixLength", [Val::Cidr(_, bits)]) => Ok(Val::Int(i64::from(*bits))),
        ("masked", [Val::Cidr(ip, bits)]) => Ok(Val::Cidr(ip::masked(*ip, *bits), *bits)),
        ("url", [Val::Str(text)]) => url::parse_request_uri(text).map_or_else(
            |e| err(format!("URL parse error during conversion from string: {e}")),
            |url| Ok(Val::Url(url.into())),
        ),
        ("isURL", [Val::Str(text)]) => flag(url::parse_request_uri(text).is_ok()),
        ("getScheme", [Val::Url(url)]) => Ok(Val::text(url.scheme.as_str())),
        ("getHost", [Val::Url(url)]) => Ok(Val::text(url.host.as_str())),
        ("getHostname", [Val::Url(url)]) => Ok(Val::text(url.hostname())),
        ("getPort", [Val::Url(url)]) => Ok(Val::text(url.port())),
        ("getEscapedPath", [Val::Url(url)]) => Ok(Val::text(url.path.as_str())),
        ("getQuery", [Val::Url(url)]) => {
            let entries = url.query().into_iter().map(|(name, values)| {
                (Val::text(name), Val::list(values.into_iter().map(Val::text).collect()))
            });
            Ok(Val::map(entries.collect()))
        }
        _ => return None,
    })
}

/// Versions and named formats.
fn named<'a>(function: &str, args: &[Val<'a>]) -> Option<Outcome<'a>> {
    let version = |text: &str, normalize: bool| {
        if normalize { semver::Version::normalized(text) } else { semver::Version::parse(text) }
    };
    let number =
        |at: usize, v: &semver::Version| Ok(Val::Int(v.numbers.get(at).copied().unwrap_or_default() as i64));
    Some(match (function, args) {
        ("semver", [Val::Str(text)]) => version(text, false).map_or_else(err, |v| Ok(Val::Semver(v.into()))),
        ("semver", [Val::Str(text), Val::Bool(n)]) => {
            version(text, *n).map_or_else(err, |v| Ok(Val::Semver(v.into())))
        }
        ("isSemver", [Val::Str(text)]) => Ok(Val::Bool(version(text, false).is_ok())),
        ("isSemver", [Val::Str(text), Val::Bool(n)]) => Ok(Val::Bool(version(text, *n).is_ok())),
        ("major", [Val::Semver(v)]) => number(0, v),
        ("minor", [Val::Semver(v)]) => number(1, v),
        ("patch", [Val::Semver(v)]) => number(2, v),
        ("isGreaterThan", [Val::Semver(a), Val::Semver(b)]) => Ok(Val::Bool(a > b)),
        ("isLessThan", [Val::Semver(a), Val::Semver(b)]) => Ok(Val::Bool(a < b)),
        ("compareTo", [Val::Semver(a), Val::Semver(b)]) => Ok(Val::Int(a.cmp(b) as i64)),
        ("format.named", [Val::Str(name)]) => {
            Ok(Val::Optional(formats::named(name).map(|format| Val::Format(format).into())))
        }
        ("validate", [Val::Format(format), Val::Str(text)]) => {
            let wrong = (format.judge)(text);
            let list = Val::list(wrong.into_iter().map(Val::text).collect());
            Ok(Val::Optional((list.size() > 0).then(|| list.into())))
        }
        (name, []) => Ok(Val::Format(formats::named(name.strip_prefix("format.")?)?)),
        _ => return None,
    })
}

/// The type that a name stands for as a value.
pub(super) fn type_value<'a>(ty: Type) -> Val<'a> {
    Val::Type(match ty {
        Type::Type(Some(of)) => (*of).clone(),
        other => other,
    })
}
