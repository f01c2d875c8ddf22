//! Custom parameters.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;
use smol_str::SmolStr;

use crate::json::Object;

/// Custom parameters (LTI Core 1.3 §5.4.6), each with the type that the platform gave it.
#[derive(Clone, Default, PartialEq)]
pub struct Custom {
    /// In the order of their names.
    parameters: Vec<(SmolStr, Value)>,
}

impl Custom {
    pub(super) fn read(object: &Object<'_>) -> Self {
        let members = object.members();
        let mut parameters: Vec<_> = members
            .map(|(name, value)| (SmolStr::new(name), Value::from(value)))
            .collect();
        parameters.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Self { parameters }
    }

    /// The parameter, if it is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// The parameter, whatever its type. Canvas sends numbers and booleans too.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let by_name = |(known, _): &(SmolStr, Value)| known.as_str().cmp(name);
        let at = self.parameters.binary_search_by(by_name).ok()?;
        Some(&self.parameters[at].1)
    }

    /// All parameters, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let parameters = self.parameters.iter();
        parameters.map(|(name, value)| (name.as_str(), value))
    }
}

impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom").finish_non_exhaustive()
    }
}
