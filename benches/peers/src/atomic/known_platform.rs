//! The platform that a launch comes from, found in memory.

use std::sync::Arc;

use async_trait::async_trait;
use atomic_lti::{
    errors::PlatformError,
    stores::platform_store::{PlatformData, PlatformStore},
};

/// The addresses of one platform. It is read only.
pub(super) struct KnownPlatform(pub(super) Arc<PlatformData>);

#[async_trait]
impl PlatformStore for KnownPlatform {
    async fn get_oidc_url(&self) -> Result<String, PlatformError> {
        Ok(self.0.oidc_url.clone())
    }

    async fn get_jwk_server_url(&self) -> Result<String, PlatformError> {
        Ok(self.0.jwks_url.clone())
    }

    async fn get_token_url(&self) -> Result<String, PlatformError> {
        Ok(self.0.token_url.clone())
    }

    async fn create(&self, _: PlatformData) -> Result<PlatformData, PlatformError> {
        Err(read_only())
    }

    async fn find_by_iss(&self, issuer: &str) -> Result<Option<PlatformData>, PlatformError> {
        Ok((self.0.issuer == issuer).then(|| PlatformData::clone(&self.0)))
    }

    async fn update(&self, _: &str, _: PlatformData) -> Result<PlatformData, PlatformError> {
        Err(read_only())
    }

    async fn delete(&self, _: &str) -> Result<(), PlatformError> {
        Err(read_only())
    }

    async fn list(&self) -> Result<Vec<PlatformData>, PlatformError> {
        Ok(vec![PlatformData::clone(&self.0)])
    }
}

fn read_only() -> PlatformError {
    PlatformError::UnsupportedOperation("a launch changes no platform".to_owned())
}
