//! The shape of a JSON value, as the tables of the specification describe it.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value};
use time::{
    Date, OffsetDateTime,
    format_description::well_known::{Iso8601, Rfc3339},
};
use url::{Host, Url};

use super::{FindingKind, judgement::Judgement};

/// What a value has to be.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Text,
    Texts,
    /// Text by name.
    TextMap,
    Flag,
    /// A whole number, zero included.
    Pixels,
    /// A number above zero.
    Positive,
    /// ISO 8601.
    Time,
    /// `type/subtype`, with parameters or without.
    MediaType,
    /// A fully qualified URL that a browser can open.
    Url,
    /// The same, over TLS or to this machine.
    SecureUrl,
    Object(&'static [Member]),
}

/// A member of an object.
pub(super) struct Member {
    name: &'static str,
    shape: Shape,
    is_required: bool,
}

pub(super) const fn required(name: &'static str, shape: Shape) -> Member {
    let is_required = true;
    Member {
        name,
        shape,
        is_required,
    }
}

pub(super) const fn optional(name: &'static str, shape: Shape) -> Member {
    let is_required = false;
    Member {
        name,
        shape,
        is_required,
    }
}

/// Looks at an object and what is in it. `path` is what stands before the names of its members.
pub(super) fn check_object(
    found: &mut Judgement,
    item: usize,
    path: &str,
    object: &Map<String, Value>,
    members: &[&[Member]],
) {
    let members = || members.iter().copied().flatten();
    for member in members() {
        let path = format!("{path}{}", member.name);
        match object.get(member.name) {
            Some(value) => check(found, item, &path, value, member.shape),
            None if member.is_required => {
                found.note_member(FindingKind::MemberMissing, Some(item), &path);
            }
            None => {}
        }
    }
    for name in object.keys() {
        let is_known = members().any(|member| member.name == name);
        // An extension (§3.6).
        if !is_known && !is_qualified(name) {
            let path = format!("{path}{name}");
            found.note_member(FindingKind::MemberUnknown, Some(item), &path);
        }
    }
}

fn check(found: &mut Judgement, item: usize, path: &str, value: &Value, shape: Shape) {
    let is_text = |value: &Value| value.is_string();
    let number = value.as_f64();
    let is_right = match (shape, value) {
        (Shape::Object(members), Value::Object(object)) => {
            return check_object(found, item, &format!("{path}."), object, &[members]);
        }
        (Shape::Object(_), _) => false,
        (Shape::Text, value) => is_text(value),
        (Shape::Texts, value) => value.as_array().is_some_and(|all| all.iter().all(is_text)),
        (Shape::TextMap, value) => value
            .as_object()
            .is_some_and(|all| all.values().all(is_text)),
        (Shape::Flag, value) => value.is_boolean(),
        (Shape::Pixels, value) => value.is_u64(),
        (Shape::Positive, _) => number.is_some_and(|number| number > 0.0),
        (Shape::Time, value) => value.as_str().is_some_and(is_time),
        (Shape::MediaType, value) => value.as_str().is_some_and(is_media_type),
        (Shape::Url, value) => value.as_str().is_some_and(|text| opens(text).is_some()),
        (Shape::SecureUrl, value) => value
            .as_str()
            .and_then(opens)
            .is_some_and(|url| is_secure(&url)),
    };
    if !is_right {
        found.note_member(FindingKind::Member, Some(item), path);
    }
}

/// A day, or a time with or without its zone, of the years 1 to 9999.
fn is_time(text: &str) -> bool {
    let is_lawful =
        |time: OffsetDateTime| time.year() > 0 && time.offset().whole_hours().abs() < 24;
    let is_day = || {
        let day = Date::parse(text, &Iso8601::PARSING);
        !text.to_ascii_uppercase().contains('T') && day.is_ok_and(|day| day.year() > 0)
    };
    let is_moment = |text: &str| {
        OffsetDateTime::parse(text, &Rfc3339).is_ok_and(is_lawful)
            || OffsetDateTime::parse(text, &Iso8601::PARSING).is_ok_and(is_lawful)
    };
    let has_free_year = text.starts_with(['+', '-']);
    let is_one_word = !text.contains(char::is_whitespace);
    let is_any = || is_day() || is_moment(text) || is_moment(&format!("{text}Z"));
    !has_free_year && is_one_word && is_any()
}

fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or("").trim_end();
    let is_name = |name: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'+-.^_`|~".contains(c);
        !name.is_empty() && name.chars().all(is_part)
    };
    let names = essence.split_once('/');
    let is_whole = text.trim_end() == text && !text.contains(char::is_control);
    is_whole && names.is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}

/// Whether a name is a fully qualified URL: of an extension (§3.6) or a new type (§3.7).
pub(super) fn is_qualified(name: &str) -> bool {
    let has_host = Url::parse(name).is_ok_and(|url| url.has_host());
    has_host && spells_host(name)
}

fn opens(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let names_nobody = url.username().is_empty() && url.password().is_none();
    (is_web && names_nobody && spells_host(text)).then_some(url)
}

/// Whether a URL stands as it is written: browsers mend a missing host, spaces and backslashes.
fn spells_host(text: &str) -> bool {
    let host = text.split_once("://").map_or("", |(_, rest)| rest);
    let is_mended = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    !host.is_empty() && !host.starts_with(['/', '?', '#']) && !text.contains(is_mended)
}

fn is_secure(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    };
    url.scheme() == "https" || is_here
}
