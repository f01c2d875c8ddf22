//! Numbers where some crate in the tree turns on serde_json's feature `arbitrary_precision`.
//!
//! serde_json then hands a visitor each number as a map with one member, whose name is
//! `$serde_json::private::Number` and whose value is the number's text (`TOKEN` and `NumberDeserializer` in
//! <https://github.com/serde-rs/json/blob/master/src/number.rs>). A payload may have a member of that name, too,
//! and must not be able to pass an object for a number. The two are told apart by how they answer when a
//! newtype is asked for: a name in the text calls `visit_newtype_struct` with its deserializer, the mark is
//! always a plain string.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, Error, Visitor},
};
use serde_json::Number;

use super::{strict::Strict, value::Json};

/// The key of a map: a member's name, or serde_json's mark that a number follows as text.
pub(super) enum Key<'de> {
    Member(Cow<'de, str>),
    NumberFollows,
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                name: D,
            ) -> Result<Key<'de>, D::Error> {
                // A name is read as text is: borrowed where it has no escapes.
                match name.deserialize_str(Strict::outermost(0))? {
                    Json::Text(name) => Ok(Key::Member(name)),
                    _ => Err(D::Error::custom("a name that is no text")),
                }
            }

            fn visit_str<E>(self, _: &str) -> Result<Key<'de>, E> {
                Ok(Key::NumberFollows)
            }
        }

        deserializer.deserialize_newtype_struct("Name", KeyVisitor)
    }
}

/// Reads a number from its text as serde_json does without `arbitrary_precision`.
pub(super) fn number<'de, E: Error>(text: &str) -> Result<Json<'de>, E> {
    if let Ok(whole) = text.parse::<u64>() {
        return Ok(Json::Number(whole.into()));
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Ok(Json::Number(whole.into()));
    }
    text.parse()
        .ok()
        .and_then(Number::from_f64)
        .map(Json::Number)
        .ok_or_else(|| E::custom("number out of range"))
}
