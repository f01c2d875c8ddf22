//! Parameters of the platform's own that are kept from login to launch.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::form::Fields;

/// The names that are kept without being asked for.
pub(crate) const KEPT_BY_DEFAULT: [&str; 2] = ["canvas_environment", "canvas_region"];

/// The maximum number of names that a tool keeps.
pub(crate) const MAX_NAMES: usize = 8;

/// The maximum length of a name, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The maximum length of a value, in bytes.
const MAX_VALUE_BYTES: usize = 128;

/// All names and values of one login, in bytes: the state has to fit into a URL.
const MAX_BYTES: usize = 256;

/// What the platform added to the login, such as `canvas_region`; empty for most.
///
/// **Nobody has signed it.** It came with the login, through the browser, and whoever sat there could change
/// it: good for choosing a region, and never for deciding who may do what. It has not been changed between
/// login and launch.
///
/// `canvas_environment` and `canvas_region` are kept by default, others where
/// [`keep_login_parameter`](crate::tool::LtiToolBuilder::keep_login_parameter) names them. Only one that stands in
/// the login once is kept, of at most 128 printable ASCII characters, and 256 bytes in all.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginParameters(Option<Arc<[(SmolStr, SmolStr)]>>);

impl LoginParameters {
    /// The wanted parameters of a login, as far as they fit.
    pub(crate) fn read(fields: &Fields<'_>, wanted: &[SmolStr]) -> Self {
        let mut room = MAX_BYTES;
        let mut kept = Vec::new();
        for name in wanted {
            let Some(value) = fields.get(name).filter(|value| is_fit(value)) else {
                continue;
            };
            if let Some(left) = room.checked_sub(name.len() + value.len()) {
                room = left;
                kept.push((name.clone(), SmolStr::new(value)));
            }
        }
        Self((!kept.is_empty()).then(|| kept.into()))
    }

    /// These and one more.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let one_more = (SmolStr::new(name), SmolStr::new(value));
        let kept = self.0.as_deref().unwrap_or_default().iter().cloned();
        Self(Some(kept.chain([one_more]).collect()))
    }

    /// These but for one.
    pub(crate) fn without(self, name: &str) -> Self {
        if self.get(name).is_none() {
            return self;
        }
        let kept = self.0.as_deref().unwrap_or_default().iter();
        let others: Vec<_> = kept.filter(|(known, _)| known != name).cloned().collect();
        Self((!others.is_empty()).then(|| others.into()))
    }

    /// The value of one of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let kept = self.0.as_deref().unwrap_or_default();
        kept.iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

/// Whether a tool may ask for a parameter of that name.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        && !Fields::is_known(name)
}

fn is_fit(value: &str) -> bool {
    value.len() <= MAX_VALUE_BYTES && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

impl fmt::Debug for LoginParameters {
    /// Names alone: a value may identify somebody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}
