//! The link that was followed.

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use crate::{claims::lenient, json::Object};

/// The link that was followed (LTI Core 1.3 §5.3.5).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ResourceLink {
    id: SmolStr,
    title: Option<SmolStr>,
    description: Option<SmolStr>,
}

impl ResourceLink {
    /// Reads a link, if it has an id that can be one.
    pub(super) fn read(object: &Object<'_>) -> Option<Self> {
        Some(Self {
            id: lenient::text(object, "id").filter(|id| lenient::is_id(id))?,
            title: lenient::text(object, "title"),
            description: lenient::text(object, "description"),
        })
    }

    /// Its id, stable and unique within the deployment.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The title of the link, as the course shows it.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What the course says about the link.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

impl fmt::Debug for ResourceLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceLink").finish_non_exhaustive()
    }
}
