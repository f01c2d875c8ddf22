//! What tells two access tokens apart.

use std::{
    borrow::Borrow,
    hash::{Hash, Hasher},
};

use crate::registration::RegistrationId;

/// What tells two access tokens apart (OAUTH-28): two tenants of one issuer, two token endpoints, two
/// deployments and two sets of scopes never share one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity<'a> {
    pub(super) registration: &'a RegistrationId,
    pub(super) endpoint: &'a str,
    pub(super) audience: &'a str,
    pub(super) deployment: Option<&'a str>,
    /// Sorted, each once.
    pub(super) scopes: &'a [String],
}

impl Hash for Identity<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // What is left out follows from these nearly always, and is compared all the same.
        self.registration.hash_text().hash(state);
        self.deployment.hash(state);
        self.scopes.len().hash(state);
        self.scopes.last().hash(state);
    }
}

/// The same, as the key of a map.
#[derive(Clone)]
pub(super) struct TokenKey {
    registration: RegistrationId,
    endpoint: String,
    audience: String,
    deployment: Option<String>,
    scopes: Vec<String>,
}

impl TokenKey {
    pub(super) fn of(identity: &Identity<'_>) -> Self {
        Self {
            registration: identity.registration.clone(),
            endpoint: identity.endpoint.to_owned(),
            audience: identity.audience.to_owned(),
            deployment: identity.deployment.map(str::to_owned),
            scopes: identity.scopes.to_vec(),
        }
    }
}

/// Lets a map of [`TokenKey`]s be asked with a borrowed [`Identity`], without an allocation.
pub(super) trait HasIdentity {
    fn identity(&self) -> Identity<'_>;
}

impl HasIdentity for TokenKey {
    fn identity(&self) -> Identity<'_> {
        Identity {
            registration: &self.registration,
            endpoint: &self.endpoint,
            audience: &self.audience,
            deployment: self.deployment.as_deref(),
            scopes: &self.scopes,
        }
    }
}

impl HasIdentity for Identity<'_> {
    fn identity(&self) -> Identity<'_> {
        *self
    }
}

impl<'a> Borrow<dyn HasIdentity + 'a> for TokenKey {
    fn borrow(&self) -> &(dyn HasIdentity + 'a) {
        self
    }
}

impl Hash for dyn HasIdentity + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl PartialEq for dyn HasIdentity + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for dyn HasIdentity + '_ {}

impl Hash for TokenKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl PartialEq for TokenKey {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for TokenKey {}
