//! The fields of a form, each of them once.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use crate::error::{LtiError, LtiErrorKind};

/// The most fields a form may have.
const MAX_FIELDS: usize = 64;

/// The fields that logins and launches look at, each of which must stand there once.
const KNOWN: [&str; 16] = [
    "iss",
    "login_hint",
    "target_link_uri",
    "lti_message_hint",
    "client_id",
    "lti_deployment_id",
    "lti_storage_target",
    "lti_storage_handle",
    "lti_storage_secret",
    "id_token",
    "state",
    "error",
    "error_description",
    "error_uri",
    "lti_message_type",
    "oauth_consumer_key",
];

/// The decoded fields of a form or a query; a value without escapes is borrowed as it stands.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// Parses `application/x-www-form-urlencoded`.
    ///
    /// Rejects a known name that occurs twice, broken escapes, what is not UTF-8 once decoded, and more
    /// than 64 fields, empty ones among them. An unknown one that occurs twice has no value.
    pub(crate) fn parse(form: &'a [u8]) -> Result<Self, LtiError> {
        let mut fields: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::with_capacity(8);
        let (mut rest, mut count) = (Some(form).filter(|form| !form.is_empty()), 0);
        while let Some(form) = rest {
            if count == MAX_FIELDS {
                return Err(LtiError::from(LtiErrorKind::FormMalformed)
                    .with_hint("there are more than 64 fields"));
            }
            count += 1;
            let (field, behind) = split_once(form, b'&');
            rest = behind.filter(|behind| !behind.is_empty());
            if field.is_empty() {
                continue;
            }
            let (name, value) = split_once(field, b'=');
            let name = decode(name).map_err(|error| error.with_came("a field's name"))?;
            let value = decode(value.unwrap_or_default());
            let value = value.map_err(|error| error.with_field(&name))?;
            match fields.iter_mut().find(|(known, _)| *known == name) {
                None => fields.push((name, value)),
                Some(_) if Self::is_known(&name) => {
                    return Err(LtiError::from(LtiErrorKind::FieldRepeated).with_field(&name));
                }
                Some((_, unclear)) => *unclear = Cow::Borrowed(""),
            }
        }
        Ok(Self(fields))
    }

    /// Whether a login or a launch looks at a field of that name.
    pub(crate) fn is_known(name: &str) -> bool {
        KNOWN.contains(&name)
    }

    /// The field's value; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    /// Whether a field of that name came, an empty one too.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The names of all fields, in order, with those that have no value.
    #[cfg(feature = "registration")]
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// All fields with a value, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter().map(|(name, value)| (&**name, &**value));
        all.filter(|(_, value)| !value.is_empty())
    }

    /// The field's value, which must be there and not be empty.
    pub(crate) fn require(&self, name: &'static str) -> Result<&str, LtiError> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// The rejection for a field that is not there, or is empty.
    pub(crate) fn missing(&self, name: &'static str) -> LtiError {
        let hint = if self.has(name) {
            "it is empty"
        } else {
            "it is missing"
        };
        LtiError::from(LtiErrorKind::FieldMissing)
            .with_fixed_field(name)
            .with_hint(hint)
    }
}

/// What is before the first such byte, and what is behind it if there is one.
fn split_once(bytes: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(byte, bytes) {
        Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
        None => (bytes, None),
    }
}

fn decode(raw: &[u8]) -> Result<Cow<'_, str>, LtiError> {
    let malformed =
        |hint: &'static str| move || LtiError::from(LtiErrorKind::FormMalformed).with_hint(hint);
    let (no_utf8, no_escape) = (
        malformed("it is not UTF-8"),
        malformed("it holds a % that is no escape"),
    );
    let Some(first) = memchr2(b'%', b'+', raw) else {
        return std::str::from_utf8(raw)
            .map(Cow::Borrowed)
            .map_err(|_| no_utf8());
    };
    // Decoding never makes it longer, so that it is done in place.
    let mut decoded = raw.to_vec();
    let (mut from, mut to) = (first, first);
    while from < raw.len() {
        let (byte, length) = match raw[from] {
            b'+' => (b' ', 1),
            b'%' => {
                let digit = |at| {
                    raw.get(at)
                        .and_then(|&digit| hex(digit))
                        .ok_or_else(no_escape)
                };
                (digit(from + 1)? << 4 | digit(from + 2)?, 3)
            }
            plain => (plain, 1),
        };
        decoded[to] = byte;
        from += length;
        to += 1;
    }
    decoded.truncate(to);
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| no_utf8())
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_once_and_its_names_too() {
        let fields = Fields::parse(b"id%5Ftoken=a.b.c&state=x%2By+z&utf8=%E2%9C%93&flag").unwrap();
        assert_eq!(fields.get("id_token"), Some("a.b.c"));
        assert_eq!(fields.get("state"), Some("x+y z"));
        assert_eq!(fields.get("flag"), None);
    }

    // N40
    #[test]
    fn an_unknown_field_that_occurs_twice_is_no_matter_and_has_no_value() {
        let fields = Fields::parse(b"x=1&state=a&x=2&%78=3&y=1").unwrap();
        assert_eq!(fields.get("x"), None);
        assert_eq!(fields.get("y"), Some("1"));
        assert_eq!(fields.get("state"), Some("a"));
    }

    // LAUNCH-04, F03, F04, F08, F10
    #[test]
    fn a_form_that_is_wrong_in_one_thing_is_refused() {
        let many: String = (0..65).map(|n| format!("f{n}=1&")).collect();
        for (wrong, form, kind) in [
            (
                "a field twice",
                "state=a&state=b",
                LtiErrorKind::FieldRepeated,
            ),
            (
                "a field twice, once escaped",
                "state=a&st%61te=a",
                LtiErrorKind::FieldRepeated,
            ),
            (
                "an escape that is none",
                "state=%zz",
                LtiErrorKind::FormMalformed,
            ),
            (
                "an escape cut short",
                "state=%4",
                LtiErrorKind::FormMalformed,
            ),
            ("not UTF-8", "state=%ff%fe", LtiErrorKind::FormMalformed),
            ("65 fields", &many, LtiErrorKind::FormMalformed),
            (
                "65 fields, all of them empty",
                &"&".repeat(65),
                LtiErrorKind::FormMalformed,
            ),
        ] {
            let refused = Fields::parse(form.as_bytes()).err();
            assert_eq!(refused.map(|error| error.kind()), Some(kind), "{wrong}");
        }
    }
}
