//! Every name that is ever used in Redis.

use std::sync::Arc;

use super::hash_tags::HASH_TAGS;
use crate::{
    deployment::DeploymentKey, digest::Digest, identity::RegistrationId, nonce::OneTimeKey,
};

/// Makes key names: a prefix, the version of the layout, a letter for the kind, a SHA-256. What belongs
/// to one registration has its hash in braces, so that a cluster keeps it in one slot.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: Arc<str>,
    /// Whether there are several servers, any of which may forget by itself.
    many_servers: bool,
    memories: Arc<[String]>,
}

impl Keys {
    pub(super) fn new(prefix: impl Into<Arc<str>>, many_servers: bool) -> Self {
        let prefix = prefix.into();
        let memories = if many_servers {
            let tags = HASH_TAGS.iter();
            tags.map(|tag| format!("{prefix}:v1:m:{{{tag}}}")).collect()
        } else {
            vec![format!("{prefix}:v1:m")]
        };
        Self {
            prefix,
            many_servers,
            memories: memories.into(),
        }
    }

    /// In a cluster a nonce shares a slot with the [`memory`](Self::memory) of its share.
    pub(super) fn nonce(&self, nonce: &OneTimeKey) -> String {
        if self.many_servers {
            self.name(&[":v1:n:{", HASH_TAGS[share(nonce)], "}:"], nonce.hash())
        } else {
            self.name(&[":v1:n:"], nonce.hash())
        }
    }

    /// Which share a nonce falls to, if there are several.
    pub(super) fn share_of(&self, nonce: &OneTimeKey) -> usize {
        share(nonce) % self.memories.len()
    }

    /// Where it stands since when the server that keeps this share has forgotten nothing.
    pub(super) fn memory(&self, share: usize) -> &str {
        &self.memories[share]
    }

    /// All of those keys.
    pub(super) fn memories(&self) -> &[String] {
        &self.memories
    }

    pub(super) fn deployment(&self, deployment: &DeploymentKey) -> String {
        let registration = deployment.registration().hash_text();
        self.name(&[":v1:d:{", registration, "}:"], &deployment.hash())
    }

    pub(super) fn parked(&self, ticket: &OneTimeKey) -> String {
        self.name(&[":v1:p:"], ticket.hash())
    }

    /// The sorted set of a registration's deployment ids. It shares a cluster slot with their records.
    pub(super) fn deployments_of(&self, registration: &RegistrationId) -> String {
        format!("{}:v1:i:{{{}}}", self.prefix, registration.hash_text())
    }

    /// Written to see whether writing works; gone a second later.
    pub(super) fn check(&self) -> String {
        format!("{}:v1:check", self.prefix)
    }

    /// [`check`](Self::check), at the master of a cluster that keeps the nonces of this hash tag.
    pub(super) fn check_with(&self, tag: &str) -> String {
        format!("{}:v1:check:{{{tag}}}", self.prefix)
    }

    /// A list that is written to see whether there may be lists; gone at once.
    pub(super) fn check_list(&self) -> String {
        format!("{}:v1:check:list", self.prefix)
    }

    /// Written behind a change to wait for both, in the slot of a registration's deployments; gone a second
    /// later.
    pub(super) fn check_beside(&self, registration: &RegistrationId) -> String {
        format!("{}:v1:check:{{{}}}", self.prefix, registration.hash_text())
    }

    /// The prefix, these words and a hash, written into room that is made at once.
    fn name(&self, words: &[&str], hash: &Digest) -> String {
        let words_len: usize = words.iter().map(|word| word.len()).sum();
        let mut name = String::with_capacity(self.prefix.len() + words_len + Digest::TEXT_LEN);
        name.push_str(&self.prefix);
        name.extend(words.iter().copied());
        hash.write_to(&mut name);
        name
    }
}

/// Which of the servers' shares a nonce falls to: the first seven bits of its hash.
fn share(nonce: &OneTimeKey) -> usize {
    usize::from(nonce.digest()[0] >> 1)
}
