//! What was said, and what is proven.
//!
//! [`UnverifiedIdToken`] is good for its algorithm and key id only. Verifying it makes a
//! [`VerifiedIdToken`], which is made nowhere else; its payload has not been parsed before.

mod registered;
mod unverified;
mod verified;

pub(crate) use self::{
    registered::{RegisteredClaims, acceptance_ends},
    unverified::{UnverifiedIdToken, VerifyFailure},
    verified::VerifiedIdToken,
};
