//! Functions that the base environment of Kubernetes 1.36 declares: cel-go's standard library, optionals, strings
//! (version 2), lists (version 3), sets, two-variable comprehensions, and Kubernetes' own. Mirrors
//! `environment.MustBaseEnvSet(1.36)`.
//!
//! `math`, `base64`, `cel.bind` and `string.reverse()` are not in it, so they do not compile; `jsonpatch` is there for
//! mutations (`Env::function`).

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use super::types::{Type, split_top};

/// One signature of a function.
#[derive(Debug)]
pub(super) struct Overload {
    /// cel-go's name of it, which the cost model knows it by.
    pub(super) id: Cow<'static, str>,
    /// Called on its first argument: `a.f(b)`.
    pub(super) member: bool,
    pub(super) args: Vec<Type>,
    pub(super) result: Type,
    /// Its type parameters.
    pub(super) params: Vec<Arc<str>>,
}

/// A function: its signatures, in the order in which they were declared.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) overloads: Vec<Overload>,
}

/// All functions, by name.
pub(super) fn functions() -> &'static FxHashMap<&'static str, Function> {
    static FUNCTIONS: LazyLock<FxHashMap<&'static str, Function>> = LazyLock::new(table);
    &FUNCTIONS
}

fn table() -> FxHashMap<&'static str, Function> {
    let mut table: FxHashMap<&'static str, Function> = FxHashMap::default();
    let mut declare = |name: &'static str, id: Cow<'static, str>, signature: &str| {
        let (call, result) = signature.split_once("->").unwrap_or((signature, "dyn"));
        let call = call.trim();
        // `string.(int)` is a method, `(string, int)` is not.
        let (receiver, args) = match call.split_once(".(") {
            Some((receiver, args)) => (Some(receiver), args),
            None => (None, call.trim_start_matches('(')),
        };
        let args = args.strip_suffix(')').unwrap_or(args);
        let args: Vec<Type> = receiver.into_iter().chain(split_top(args)).map(Type::read).collect();
        let result = Type::read(result);
        let mut params = Vec::new();
        args.iter().chain([&result]).for_each(|t| t.params(&mut params));
        let overload = Overload { id, member: receiver.is_some(), args, result, params };
        table.entry(name).or_insert_with(|| Function { overloads: Vec::new() }).overloads.push(overload);
    };
    for (name, id, signature) in STANDARD.iter().chain(LIBRARIES) {
        declare(name, Cow::Borrowed(id), signature);
    }
    for (operator, word) in
        [("_<_", "less"), ("_<=_", "less_equals"), ("_>_", "greater"), ("_>=_", "greater_equals")]
    {
        for (suffix, args) in COMPARISONS {
            declare(operator, Cow::Owned(format!("{word}_{suffix}")), &format!("({args}) -> bool"));
        }
    }
    for (name, ty) in COMPARABLE {
        declare(
            "isSorted",
            Cow::Owned(format!("list_{name}_is_sorted_bool")),
            &format!("list({ty}).() -> bool"),
        );
        declare("max", Cow::Owned(format!("list_{name}_max_{name}")), &format!("list({ty}).() -> {ty}"));
        declare("min", Cow::Owned(format!("list_{name}_min_{name}")), &format!("list({ty}).() -> {ty}"));
        declare("sort", Cow::Owned(format!("list_{name}_sort")), &format!("list({ty}).() -> list({ty})"));
        declare(
            "@sortByAssociatedKeys",
            Cow::Owned(format!("list_{name}_sortByAssociatedKeys")),
            &format!("list(T).(list({ty})) -> list(T)"),
        );
        if matches!(*name, "int" | "uint" | "double" | "duration") {
            declare("sum", Cow::Owned(format!("list_{name}_sum_{name}")), &format!("list({ty}).() -> {ty}"));
        }
    }
    table
}

const COMPARABLE: &[(&str, &str)] = &[
    ("int", "int"),
    ("uint", "uint"),
    ("double", "double"),
    ("bool", "bool"),
    ("duration", "duration"),
    ("timestamp", "timestamp"),
    ("string", "string"),
    ("bytes", "bytes"),
];

const COMPARISONS: &[(&str, &str)] = &[
    ("bool", "bool, bool"),
    ("int64", "int, int"),
    ("int64_double", "int, double"),
    ("int64_uint64", "int, uint"),
    ("uint64", "uint, uint"),
    ("uint64_double", "uint, double"),
    ("uint64_int64", "uint, int"),
    ("double", "double, double"),
    ("double_int64", "double, int"),
    ("double_uint64", "double, uint"),
    ("string", "string, string"),
    ("bytes", "bytes, bytes"),
    ("timestamp", "timestamp, timestamp"),
    ("duration", "duration, duration"),
];

type Row = (&'static str, &'static str, &'static str);

/// cel-go's `stdlib.Functions()` and `optionalLib`.
const STANDARD: &[Row] = &[
    ("_?_:_", "conditional", "(bool, A, A) -> A"),
    ("_&&_", "logical_and", "(bool, bool) -> bool"),
    ("_||_", "logical_or", "(bool, bool) -> bool"),
    ("!_", "logical_not", "(bool) -> bool"),
    ("@not_strictly_false", "not_strictly_false", "(bool) -> bool"),
    ("_==_", "equals", "(A, A) -> bool"),
    ("_!=_", "not_equals", "(A, A) -> bool"),
    ("_+_", "add_bytes", "(bytes, bytes) -> bytes"),
    ("_+_", "add_double", "(double, double) -> double"),
    ("_+_", "add_duration_duration", "(duration, duration) -> duration"),
    ("_+_", "add_duration_timestamp", "(duration, timestamp) -> timestamp"),
    ("_+_", "add_timestamp_duration", "(timestamp, duration) -> timestamp"),
    ("_+_", "add_int64", "(int, int) -> int"),
    ("_+_", "add_list", "(list(A), list(A)) -> list(A)"),
    ("_+_", "add_string", "(string, string) -> string"),
    ("_+_", "add_uint64", "(uint, uint) -> uint"),
    ("_/_", "divide_double", "(double, double) -> double"),
    ("_/_", "divide_int64", "(int, int) -> int"),
    ("_/_", "divide_uint64", "(uint, uint) -> uint"),
    ("_%_", "modulo_int64", "(int, int) -> int"),
    ("_%_", "modulo_uint64", "(uint, uint) -> uint"),
    ("_*_", "multiply_double", "(double, double) -> double"),
    ("_*_", "multiply_int64", "(int, int) -> int"),
    ("_*_", "multiply_uint64", "(uint, uint) -> uint"),
    ("-_", "negate_double", "(double) -> double"),
    ("-_", "negate_int64", "(int) -> int"),
    ("_-_", "subtract_double", "(double, double) -> double"),
    ("_-_", "subtract_duration_duration", "(duration, duration) -> duration"),
    ("_-_", "subtract_int64", "(int, int) -> int"),
    ("_-_", "subtract_timestamp_duration", "(timestamp, duration) -> timestamp"),
    ("_-_", "subtract_timestamp_timestamp", "(timestamp, timestamp) -> duration"),
    ("_-_", "subtract_uint64", "(uint, uint) -> uint"),
    ("_[_]", "index_list", "(list(A), int) -> A"),
    ("_[_]", "index_map", "(map(A, B), A) -> B"),
    ("_[_]", "optional_list_index_int", "(optional(list(V)), int) -> optional(V)"),
    ("_[_]", "optional_map_index_value", "(optional(map(K, V)), K) -> optional(V)"),
    ("@in", "in_list", "(A, list(A)) -> bool"),
    ("@in", "in_map", "(A, map(A, B)) -> bool"),
    ("size", "size_bytes", "(bytes) -> int"),
    ("size", "bytes_size", "bytes.() -> int"),
    ("size", "size_list", "(list(A)) -> int"),
    ("size", "list_size", "list(A).() -> int"),
    ("size", "size_map", "(map(A, B)) -> int"),
    ("size", "map_size", "map(A, B).() -> int"),
    ("size", "size_string", "(string) -> int"),
    ("size", "string_size", "string.() -> int"),
    ("type", "type", "(A) -> type(A)"),
    ("bool", "bool_to_bool", "(bool) -> bool"),
    ("bool", "string_to_bool", "(string) -> bool"),
    ("bytes", "bytes_to_bytes", "(bytes) -> bytes"),
    ("bytes", "string_to_bytes", "(string) -> bytes"),
    ("double", "double_to_double", "(double) -> double"),
    ("double", "int64_to_double", "(int) -> double"),
    ("double", "string_to_double", "(string) -> double"),
    ("double", "uint64_to_double", "(uint) -> double"),
    ("duration", "duration_to_duration", "(duration) -> duration"),
    ("duration", "int64_to_duration", "(int) -> duration"),
    ("duration", "string_to_duration", "(string) -> duration"),
    ("dyn", "to_dyn", "(A) -> dyn"),
    ("int", "int64_to_int64", "(int) -> int"),
    ("int", "double_to_int64", "(double) -> int"),
    ("int", "duration_to_int64", "(duration) -> int"),
    ("int", "string_to_int64", "(string) -> int"),
    ("int", "timestamp_to_int64", "(timestamp) -> int"),
    ("int", "uint64_to_int64", "(uint) -> int"),
    ("string", "string_to_string", "(string) -> string"),
    ("string", "bool_to_string", "(bool) -> string"),
    ("string", "bytes_to_string", "(bytes) -> string"),
    ("string", "double_to_string", "(double) -> string"),
    ("string", "duration_to_string", "(duration) -> string"),
    ("string", "int64_to_string", "(int) -> string"),
    ("string", "timestamp_to_string", "(timestamp) -> string"),
    ("string", "uint64_to_string", "(uint) -> string"),
    ("timestamp", "timestamp_to_timestamp", "(timestamp) -> timestamp"),
    ("timestamp", "int64_to_timestamp", "(int) -> timestamp"),
    ("timestamp", "string_to_timestamp", "(string) -> timestamp"),
    ("uint", "uint64_to_uint64", "(uint) -> uint"),
    ("uint", "double_to_uint64", "(double) -> uint"),
    ("uint", "int64_to_uint64", "(int) -> uint"),
    ("uint", "string_to_uint64", "(string) -> uint"),
    ("contains", "contains_string", "string.(string) -> bool"),
    ("endsWith", "ends_with_string", "string.(string) -> bool"),
    ("startsWith", "starts_with_string", "string.(string) -> bool"),
    ("matches", "matches", "(string, string) -> bool"),
    ("matches", "matches_string", "string.(string) -> bool"),
    ("getFullYear", "timestamp_to_year", "timestamp.() -> int"),
    ("getFullYear", "timestamp_to_year_with_tz", "timestamp.(string) -> int"),
    ("getMonth", "timestamp_to_month", "timestamp.() -> int"),
    ("getMonth", "timestamp_to_month_with_tz", "timestamp.(string) -> int"),
    ("getDayOfYear", "timestamp_to_day_of_year", "timestamp.() -> int"),
    ("getDayOfYear", "timestamp_to_day_of_year_with_tz", "timestamp.(string) -> int"),
    ("getDayOfMonth", "timestamp_to_day_of_month", "timestamp.() -> int"),
    ("getDayOfMonth", "timestamp_to_day_of_month_with_tz", "timestamp.(string) -> int"),
    ("getDate", "timestamp_to_day_of_month_1_based", "timestamp.() -> int"),
    ("getDate", "timestamp_to_day_of_month_1_based_with_tz", "timestamp.(string) -> int"),
    ("getDayOfWeek", "timestamp_to_day_of_week", "timestamp.() -> int"),
    ("getDayOfWeek", "timestamp_to_day_of_week_with_tz", "timestamp.(string) -> int"),
    ("getHours", "timestamp_to_hours", "timestamp.() -> int"),
    ("getHours", "timestamp_to_hours_with_tz", "timestamp.(string) -> int"),
    ("getHours", "duration_to_hours", "duration.() -> int"),
    ("getMinutes", "timestamp_to_minutes", "timestamp.() -> int"),
    ("getMinutes", "timestamp_to_minutes_with_tz", "timestamp.(string) -> int"),
    ("getMinutes", "duration_to_minutes", "duration.() -> int"),
    ("getSeconds", "timestamp_to_seconds", "timestamp.() -> int"),
    ("getSeconds", "timestamp_to_seconds_tz", "timestamp.(string) -> int"),
    ("getSeconds", "duration_to_seconds", "duration.() -> int"),
    ("getMilliseconds", "timestamp_to_milliseconds", "timestamp.() -> int"),
    ("getMilliseconds", "timestamp_to_milliseconds_with_tz", "timestamp.(string) -> int"),
    ("getMilliseconds", "duration_to_milliseconds", "duration.() -> int"),
    ("optional.of", "optional_of", "(V) -> optional(V)"),
    ("optional.ofNonZeroValue", "optional_ofNonZeroValue", "(V) -> optional(V)"),
    ("optional.none", "optional_none", "() -> optional(V)"),
    ("value", "optional_value", "optional(V).() -> V"),
    ("hasValue", "optional_hasValue", "optional(V).() -> bool"),
    ("or", "optional_or_optional", "optional(V).(optional(V)) -> optional(V)"),
    ("orValue", "optional_orValue_value", "optional(V).(V) -> V"),
    ("_?._", "select_optional_field", "(dyn, string) -> optional(V)"),
    ("_[?_]", "list_optindex_optional_int", "(list(V), int) -> optional(V)"),
    ("_[?_]", "optional_list_optindex_optional_int", "(optional(list(V)), int) -> optional(V)"),
    ("_[?_]", "map_optindex_optional_value", "(map(K, V), K) -> optional(V)"),
    ("_[?_]", "optional_map_optindex_optional_value", "(optional(map(K, V)), K) -> optional(V)"),
    ("last", "list_last", "list(V).() -> optional(V)"),
    ("first", "list_first", "list(V).() -> optional(V)"),
    ("optional.unwrap", "optional_unwrap", "(list(optional(V))) -> list(V)"),
    ("unwrapOpt", "optional_unwrapOpt", "list(optional(V)).() -> list(V)"),
];

/// Extensions of cel-go and Kubernetes' own libraries.
const LIBRARIES: &[Row] = &[
    ("url", "string_to_url", "(string) -> kubernetes.URL"),
    ("getScheme", "url_get_scheme", "kubernetes.URL.() -> string"),
    ("getHost", "url_get_host", "kubernetes.URL.() -> string"),
    ("getHostname", "url_get_hostname", "kubernetes.URL.() -> string"),
    ("getPort", "url_get_port", "kubernetes.URL.() -> string"),
    ("getEscapedPath", "url_get_escaped_path", "kubernetes.URL.() -> string"),
    ("getQuery", "url_get_query", "kubernetes.URL.() -> map(string, list(string))"),
    ("isURL", "is_url_string", "(string) -> bool"),
    ("find", "string_find_string", "string.(string) -> string"),
    ("findAll", "string_find_all_string", "string.(string) -> list(string)"),
    ("findAll", "string_find_all_string_int", "string.(string, int) -> list(string)"),
    ("indexOf", "list_a_index_of_int", "list(A).(A) -> int"),
    ("lastIndexOf", "list_a_last_index_of_int", "list(A).(A) -> int"),
    (
        "path",
        "authorizer_path",
        "kubernetes.authorization.Authorizer.(string) -> kubernetes.authorization.PathCheck",
    ),
    (
        "group",
        "authorizer_group",
        "kubernetes.authorization.Authorizer.(string) -> kubernetes.authorization.GroupCheck",
    ),
    (
        "serviceAccount",
        "authorizer_serviceaccount",
        "kubernetes.authorization.Authorizer.(string, string) -> kubernetes.authorization.Authorizer",
    ),
    (
        "resource",
        "groupcheck_resource",
        "kubernetes.authorization.GroupCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    (
        "subresource",
        "resourcecheck_subresource",
        "kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    (
        "namespace",
        "resourcecheck_namespace",
        "kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    (
        "name",
        "resourcecheck_name",
        "kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    (
        "fieldSelector",
        "authorizer_fieldselector",
        "kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    (
        "labelSelector",
        "authorizer_labelselector",
        "kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    (
        "check",
        "pathcheck_check",
        "kubernetes.authorization.PathCheck.(string) -> kubernetes.authorization.Decision",
    ),
    (
        "check",
        "resourcecheck_check",
        "kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.Decision",
    ),
    ("errored", "decision_errored", "kubernetes.authorization.Decision.() -> bool"),
    ("error", "decision_error", "kubernetes.authorization.Decision.() -> string"),
    ("allowed", "decision_allowed", "kubernetes.authorization.Decision.() -> bool"),
    ("reason", "decision_reason", "kubernetes.authorization.Decision.() -> string"),
    ("quantity", "string_to_quantity", "(string) -> kubernetes.Quantity"),
    ("isQuantity", "is_quantity_string", "(string) -> bool"),
    ("sign", "quantity_sign", "(kubernetes.Quantity) -> int"),
    ("isGreaterThan", "quantity_is_greater_than", "kubernetes.Quantity.(kubernetes.Quantity) -> bool"),
    ("isLessThan", "quantity_is_less_than", "kubernetes.Quantity.(kubernetes.Quantity) -> bool"),
    ("compareTo", "quantity_compare_to", "kubernetes.Quantity.(kubernetes.Quantity) -> int"),
    ("asApproximateFloat", "quantity_get_float", "kubernetes.Quantity.() -> double"),
    ("asInteger", "quantity_get_int", "kubernetes.Quantity.() -> int"),
    ("isInteger", "quantity_is_integer", "kubernetes.Quantity.() -> bool"),
    ("add", "quantity_add", "kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity"),
    ("add", "quantity_add_int", "kubernetes.Quantity.(int) -> kubernetes.Quantity"),
    ("sub", "quantity_sub", "kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity"),
    ("sub", "quantity_sub_int", "kubernetes.Quantity.(int) -> kubernetes.Quantity"),
    ("charAt", "string_char_at_int", "string.(int) -> string"),
    ("indexOf", "string_index_of_string", "string.(string) -> int"),
    ("indexOf", "string_index_of_string_int", "string.(string, int) -> int"),
    ("lastIndexOf", "string_last_index_of_string", "string.(string) -> int"),
    ("lastIndexOf", "string_last_index_of_string_int", "string.(string, int) -> int"),
    ("lowerAscii", "string_lower_ascii", "string.() -> string"),
    ("replace", "string_replace_string_string", "string.(string, string) -> string"),
    ("replace", "string_replace_string_string_int", "string.(string, string, int) -> string"),
    ("split", "string_split_string", "string.(string) -> list(string)"),
    ("split", "string_split_string_int", "string.(string, int) -> list(string)"),
    ("substring", "string_substring_int", "string.(int) -> string"),
    ("substring", "string_substring_int_int", "string.(int, int) -> string"),
    ("trim", "string_trim", "string.() -> string"),
    ("upperAscii", "string_upper_ascii", "string.() -> string"),
    ("format", "string_format", "string.(list(dyn)) -> string"),
    ("strings.quote", "strings_quote", "(string) -> string"),
    ("join", "list_join", "list(string).() -> string"),
    ("join", "list_join_string", "list(string).(string) -> string"),
    ("sets.contains", "list_sets_contains_list", "(list(T), list(T)) -> bool"),
    ("sets.equivalent", "list_sets_equivalent_list", "(list(T), list(T)) -> bool"),
    ("sets.intersects", "list_sets_intersects_list", "(list(T), list(T)) -> bool"),
    ("ip", "string_to_ip", "(string) -> net.IP"),
    ("ip", "cidr_ip", "net.CIDR.() -> net.IP"),
    ("family", "ip_family", "net.IP.() -> int"),
    ("jsonpatch.escapeKey", "string_escapeKey", "(string) -> string"),
    ("ip.isCanonical", "ip_is_canonical", "(string) -> bool"),
    ("isUnspecified", "ip_is_unspecified", "net.IP.() -> bool"),
    ("isLoopback", "ip_is_loopback", "net.IP.() -> bool"),
    ("isLinkLocalMulticast", "ip_is_link_local_multicast", "net.IP.() -> bool"),
    ("isLinkLocalUnicast", "ip_is_link_local_unicast", "net.IP.() -> bool"),
    ("isGlobalUnicast", "ip_is_global_unicast", "net.IP.() -> bool"),
    ("isIP", "is_ip", "(string) -> bool"),
    ("string", "ip_to_string", "(net.IP) -> string"),
    ("cidr", "string_to_cidr", "(string) -> net.CIDR"),
    ("containsIP", "cidr_contains_ip_string", "net.CIDR.(string) -> bool"),
    ("containsIP", "cidr_contains_ip_ip", "net.CIDR.(net.IP) -> bool"),
    ("containsCIDR", "cidr_contains_cidr_string", "net.CIDR.(string) -> bool"),
    ("containsCIDR", "cidr_contains_cidr", "net.CIDR.(net.CIDR) -> bool"),
    ("prefixLength", "cidr_prefix_length", "net.CIDR.() -> int"),
    ("masked", "cidr_masked", "net.CIDR.() -> net.CIDR"),
    ("isCIDR", "is_cidr", "(string) -> bool"),
    ("string", "cidr_to_string", "(net.CIDR) -> string"),
    ("validate", "format-validate", "kubernetes.NamedFormat.(string) -> optional(list(string))"),
    ("format.named", "format-named", "(string) -> optional(kubernetes.NamedFormat)"),
    ("format.dns1123Label", "format.dns1123Label", "() -> kubernetes.NamedFormat"),
    ("format.dns1123Subdomain", "format.dns1123Subdomain", "() -> kubernetes.NamedFormat"),
    ("format.dns1035Label", "format.dns1035Label", "() -> kubernetes.NamedFormat"),
    ("format.qualifiedName", "format.qualifiedName", "() -> kubernetes.NamedFormat"),
    ("format.dns1123LabelPrefix", "format.dns1123LabelPrefix", "() -> kubernetes.NamedFormat"),
    ("format.dns1123SubdomainPrefix", "format.dns1123SubdomainPrefix", "() -> kubernetes.NamedFormat"),
    ("format.dns1035LabelPrefix", "format.dns1035LabelPrefix", "() -> kubernetes.NamedFormat"),
    ("format.labelValue", "format.labelValue", "() -> kubernetes.NamedFormat"),
    ("format.uri", "format.uri", "() -> kubernetes.NamedFormat"),
    ("format.uuid", "format.uuid", "() -> kubernetes.NamedFormat"),
    ("format.byte", "format.byte", "() -> kubernetes.NamedFormat"),
    ("format.date", "format.date", "() -> kubernetes.NamedFormat"),
    ("format.datetime", "format.datetime", "() -> kubernetes.NamedFormat"),
    ("cel.@mapInsert", "@mapInsert_map_key_value", "(map(K, V), K, V) -> map(K, V)"),
    ("cel.@mapInsert", "@mapInsert_map_map", "(map(K, V), map(K, V)) -> map(K, V)"),
    ("semver", "string_to_semver", "(string) -> kubernetes.Semver"),
    ("semver", "string_bool_to_semver", "(string, bool) -> kubernetes.Semver"),
    ("isSemver", "is_semver_string", "(string) -> bool"),
    ("isSemver", "is_semver_string_bool", "(string, bool) -> bool"),
    ("isGreaterThan", "semver_is_greater_than", "kubernetes.Semver.(kubernetes.Semver) -> bool"),
    ("isLessThan", "semver_is_less_than", "kubernetes.Semver.(kubernetes.Semver) -> bool"),
    ("compareTo", "semver_compare_to", "kubernetes.Semver.(kubernetes.Semver) -> int"),
    ("major", "semver_major", "kubernetes.Semver.() -> int"),
    ("minor", "semver_minor", "kubernetes.Semver.() -> int"),
    ("patch", "semver_patch", "kubernetes.Semver.() -> int"),
    ("slice", "list_slice", "list(T).(int, int) -> list(T)"),
    ("flatten", "list_flatten", "list(list(T)).() -> list(T)"),
    ("flatten", "list_flatten_int", "list(dyn).(int) -> list(dyn)"),
    ("lists.range", "lists_range", "(int) -> list(int)"),
    ("reverse", "list_reverse", "list(T).() -> list(T)"),
    ("distinct", "list_distinct", "list(T).() -> list(T)"),
];
