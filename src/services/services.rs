//! The way in.

use std::fmt;

use crate::tool::LtiTool;

/// A platform's services, for the launches of one tool. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    tool: LtiTool,
}

impl LtiTool {
    /// The services of the platforms: grades, rosters, and those of one's own.
    #[must_use]
    pub fn services(&self) -> Services {
        Services { tool: self.clone() }
    }
}

impl Services {
    pub(crate) fn tool(&self) -> &LtiTool {
        &self.tool
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}
