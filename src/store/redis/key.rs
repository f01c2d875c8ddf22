//! The names of all keys in Redis.

use std::sync::Arc;

use super::hash_tags::HASH_TAGS;
#[cfg(feature = "sessions")]
use crate::session_key::{SessionKey, SessionScope};
use crate::{
    deployment::DeploymentKey, digest::Digest, identity::RegistrationId, nonce::OneTimeKey,
};

/// Key names: a prefix, the version of the layout, a letter for the kind, a SHA-256. The hash of a registration
/// is in braces (a hash tag), so that a cluster keeps all its deployments in one slot.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    prefix: Arc<str>,
    is_cluster: bool,
    epochs: Arc<[String]>,
}

impl Keys {
    pub(crate) fn new(prefix: impl Into<Arc<str>>, is_cluster: bool) -> Self {
        let prefix = prefix.into();
        let epochs = if is_cluster {
            let tags = HASH_TAGS.iter();
            tags.map(|tag| format!("{prefix}:v1:m:{{{tag}}}")).collect()
        } else {
            vec![format!("{prefix}:v1:m")]
        };
        Self {
            prefix,
            is_cluster,
            epochs: epochs.into(),
        }
    }

    /// In a cluster a nonce shares a slot with the [`epoch`](Self::epoch) key of its partition.
    pub(crate) fn nonce(&self, nonce: &OneTimeKey) -> String {
        if self.is_cluster {
            self.name(
                &[":v1:n:{", HASH_TAGS[partition(nonce)], "}:"],
                nonce.hash(),
            )
        } else {
            self.name(&[":v1:n:"], nonce.hash())
        }
    }

    /// The partition of a nonce.
    pub(crate) fn partition_of(&self, nonce: &OneTimeKey) -> usize {
        partition(nonce) % self.epochs.len()
    }

    /// The epoch key of a partition: since when its server has lost no data.
    pub(crate) fn epoch(&self, partition: usize) -> &str {
        &self.epochs[partition]
    }

    /// The epoch keys of all partitions.
    pub(crate) fn epochs(&self) -> &[String] {
        &self.epochs
    }

    pub(crate) fn deployment(&self, deployment: &DeploymentKey) -> String {
        let registration = deployment.registration().hash_text();
        self.name(&[":v1:d:{", registration, "}:"], &deployment.hash())
    }

    pub(crate) fn parked(&self, ticket: &OneTimeKey) -> String {
        self.name(&[":v1:p:"], ticket.hash())
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn session(&self, session: &SessionKey) -> String {
        self.name(&[":v1:s:"], session.hash())
    }

    /// What was said last of the sessions of a scope.
    #[cfg(feature = "sessions")]
    pub(crate) fn session_mark(&self, scope: &SessionScope) -> String {
        format!("{}:v1:e:{{{}}}", self.prefix, scope.to_text())
    }

    /// Written after a mark to wait for both, in its slot; expires after a second.
    #[cfg(feature = "sessions")]
    pub(crate) fn check_of_mark(&self, scope: &SessionScope) -> String {
        format!("{}:v1:check:{{{}}}", self.prefix, scope.to_text())
    }

    /// Written after a session was removed to wait for both, in its slot; expires after a second.
    #[cfg(feature = "sessions")]
    pub(crate) fn check_of_session(&self, session: &SessionKey) -> String {
        format!("{}:v1:check:{{{}}}", self.prefix, self.session(session))
    }

    /// The hash of the tool's own keys, sealed.
    #[cfg(feature = "services")]
    pub(crate) fn tool_keys(&self) -> String {
        format!("{}:v1:k", self.prefix)
    }

    /// The hash of the registrations that change while the tool runs: their records by their ids.
    #[cfg(feature = "registration")]
    pub(crate) fn registrations(&self) -> String {
        format!("{}:v1:r:{{r}}", self.prefix)
    }

    /// The hash of their ids by their login names, in the same slot.
    #[cfg(feature = "registration")]
    pub(crate) fn registration_names(&self) -> String {
        format!("{}:v1:r:{{r}}:names", self.prefix)
    }

    /// What changes with each of their changes, in the same slot.
    #[cfg(feature = "registration")]
    pub(crate) fn registrations_revision(&self) -> String {
        format!("{}:v1:r:{{r}}:revision", self.prefix)
    }

    /// Written to see that they can be, and after a change of them to wait for both, in the same slot; expires after a
    /// second.
    #[cfg(feature = "registration")]
    pub(crate) fn check_of_registrations(&self) -> String {
        format!("{}:v1:check:{{r}}", self.prefix)
    }

    /// The sorted set of a registration's deployment ids. It shares a cluster slot with their records.
    pub(crate) fn deployments_of(&self, registration: &RegistrationId) -> String {
        format!("{}:v1:i:{{{}}}", self.prefix, registration.hash_text())
    }

    /// Written to check that writes work; expires after a second.
    pub(crate) fn check(&self) -> String {
        format!("{}:v1:check", self.prefix)
    }

    /// [`check`](Self::check), on the master that keeps this hash tag.
    pub(crate) fn check_with(&self, tag: &str) -> String {
        format!("{}:v1:check:{{{tag}}}", self.prefix)
    }

    /// A sorted set written to check that sorted sets work; removed at once.
    pub(crate) fn check_list(&self) -> String {
        format!("{}:v1:check:list", self.prefix)
    }

    /// Written after a change to wait for both, in the slot of a registration's deployments; expires after a
    /// second.
    pub(crate) fn check_of(&self, registration: &RegistrationId) -> String {
        format!("{}:v1:check:{{{}}}", self.prefix, registration.hash_text())
    }

    /// The prefix, these parts and a hash, in one allocation.
    fn name(&self, parts: &[&str], hash: &Digest) -> String {
        let parts_len: usize = parts.iter().map(|part| part.len()).sum();
        let mut name = String::with_capacity(self.prefix.len() + parts_len + Digest::TEXT_LEN);
        name.push_str(&self.prefix);
        name.extend(parts.iter().copied());
        hash.write_to(&mut name);
        name
    }
}

/// The first seven bits of the hash.
fn partition(nonce: &OneTimeKey) -> usize {
    usize::from(nonce.digest()[0] >> 1)
}
