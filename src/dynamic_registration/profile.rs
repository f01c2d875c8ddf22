//! What the tool says of itself to a platform.

/// What the tool says of itself to a platform: name, URLs, messages, placements, claims, scopes, custom parameters.
#[derive(Clone, Debug)]
pub struct ToolProfile {
    pub(super) client_name: String,
    pub(super) login_url: String,
    pub(super) jwks_url: String,
}

impl ToolProfile {
    /// A tool with a name, its login URL and the URL of its key set. It takes resource link launches.
    pub fn new(
        client_name: impl Into<String>,
        login_url: impl Into<String>,
        jwks_url: impl Into<String>,
    ) -> Self {
        Self {
            client_name: client_name.into(),
            login_url: login_url.into(),
            jwks_url: jwks_url.into(),
        }
    }
}
