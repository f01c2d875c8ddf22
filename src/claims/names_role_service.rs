//! The endpoint of the Names and Role Provisioning Services.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    claims::{lenient, url_claim::UrlClaim},
    json::Object,
};

/// The endpoint of the Names and Role Provisioning Services 2.0 (§3.6.1.1).
///
/// It is serialized as the claim is, so that a tool can store it and list members long after the launch.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NamesRoleService {
    #[serde(default = "UrlClaim::absent")]
    context_memberships_url: UrlClaim,
    #[serde(default)]
    service_versions: Vec<String>,
}

impl NamesRoleService {
    /// Puts together what a tool stored of an earlier launch: the list of members, and the versions of the
    /// service.
    ///
    /// As in a launch, a URL that is neither https nor plain http on loopback reads as absent.
    #[must_use]
    pub fn from_parts(
        context_memberships_url: Option<&str>,
        service_versions: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            context_memberships_url: UrlClaim::stored(context_memberships_url),
            service_versions: service_versions.into_iter().map(Into::into).collect(),
        }
    }

    pub(super) fn read(object: &Object<'_>, allow_loopback_http: bool) -> Self {
        Self {
            context_memberships_url: UrlClaim::read(
                object,
                "context_memberships_url",
                allow_loopback_http,
            ),
            service_versions: lenient::texts(object, "service_versions"),
        }
    }

    /// The list of members; an https URL, or http on loopback where the tool allows it.
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

impl fmt::Debug for NamesRoleService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamesRoleService").finish_non_exhaustive()
    }
}
