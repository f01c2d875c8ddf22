//! What a member has to be.

use serde_json::{Map, Value};

use crate::{
    claims,
    content_item::{
        ItemError,
        address::{self, is_qualified},
        date,
    },
};

/// What a member has to be.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// A text, which may be empty.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number, not below zero.
    Pixels,
    /// A finite number above zero.
    Points,
    /// A date of ISO 8601, with a time and a zone or without.
    Time,
    /// A media type, with parameters or without.
    MediaType,
    /// A fully qualified URL, http or https.
    Url,
    /// The same where it launches the tool.
    LaunchUrl,
    /// Texts.
    Texts,
    /// Texts by names that are free.
    NamedTexts,
    /// An object of such members, in groups.
    Object(&'static [&'static [Member]]),
}

/// One member of an item, or of an object in one.
pub(super) struct Member {
    name: &'static str,
    rule: Rule,
    is_required: bool,
}

impl Member {
    pub(super) const fn required(name: &'static str, rule: Rule) -> Self {
        Self {
            name,
            rule,
            is_required: true,
        }
    }

    pub(super) const fn optional(name: &'static str, rule: Rule) -> Self {
        Self {
            name,
            rule,
            is_required: false,
        }
    }
}

/// Checks an object: what has to be there is, each member is what it has to be, and what the specification does
/// not know is named by a fully qualified URL (Deep Linking 2.0 §3.6).
pub(super) fn check_members(
    object: &Map<String, Value>,
    members: &[&[Member]],
) -> Result<(), ItemError> {
    let known = || members.iter().copied().flatten();
    for member in known() {
        if member.is_required && !object.contains_key(member.name) {
            return Err(ItemError::new("is missing").in_member(member.name));
        }
    }
    for (name, value) in object {
        let checked = match known().find(|member| member.name == name) {
            Some(member) => member.rule.check(value),
            None if is_qualified(name) => Ok(()),
            None => Err(ItemError::new(
                "is not a member that the specification has, and the name of an extension is a fully qualified URL",
            )),
        };
        checked.map_err(|error| error.in_member(name))?;
    }
    Ok(())
}

impl Rule {
    pub(super) fn check(self, value: &Value) -> Result<(), ItemError> {
        let problem = match (self, value) {
            (Self::Url, Value::String(text)) => return address::check(text),
            (Self::LaunchUrl, Value::String(text)) => return address::check_launched(text),
            (Self::NamedTexts, Value::Object(texts)) => return check_named_texts(texts),
            (Self::Object(members), Value::Object(object)) => {
                return check_members(object, members);
            }
            (Self::Text, Value::String(_)) | (Self::Flag, Value::Bool(_)) => return Ok(()),
            (Self::Pixels, Value::Number(number)) if number.is_u64() => return Ok(()),
            (Self::Points, Value::Number(number))
                if number
                    .as_f64()
                    .is_some_and(|points| points.is_finite() && points > 0.0) =>
            {
                return Ok(());
            }
            (Self::Time, Value::String(text)) if date::has_zone(text).is_some() => return Ok(()),
            (Self::MediaType, Value::String(text)) if is_media_type(text) => return Ok(()),
            (Self::Texts, Value::Array(texts)) if texts.iter().all(Value::is_string) => {
                return Ok(());
            }
            (Self::Text | Self::Url | Self::LaunchUrl, _) => "is not a text",
            (Self::Flag, _) => "is neither true nor false",
            (Self::Pixels, _) => "is not a whole number of pixels",
            (Self::Points, _) => "is not a number above zero",
            (Self::Time, _) => "is not a date of ISO 8601",
            (Self::MediaType, _) => "is not a media type",
            (Self::Texts, _) => "is not a list of texts",
            (Self::NamedTexts | Self::Object(_), _) => "is not an object",
        };
        Err(ItemError::new(problem))
    }
}

/// Custom parameters: an empty text is one, `null` is none.
fn check_named_texts(texts: &Map<String, Value>) -> Result<(), ItemError> {
    let other = texts.iter().find(|(_, value)| !value.is_string());
    other.map_or(Ok(()), |(name, _)| {
        Err(ItemError::new("is not a text").in_member(name))
    })
}

/// A media type with parameters or without, and with nothing around it.
fn is_media_type(text: &str) -> bool {
    let is_bare = text.trim() == text && !text.contains(char::is_control);
    is_bare && claims::media_type(text).is_some_and(|media_type| !media_type.contains('*'))
}
