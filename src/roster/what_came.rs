//! What a platform sent in place of a membership container.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Says in our own words what the body is, once it is known to be no membership container.
pub(super) fn what_came(body: &[u8]) -> &'static str {
    let body = body.trim_ascii_start();
    match body.first() {
        None => return "an empty body came",
        Some(b'<') => return "HTML or XML came",
        Some(b'[') => return "a bare array came",
        Some(b'{') => {}
        Some(_) => return "no JSON object came",
    }
    match serde_json::from_slice::<Shape>(body) {
        Err(_) => "invalid JSON came",
        Ok(shape) if shape.is_linked_data => "JSON-LD of LIS 1 came",
        Ok(shape) if shape.members == 0 => "a JSON object without `members` came",
        Ok(shape) if shape.members > 1 => "a JSON object with two `members` came",
        Ok(_) => "a JSON object whose `members` is no array came",
    }
}

/// The names at the top of a JSON object.
struct Shape {
    members: usize,
    is_linked_data: bool,
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Shape, A::Error> {
        let mut shape = Shape {
            members: 0,
            is_linked_data: false,
        };
        while let Some((name, _)) = fields.next_entry::<Cow<'_, str>, IgnoredAny>()? {
            match &*name {
                "members" => shape.members += 1,
                "@context" | "@type" | "pageOf" => shape.is_linked_data = true,
                _ => {}
            }
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-66
    #[test]
    fn what_came_is_named() {
        for (body, came) in [
            ("", "an empty body came"),
            (" \r\n<!DOCTYPE html><html>", "HTML or XML came"),
            ("[{\"user_id\":\"1\"}]", "a bare array came"),
            ("null", "no JSON object came"),
            ("login required", "no JSON object came"),
            ("{\"members\":[", "invalid JSON came"),
            (
                r#"{"@context":"http://purl.imsglobal.org/ctx/lis/v2/MembershipContainer",
                    "@type":"Page","pageOf":{"membershipSubject":{"membership":[]}}}"#,
                "JSON-LD of LIS 1 came",
            ),
            ("{\"error\":\"x\"}", "a JSON object without `members` came"),
            (
                "{\"members\":[],\"members\":[]}",
                "a JSON object with two `members` came",
            ),
            (
                "{\"members\":null}",
                "a JSON object whose `members` is no array came",
            ),
        ] {
            assert_eq!(what_came(body.as_bytes()), came, "{body}");
        }
    }
}
