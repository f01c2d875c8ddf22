//! What a tool asks a platform for, as the platform reads it.

/// An authentication request, with the target that the login had named.
#[derive(Clone, Debug)]
pub struct AuthenticationRequest {
    parameters: Vec<(String, String)>,
    target_link_uri: String,
}

impl AuthenticationRequest {
    /// Reads the query of the redirect to the platform.
    #[must_use]
    pub fn from_query(query: &str, target_link_uri: &str) -> Self {
        Self {
            parameters: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            target_link_uri: target_link_uri.to_owned(),
        }
    }

    /// All parameters, in order.
    #[must_use]
    pub fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    /// One parameter; empty where it is missing.
    #[must_use]
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The signed state.
    #[must_use]
    pub fn state(&self) -> &str {
        self.parameter("state")
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> &str {
        self.parameter("nonce")
    }

    /// The target that the login had named.
    #[must_use]
    pub fn target_link_uri(&self) -> &str {
        &self.target_link_uri
    }
}
