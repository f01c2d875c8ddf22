//! Custom parameters.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::Object;

/// Custom parameters (LTI Core 1.3 §5.4.6), each with the type that the platform gave it.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Custom(Map<String, Value>);

impl Custom {
    pub(super) fn read(object: &Object<'_>) -> Self {
        Self(object.into())
    }

    /// The parameter, if it is text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The parameter, whatever its type. Canvas sends numbers and booleans too.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All parameters.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom").finish_non_exhaustive()
    }
}
