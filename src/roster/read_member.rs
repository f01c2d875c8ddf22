//! A member is read out of JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    claims::Roles,
    roster::{
        Member, MemberStatus,
        lenient_text::{LenientText, LenientTexts},
        other_fields::OtherFields,
        skip::skip_elements,
        texts::{TextField, TextsBuilder},
    },
};

/// The most roles of a member.
const MAX_ROLES: usize = 256;

/// What is used again for each member of a page, so that a member costs few allocations.
#[derive(Default)]
pub(super) struct MemberReader {
    texts: TextsBuilder,
    roles: Vec<String>,
}

/// The fields that are known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Text(TextField),
    Roles,
    Status,
}

impl Field {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "user_id" => Self::Text(TextField::UserId),
            "roles" => Self::Roles,
            "status" => Self::Status,
            "name" => Self::Text(TextField::Name),
            "given_name" => Self::Text(TextField::GivenName),
            "family_name" => Self::Text(TextField::FamilyName),
            "middle_name" => Self::Text(TextField::MiddleName),
            "email" => Self::Text(TextField::Email),
            "picture" => Self::Text(TextField::Picture),
            "lis_person_sourcedid" => Self::Text(TextField::LisPersonSourcedid),
            "lti11_legacy_user_id" => Self::Text(TextField::Lti11LegacyUserId),
            _ => return None,
        })
    }

    fn bit(self) -> u16 {
        match self {
            Self::Text(field) => 1 << field as u16,
            Self::Roles => 1 << 14,
            Self::Status => 1 << 15,
        }
    }
}

/// Reads one member. `None` stands for one that cannot be read: no object, without a user id, with a field twice, or
/// with more than 256 roles or unknown fields, or one over 256 KiB; the JSON goes on behind it.
impl<'de> DeserializeSeed<'de> for &mut MemberReader {
    type Value = Option<Member>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut MemberReader {
    type Value = Option<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        self.texts.clear();
        self.roles.clear();
        let mut status = MemberStatus::Active;
        let mut other: Option<Box<OtherFields>> = None;
        let mut seen = 0_u16;
        let (mut is_unambiguous, mut has_room) = (true, true);
        while let Some(name) = fields.next_key_seed(Name)? {
            let field = match name {
                Ok(field) => field,
                Err(name) => {
                    let other = other.get_or_insert_default();
                    if other.has_room() {
                        has_room &= other.add(name, fields.next_value::<Box<RawValue>>()?);
                    } else {
                        has_room = false;
                        fields.next_value::<IgnoredAny>()?;
                    }
                    continue;
                }
            };
            is_unambiguous &= seen & field.bit() == 0;
            seen |= field.bit();
            match field {
                Field::Text(field) => {
                    fields
                        .next_value_seed(LenientText(|text: &str| self.texts.set(field, text)))?;
                }
                Field::Roles => fields.next_value_seed(LenientTexts {
                    texts: &mut self.roles,
                    most: MAX_ROLES + 1,
                })?,
                Field::Status => fields.next_value_seed(LenientText(|text: &str| {
                    status = MemberStatus::new(text);
                }))?,
            }
        }
        is_unambiguous &= !other.as_ref().is_some_and(|other| other.repeat());
        has_room &= self.roles.len() <= MAX_ROLES;
        if !is_unambiguous || !has_room || !self.texts.is_set(TextField::UserId) {
            return Ok(None);
        }
        Ok(Some(Member {
            texts: self.texts.finish(),
            roles: Roles::new(self.roles.drain(..).collect()),
            status,
            other,
        }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        skip_elements(seq)?;
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// The name of a field: one that is known, or its text.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Result<Field, Box<str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Result<Field, Box<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Field::of(name).ok_or_else(|| name.into()))
    }
}
