//! Where the course's members are listed.

use std::fmt;

use serde::Serialize;

use crate::{
    claims::{address::Address, members},
    json::Object,
};

/// The endpoint of the Names and Role Provisioning Services (§3.6.1.1).
#[derive(Clone, PartialEq, Serialize)]
pub struct NamesAndRoles {
    context_memberships_url: Address,
    service_versions: Vec<String>,
}

impl NamesAndRoles {
    pub(super) fn read(object: &Object<'_>, allow_loopback_http: bool) -> Self {
        Self {
            context_memberships_url: Address::read(
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
        self.context_memberships_url.usable()
    }

    /// The versions that it speaks, such as `2.0`.
    #[must_use]
    pub fn service_versions(&self) -> &[String] {
        &self.service_versions
    }
}

impl fmt::Debug for NamesAndRoles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamesAndRoles").finish_non_exhaustive()
    }
}
