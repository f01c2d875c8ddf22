//! The tool's own keys: it signs with the private halves and publishes the public ones.
//!
//! A tool proves to a platform who it is by a signature, when it asks for an access token or answers with a
//! deep linking response. The platform takes the public half from a URL of the tool's, its key set.
//!
//! - [`ToolKey`] is one private key.
//! - [`ToolKeys`] are all that a tool has: which one signs now, and which are published. They are given in code,
//!   or kept in a [`KeyStore`], where they rotate by the clock.
//! - [`LtiJwks`] publishes them.
//!
//! How keys are rotated and revoked is a page of the [guide](crate::guide::keys).

mod jwks;

pub use self::jwks::LtiJwks;
pub use crate::{
    store::{KeyStore, StoredKey},
    tool_key::{PrivateKeyPem, ToolKey, ToolKeyError},
    tool_keys::{
        KeyInfo, KeyState, Revocation, StoredKeysBuilder, ToolKeys, ToolKeysError, ToolKeysHealth,
    },
};
