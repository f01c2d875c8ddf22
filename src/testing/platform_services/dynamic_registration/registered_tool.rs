//! A tool that has registered by itself.

use std::fmt;

use serde_json::Value;

use crate::testing::Platform;

/// A tool that has registered at the simulated platform by dynamic registration. `Debug` shows its client id.
#[derive(Clone)]
pub struct RegisteredTool {
    pub(super) number: usize,
    pub(super) client_id: String,
    pub(super) platform: Platform,
    pub(super) deployment_id: String,
    pub(super) scopes: Vec<String>,
    pub(super) jwks_url: String,
    pub(super) is_active: bool,
    /// Opens its registration for reading, changing and removing (RFC 7592).
    pub(super) access_token: String,
    pub(super) metadata: Value,
    pub(super) reply: Value,
}

impl RegisteredTool {
    /// The client id that it was given; a number as its digits.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The platform as this tool knows it: it signs launches for its client id.
    #[must_use]
    pub fn platform(&self) -> Platform {
        self.platform.clone()
    }

    /// The deployment that it is launched from, named in the reply or not.
    #[must_use]
    pub fn deployment_id(&self) -> &str {
        &self.deployment_id
    }

    /// What it sent, or last replaced it by.
    #[must_use]
    pub fn metadata(&self) -> &Value {
        &self.metadata
    }

    /// What it was last answered.
    #[must_use]
    pub fn reply(&self) -> &Value {
        &self.reply
    }

    /// Whether launches are allowed; Moodle and Brightspace wait for an administrator.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// Where logins begin.
    pub(in crate::testing) fn login_url(&self) -> &str {
        self.metadata["initiate_login_uri"].as_str().unwrap_or("")
    }

    /// Where launches are posted to: the first of its redirect URIs.
    pub(in crate::testing) fn launch_url(&self) -> &str {
        self.metadata["redirect_uris"][0].as_str().unwrap_or("")
    }
}

impl fmt::Debug for RegisteredTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredTool")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
