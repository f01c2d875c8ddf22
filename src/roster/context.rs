//! The course that a roster is of.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::roster::{
    lenient_text::LenientText,
    skip::{skip_elements, skip_null_booleans_and_numbers},
};

/// The course that a roster is of (NRPS 2.0 §2.1), as the platform names it there.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RosterContext {
    id: Box<str>,
    label: Box<str>,
    title: Box<str>,
}

impl RosterContext {
    /// Its id, the same as in launches.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        present(&self.id)
    }

    /// Its short name, such as `BIO101`.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        present(&self.label)
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        present(&self.title)
    }
}

fn present(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl fmt::Debug for RosterContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RosterContext").finish_non_exhaustive()
    }
}

/// Reads a context; what is no object reads as absent.
impl<'de> DeserializeSeed<'de> for &mut RosterContext {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut RosterContext {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a context")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<std::borrow::Cow<'_, str>>()? {
            let field = match &*name {
                "id" => &mut self.id,
                "label" => &mut self.label,
                "title" => &mut self.title,
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            fields.next_value_seed(LenientText(|text: &str| *field = text.into()))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        skip_elements(elements)
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    skip_null_booleans_and_numbers!();
}
