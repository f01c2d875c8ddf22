//! The platform's public keys.
//!
//! A [`KeySet`] holds keys that were parsed once and are ready to verify. For a registration with a
//! JWKS URL the tool keeps one set for each URL:
//!
//! 1. It is fetched when it is first needed, once, however many launches wait for it.
//! 2. It is fresh for as long as `Cache-Control` says, between one minute and one day; one hour where
//!    nothing is said. Towards the end it is fetched anew while launches go on with the old one.
//! 3. A key id that is not in it has it fetched anew, at most once in ten seconds.
//! 4. While the platform cannot be reached, the last good set serves for up to a day.
//! 5. An answer that is no key set never replaces one that is.
//!
//! Implements Security Framework 1.0 §6.3 and §6.4.

#[cfg(feature = "reqwest")]
mod address;
mod cache;
mod error;
mod fetch;
#[cfg(feature = "reqwest")]
mod https;
mod kept;
mod public_key;
mod set;

pub(crate) use self::cache::{KeySetCache, VerifyError};
#[cfg(feature = "reqwest")]
pub use self::https::HttpsKeySets;
pub use self::{
    error::KeySetError,
    fetch::{FetchError, FetchKeySet, FetchedKeySet, Fetching},
    set::KeySet,
};
