//! Private keys: making one, reading and writing it, publishing its public half, signing with it.

#[cfg(feature = "services")]
mod der;
#[cfg(feature = "services")]
mod error;
mod jwk;
#[cfg(feature = "services")]
mod jwt_times;
#[cfg(feature = "services")]
mod pem;
#[cfg(feature = "services")]
mod private_jwk;
mod private_key;
#[cfg(feature = "testing")]
mod simulated;
#[cfg(feature = "services")]
mod thumbprint;
#[cfg(feature = "services")]
#[expect(clippy::module_inception, reason = "named for its type")]
mod tool_key;

#[cfg(feature = "services")]
pub(crate) use self::jwt_times::JwtTimes;
pub(crate) use self::private_key::PrivateKey;
#[cfg(feature = "services")]
pub use self::{error::ToolKeyError, pem::PrivateKeyPem, tool_key::ToolKey};
