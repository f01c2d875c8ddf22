//! Where a key set is fetched from.

use crate::{endpoint::Endpoint, outbound::AddressPolicy};

/// A JWKS URL, and what may be reached for it. Registrations that differ in either share no key set.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) url: Endpoint,
    pub(super) addresses: AddressPolicy,
}
