//! What a platform says of a member beside the text fields, as it was written.

use serde_json::value::RawValue;

/// The most other fields of a member.
const MAX_FIELDS: usize = 256;

/// The longest of them: many times its bytes are needed to hold it once it is parsed.
const MAX_FIELD_BYTES: usize = 256 * 1024;

/// Up to so many names are compared pairwise; more are sorted.
const FEW_FIELDS: usize = 16;

/// Fields by their names, each kept as JSON text: most tools never read them.
#[derive(Clone, Default)]
pub(super) struct OtherFields(Vec<(Box<str>, Box<RawValue>)>);

impl OtherFields {
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < MAX_FIELDS
    }

    /// Adds a field, unless it is too long: says whether it did.
    pub(super) fn add(&mut self, name: Box<str>, value: Box<RawValue>) -> bool {
        let fits = value.get().len() <= MAX_FIELD_BYTES;
        if fits {
            self.0.push((name, value));
        }
        fits
    }

    /// Whether a name occurs twice.
    pub(super) fn repeat(&self) -> bool {
        if self.0.len() <= FEW_FIELDS {
            let known = |at: usize| self.0[..at].iter().map(|(name, _)| name);
            let mut fields = self.0.iter().enumerate();
            return fields.any(|(at, (name, _))| known(at).any(|known| known == name));
        }
        let mut names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.windows(2).any(|two| two[0] == two[1])
    }

    pub(super) fn get(&self, name: &str) -> Option<&RawValue> {
        let mut fields = self.0.iter();
        fields
            .find(|(known, _)| **known == *name)
            .map(|(_, value)| &**value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}
