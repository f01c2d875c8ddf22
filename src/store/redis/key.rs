//! Every name that is ever used in Redis.

use std::sync::Arc;

use crate::{deployment::DeploymentKey, nonce::NonceKey, registration::RegistrationId};

/// What the nonces of a cluster are sorted by: the first character of their hash.
const SHARES: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Makes key names: a prefix, the version of the layout, a letter for the kind, a SHA-256. What belongs
/// to one registration has its hash in braces, so that a cluster keeps it in one slot.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: Arc<str>,
    /// Whether there are several servers, any of which may forget by itself.
    many_servers: bool,
}

impl Keys {
    pub(super) fn new(prefix: impl Into<Arc<str>>, many_servers: bool) -> Self {
        Self {
            prefix: prefix.into(),
            many_servers,
        }
    }

    /// In a cluster a nonce shares a slot with the [`memory_of`](Self::memory_of) it.
    pub(super) fn nonce(&self, nonce: &NonceKey) -> String {
        let (prefix, hash) = (&*self.prefix, nonce.to_text());
        if self.many_servers {
            [prefix, ":v1:n:{", share(&hash), "}:", &hash].concat()
        } else {
            [prefix, ":v1:n:", &hash].concat()
        }
    }

    /// Where it stands since when the server that keeps this nonce has forgotten nothing.
    pub(super) fn memory_of(&self, nonce: &NonceKey) -> String {
        if self.many_servers {
            self.memory(share(&nonce.to_text()))
        } else {
            self.memory("")
        }
    }

    /// All of those keys.
    pub(super) fn memories(&self) -> Vec<String> {
        if self.many_servers {
            let shares = (0..SHARES.len()).map(|at| &SHARES[at..=at]);
            shares.map(|share| self.memory(share)).collect()
        } else {
            vec![self.memory("")]
        }
    }

    fn memory(&self, share: &str) -> String {
        if self.many_servers {
            format!("{}:v1:m:{{{share}}}", self.prefix)
        } else {
            format!("{}:v1:m", self.prefix)
        }
    }

    pub(super) fn deployment(&self, deployment: &DeploymentKey) -> String {
        let registration = deployment.registration().to_text();
        let hash = deployment.to_text();
        [&self.prefix, ":v1:d:{", &registration, "}:", &hash].concat()
    }

    pub(super) fn parked(&self, ticket: &NonceKey) -> String {
        format!("{}:v1:p:{}", self.prefix, ticket.to_text())
    }

    /// The sorted set of a registration's deployment ids. It shares a cluster slot with their records.
    pub(super) fn deployments_of(&self, registration: &RegistrationId) -> String {
        format!("{}:v1:i:{{{}}}", self.prefix, registration.to_text())
    }

    /// Written to see whether writing works; gone a second later.
    pub(super) fn check(&self) -> String {
        format!("{}:v1:check", self.prefix)
    }
}

fn share(hash: &str) -> &str {
    hash.get(..1).unwrap_or("")
}
