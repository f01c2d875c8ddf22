//! Where the course's members are listed.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::claims::members;

/// The endpoint of the Names and Role Provisioning Services (§3.6.1.1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamesAndRoles {
    context_memberships_url: Option<String>,
    service_versions: Vec<String>,
}

impl NamesAndRoles {
    pub(super) fn read(object: &Map<String, Value>, allow_loopback_http: bool) -> Self {
        Self {
            context_memberships_url: members::address(
                object,
                "context_memberships_url",
                allow_loopback_http,
            ),
            service_versions: members::texts(object, "service_versions"),
        }
    }

    /// The list of members; only an https address is one.
    #[must_use]
    pub fn context_memberships_url(&self) -> Option<&str> {
        self.context_memberships_url.as_deref()
    }

    /// The versions that it speaks, such as `2.0`.
    #[must_use]
    pub fn service_versions(&self) -> &[String] {
        &self.service_versions
    }
}
