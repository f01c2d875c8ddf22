//! The ids that a launch had under LTI 1.1.

use std::fmt;

use serde_json::Value;

use crate::{
    claims::{Context, ResourceLink, ToolPlatform},
    launch_context::LaunchContext,
};

/// The ids that a launch had under LTI 1.1: proven to come from the consumer whose key they stand under. Cheap to clone.
///
/// Only [`MigrationClaim::verify`](super::MigrationClaim::verify) makes them. What the claim leaves out is what it is
/// under LTI 1.3, as the specification has it; what it has in a form that is no id is `None`. `Debug` shows none.
///
/// ```compile_fail,E0277
/// fn from_a_request<T: serde::de::DeserializeOwned>() {}
/// from_a_request::<tower_lti::migration::FormerIds>();
/// ```
#[derive(Clone)]
pub struct FormerIds {
    launch: LaunchContext,
}

impl FormerIds {
    /// Called by verification alone, once the signature is proven.
    pub(super) fn proven(launch: LaunchContext) -> Self {
        Self { launch }
    }

    /// What to find the user's former account under: consumer key and user id, or `None` where nobody is named.
    ///
    /// A user id alone is not enough: each school's platform counts its users for itself, and may name any number.
    #[must_use]
    pub fn user_key(&self) -> Option<(&str, &str)> {
        Some((self.consumer_key(), self.user_id()?))
    }

    /// The consumer key that the platform had.
    #[must_use]
    pub fn consumer_key(&self) -> &str {
        self.text("oauth_consumer_key").unwrap_or_default()
    }

    /// The `user_id` of the user.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.or_same("user_id", self.launch.claims().sub())
    }

    /// The `context_id` of the course.
    #[must_use]
    pub fn context_id(&self) -> Option<&str> {
        let now = self.launch.claims().context().map(Context::id);
        self.or_same("context_id", now)
    }

    /// The `resource_link_id` of the link.
    #[must_use]
    pub fn resource_link_id(&self) -> Option<&str> {
        let now = self.launch.claims().resource_link().map(ResourceLink::id);
        self.or_same("resource_link_id", now)
    }

    /// The `tool_consumer_instance_guid` of the platform. Each platform names itself: it proves nothing beyond the
    /// consumer key.
    #[must_use]
    pub fn tool_consumer_instance_guid(&self) -> Option<&str> {
        let now = self.launch.claims().tool_platform();
        self.or_same(
            "tool_consumer_instance_guid",
            now.and_then(ToolPlatform::guid),
        )
    }

    /// A member that is left out has the value it has under LTI 1.3 (migration guide, "Remapping parameters").
    fn or_same<'a>(&'a self, name: &str, now: Option<&'a str>) -> Option<&'a str> {
        let claim = self.launch.claims().unverified_lti1p1()?;
        if claim.contains_key(name) {
            self.text(name)
        } else {
            now
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        let claim = self.launch.claims().unverified_lti1p1()?;
        let text = claim.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    }
}

impl fmt::Debug for FormerIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormerIds").finish_non_exhaustive()
    }
}
