//! The fields of a form, each of them once.

use std::borrow::Cow;

use crate::error::LtiErrorKind;

/// The most fields a form may have.
const MOST_FIELDS: usize = 64;

/// The decoded fields of a form or a query; a value without escapes is borrowed as it stands.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// Parses `application/x-www-form-urlencoded`.
    ///
    /// Refuses a name that occurs twice, whatever it is, broken escapes, what is not UTF-8 once
    /// decoded, and more than 64 fields.
    pub(crate) fn parse(form: &'a [u8]) -> Result<Self, LtiErrorKind> {
        let mut fields: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::with_capacity(8);
        for field in form.split(|&byte| byte == b'&') {
            if field.is_empty() {
                continue;
            }
            if fields.len() == MOST_FIELDS {
                return Err(LtiErrorKind::FormMalformed);
            }
            let (name, value) = match field.iter().position(|&byte| byte == b'=') {
                Some(at) => (&field[..at], &field[at + 1..]),
                None => (field, &[][..]),
            };
            let name = decode(name)?;
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(LtiErrorKind::FieldRepeated);
            }
            fields.push((name, decode(value)?));
        }
        Ok(Self(fields))
    }

    /// The field's value; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    /// The field's value, which must be there and not be empty.
    pub(crate) fn require(&self, name: &str) -> Result<&str, LtiErrorKind> {
        self.get(name).ok_or(LtiErrorKind::FieldMissing)
    }
}

fn decode(raw: &[u8]) -> Result<Cow<'_, str>, LtiErrorKind> {
    let malformed = LtiErrorKind::FormMalformed;
    if !raw.iter().any(|&byte| byte == b'%' || byte == b'+') {
        return std::str::from_utf8(raw)
            .map(Cow::Borrowed)
            .map_err(|_| malformed);
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(|&digit| hex(digit)).ok_or(malformed)?;
                let low = rest.next().and_then(|&digit| hex(digit)).ok_or(malformed)?;
                high << 4 | low
            }
            plain => plain,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| malformed)
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
                "an unknown field twice",
                "x=1&x=2",
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
        ] {
            assert_eq!(Fields::parse(form.as_bytes()).err(), Some(kind), "{wrong}");
        }
    }
}
