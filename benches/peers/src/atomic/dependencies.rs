//! What the peer's handlers are given: everything in memory.

use std::{collections::HashMap, sync::Arc};

use atomic_lti::stores::platform_store::PlatformData;
use atomic_lti_tool_axum::{ToolError, handlers::LtiDependencies};
use axum::extract::Request;
use tower_lti::testing::Platform;

use super::{
    app_token::ConstantToken,
    known_platform::KnownPlatform,
    no_keys::NoKeys,
    states::{FoundState, States},
};

/// One platform, and the logins that have begun.
pub(super) struct Dependencies {
    platforms: HashMap<String, Arc<PlatformData>>,
    states: States,
    assets: HashMap<String, String>,
}

impl Dependencies {
    /// Knows this platform, whose key set is fetched from an address of its own.
    pub(super) fn new(platform: &Platform, jwks_url: &str, states: &States) -> Self {
        let issuer = platform.issuer();
        let known = PlatformData {
            issuer: issuer.to_owned(),
            name: None,
            jwks_url: jwks_url.to_owned(),
            token_url: format!("{issuer}/token"),
            oidc_url: format!("{issuer}/auth"),
        };
        Self {
            platforms: HashMap::from([(issuer.to_owned(), Arc::new(known))]),
            states: states.clone(),
            assets: HashMap::from([("app.js".to_owned(), "app-3f9c2a.js".to_owned())]),
        }
    }
}

impl LtiDependencies for Dependencies {
    type OidcStateStore = FoundState;
    type PlatformStore = KnownPlatform;
    type JwtStore = ConstantToken;
    type KeyStore = NoKeys;

    async fn create_oidc_state_store(&self) -> Result<FoundState, ToolError> {
        Err(ToolError::Internal("no login is measured".to_owned()))
    }

    async fn init_oidc_state_store(&self, state: &str) -> Result<FoundState, ToolError> {
        let found = self.states.find(state);
        found.ok_or_else(|| ToolError::NotFound("the state".to_owned()))
    }

    async fn create_platform_store(&self, issuer: &str) -> Result<KnownPlatform, ToolError> {
        let known = self.platforms.get(issuer).map(Arc::clone);
        let known = known.ok_or_else(|| ToolError::NotFound("the platform".to_owned()))?;
        Ok(KnownPlatform(known))
    }

    async fn create_jwt_store(&self) -> Result<ConstantToken, ToolError> {
        Ok(ConstantToken)
    }

    fn key_store(&self) -> &NoKeys {
        &NoKeys
    }

    fn get_assets(&self) -> &HashMap<String, String> {
        &self.assets
    }

    fn get_host(&self, _: &Request) -> String {
        "tool.test".to_owned()
    }
}
