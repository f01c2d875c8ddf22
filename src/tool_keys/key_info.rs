//! What an operator may know of a key.

use crate::key_set::SignatureAlgorithm;

/// A key of the tool, as an administrator's page may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInfo {
    /// Its id.
    pub id: String,
    /// What it signs with.
    pub algorithm: SignatureAlgorithm,
    /// Whether it signs now.
    pub state: KeyState,
}

/// Where a published key is in its life. It was not published before, and is not published after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyState {
    /// It signs.
    Signing,
    /// It is published and does not sign yet.
    Published,
    /// It has signed, and is published until nothing that it signed can be on its way.
    Retired,
}
