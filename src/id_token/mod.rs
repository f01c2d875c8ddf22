//! ID tokens: what is claimed, and what is proven.
//!
//! [`UnverifiedIdToken`] is good for its algorithm and key id only. Verifying it makes a
//! [`GenuinePayload`], which is made nowhere else. It has not been parsed before; its members are a
//! [`VerifiedIdToken`].

mod audience;
mod mismatch;
mod registered;
mod times;
mod unverified;
mod verified;

pub(crate) use self::{
    registered::{RegisteredClaims, acceptance_ends},
    unverified::UnverifiedIdToken,
    verified::{GenuinePayload, VerifiedIdToken},
};
