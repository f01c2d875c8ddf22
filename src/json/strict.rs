//! The strict reading of JSON into values that borrow from it.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{
    arbitrary_precision::{Key, number},
    value::{Json, Object},
};

/// The greatest depth of arrays and objects in one another.
const MAX_DEPTH: usize = 64;

/// About how many bytes a member of a payload or a header has, name and value.
const BYTES_PER_MEMBER: usize = 64;

/// The most members that are allocated for at once, whatever the length.
const MAX_CAPACITY: usize = 32;

/// Reads one JSON object and nothing after it.
///
/// Rejects a member that occurs twice at any depth, more than 64 levels, and numbers that no double
/// can hold.
pub(crate) fn parse_object(json: &[u8]) -> Result<Object<'_>, serde_json::Error> {
    // UTF-8 is checked once for the whole, which is faster than text by text.
    let json = std::str::from_utf8(json).map_err(serde_json::Error::custom)?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let object = read_object(&mut deserializer, json.len() / BYTES_PER_MEMBER)?;
    deserializer.end()?;
    Ok(object)
}

/// The same from any deserializer, where serde_json's own would take members of certain names for
/// numbers or for text to be parsed.
pub(crate) fn read_members<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Map<String, Value>, D::Error> {
    read_object(deserializer, 0).map(|object| Map::from(&object))
}

/// Reads an object that has some so many members.
fn read_object<'de, D: Deserializer<'de>>(
    deserializer: D,
    members: usize,
) -> Result<Object<'de>, D::Error> {
    match Strict::outermost(members).deserialize(deserializer)? {
        Json::Object(object) => Ok(object),
        _ => Err(D::Error::custom("not an object")),
    }
}

#[derive(Clone, Copy)]
pub(super) struct Strict {
    depth: usize,
    /// How many members to make room for.
    members: usize,
}

impl Strict {
    pub(super) fn outermost(members: usize) -> Self {
        Self {
            depth: 0,
            members: members.min(MAX_CAPACITY),
        }
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom("too deep"));
        }
        Ok(Self {
            depth: self.depth + 1,
            members: 0,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json<'de>, E> {
        Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let element = self.deeper()?;
        let mut array = Vec::new();
        while let Some(value) = seq.next_element_seed(element)? {
            array.push(value);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let member = self.deeper()?;
        let mut object = Vec::with_capacity(self.members);
        while let Some(name) = members.next_key::<Key<'de>>()? {
            let Key::Member(name) = name else {
                return number(&members.next_value::<String>()?);
            };
            object.push((name, members.next_value_seed(member)?));
        }
        Object::of(object)
            .map(Json::Object)
            .ok_or_else(|| A::Error::custom("a member occurs twice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // CLAIM-53, C25, C28, C29, C30
    #[test]
    fn json_that_is_wrong_in_one_thing_is_refused() {
        let many: String = (0..40).map(|n| format!("\"m{n}\":{n},")).collect();
        let deep = format!("{{\"x\":{}1{}}}", "[".repeat(64), "]".repeat(64));
        let very_deep = "[".repeat(10_000);
        for (wrong, json) in [
            ("a member twice", r#"{"a":1,"a":1}"#),
            ("a member twice, once escaped", r#"{"a":1,"\u0061":1}"#),
            (
                "a member twice, deep down",
                r#"{"x":[{"y":{"a":1,"a":2}}]}"#,
            ),
            ("a member twice, among many", &format!("{{{many}\"m7\":7}}")),
            ("an array", "[]"),
            ("a string", "\"x\""),
            ("null", "null"),
            ("nothing", ""),
            ("something after the end", "{}x"),
            ("an object after the end", "{}{}"),
            ("a byte order mark", "\u{feff}{}"),
            ("a lone surrogate", r#"{"a":"\ud800"}"#),
            ("65 levels", &deep),
            ("10,000 levels", &very_deep),
            ("a number beyond doubles", r#"{"a":1e400}"#),
        ] {
            assert!(parse_object(json.as_bytes()).is_err(), "{wrong}");
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_err(), "not UTF-8");
    }

    #[test]
    fn no_name_of_a_member_changes_what_is_read() {
        for name in ["Number", "RawValue"] {
            let json = format!(r#"{{"a":{{"$serde_json::private::{name}":"5"}},"b":1.5}}"#);
            let object = Value::Object((&parse_object(json.as_bytes()).unwrap()).into());
            let again = Value::Object(read_members(object.clone()).unwrap());
            assert_eq!(object.to_string(), json);
            assert_eq!(again.to_string(), json);
        }
    }

    #[test]
    fn strict_json_keeps_every_type() {
        let json = r#"{"a":null,"b":true,"c":[1,-2,3.5],"d":{"a":"x"}}"#;
        let object = parse_object(json.as_bytes()).unwrap();
        assert_eq!(Value::Object((&object).into()).to_string(), json);
    }
}
