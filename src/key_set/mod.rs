//! The platform's public keys.
//!
//! A [`KeySet`] holds keys that were parsed once and are ready to verify. For a registration with a
//! JWKS URL the tool keeps one set for each URL, and for each network and certificate authority of its own that a
//! registration allows:
//!
//! 1. It is fetched when it is first needed, once, however many launches wait for it (single flight).
//! 2. It is fresh for as long as `Cache-Control` says, between one minute and one day; one hour where
//!    nothing is said. Towards the end it is fetched again while launches go on with the old one. See
//!    [`Limits::max_key_set_age`](crate::tool::Limits::max_key_set_age).
//! 3. A token that it does not verify has it fetched again: its key id is not in it, or the signature is
//!    wrong, because some platforms keep the id when they change the key.
//! 4. While the platform cannot be reached, the last good set serves for up to a day. See
//!    [`Limits::max_stale_key_set_age`](crate::tool::Limits::max_stale_key_set_age).
//! 5. An answer that is no key set never replaces one that is.
//! 6. Fetches are rate-limited: a URL is asked once in ten seconds, and once more within them after twenty
//!    seconds without a fetch: two seconds after a failure that leaves no keys, or at once for a token
//!    that a set just fetched does not verify. That is seven times a minute at most.
//!
//! # Withdrawn keys
//!
//! A key that a platform has withdrawn is accepted until its set is fetched again: for one hour where the
//! platform says nothing, for as long as it says and at most a day, and for up to a day while its key
//! server is down. A token with a new key fetches the set at once and ends that. In an emergency call
//! [`LtiTool::forget_keys`](crate::LtiTool::forget_keys) on each instance.
//!
//! # What a launch is answered
//!
//! | what is known | answer |
//! |---|---|
//! | the platform was asked, and has no key that verifies the token | 401 `token_rejected` |
//! | it was asked less than ten seconds ago, and had the same keys as before | 401 `token_rejected` |
//! | it was asked less than ten seconds ago, and had new keys: it may have changed them again | 503 `jwks_unavailable`, with the time until it is asked again |
//! | the token's key is one of those that the new ones took the place of | 401 `token_rejected` |
//! | it had to be asked, and could not be | 503 `jwks_unavailable`, with the time until it is asked again; five seconds at most where there are no keys at all, unless it asks for longer |
//! | it was asked for its first keys, and answers with something else | 502 `jwks_invalid` |
//!
//! Implements Security Framework 1.0 §6.3 and §6.4.

mod ages;
mod cache;
mod cache_entry;
mod dyn_fetch;
mod error;
mod fetch;
mod flight;
mod https;
mod left_out;
mod no_key_verifies;
mod pace;
mod place;
mod public_key;
mod set;
mod signature_algorithm;
mod source;
mod unusable_key_set;
mod verify_error;

#[cfg(feature = "doctor")]
pub(crate) use self::set::PRIVATE_MEMBERS;
pub(crate) use self::{
    ages::{KEY_SET_AGES, KeySetAges},
    cache::KeySetCache,
    dyn_fetch::AnyFetcher,
    verify_error::VerifyError,
};
pub use self::{
    error::KeySetError,
    fetch::{FetchError, FetchKeySet, FetchedKeySet},
    https::HttpsKeySets,
    set::KeySet,
    signature_algorithm::{ParseAlgorithmError, SignatureAlgorithm},
    source::KeySource,
};
