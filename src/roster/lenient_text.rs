//! Text where a platform may write anything: what is no text reads as absent.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::roster::skip::{skip_elements, skip_members, skip_null_booleans_and_numbers};

/// Gives a text, or a whole number as text, to the function. Anything else is skipped, however deep it is.
pub(super) struct LenientText<F>(pub(super) F);

/// Adds the texts of an array, or a text that stands alone. Those beyond the most are skipped.
pub(super) struct LenientTexts<'a> {
    pub(super) texts: &'a mut Vec<String>,
    pub(super) most: usize,
}

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for LenientText<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for LenientText<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        (self.0)(text);
        Ok(())
    }

    fn visit_u64<E>(mut self, number: u64) -> Result<(), E> {
        (self.0)(&number.to_string());
        Ok(())
    }

    fn visit_i64<E>(mut self, number: i64) -> Result<(), E> {
        (self.0)(&number.to_string());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        skip_elements(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        skip_members(members)
    }
}

impl<'de> DeserializeSeed<'de> for LenientTexts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LenientTexts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while self.texts.len() < self.most {
            let text = LenientText(|text: &str| self.texts.push(text.to_owned()));
            if elements.next_element_seed(text)?.is_none() {
                return Ok(());
            }
        }
        skip_elements(elements)
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.texts.push(text.to_owned());
        Ok(())
    }

    skip_null_booleans_and_numbers!();

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        skip_members(members)
    }
}
