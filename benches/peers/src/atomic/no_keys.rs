//! The keys that an app signs with: there are none, since nothing is signed.

use std::collections::HashMap;

use async_trait::async_trait;
use atomic_lti::{errors::SecureError, stores::key_store::KeyStore};
use openssl::{pkey::Private, rsa::Rsa};

/// Holds no key. A launch asks for none.
pub(super) struct NoKeys;

#[async_trait]
impl KeyStore for NoKeys {
    async fn get_current_keys(&self, _: i64) -> Result<HashMap<String, Rsa<Private>>, SecureError> {
        Err(SecureError::EmptyKeys)
    }

    async fn get_current_key(&self) -> Result<(String, Rsa<Private>), SecureError> {
        Err(SecureError::EmptyKeys)
    }

    async fn get_key(&self, _: &str) -> Result<Rsa<Private>, SecureError> {
        Err(SecureError::EmptyKeys)
    }
}
