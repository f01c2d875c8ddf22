//! What a platform says of a member beside the text fields, as it was written.

use serde_json::value::RawValue;

/// Fields by their names, each kept as JSON text: most tools never read them.
#[derive(Clone, Default)]
pub(super) struct OtherFields(Vec<(Box<str>, Box<RawValue>)>);

impl OtherFields {
    /// Adds a field, unless there is one of this name: says whether it did.
    pub(super) fn add(&mut self, name: &str, value: Box<RawValue>) -> bool {
        if self.get(name).is_some() {
            return false;
        }
        self.0.push((name.into(), value));
        true
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
