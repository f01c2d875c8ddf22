//! Keys that are not to be trusted any more.

use crate::{
    identity::RegistrationId,
    tool_keys::{ToolKeys, error::ToolKeysError, refresh::refresh},
};

/// A key was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// The registrations that this instance has signed for with the key since it started, at most 10,000: tell
    /// their platforms. Others may be concerned as well.
    pub registrations: Vec<RegistrationId>,
}

impl ToolKeys {
    /// Revokes a key whose private half may be known to others: it signs nothing and is published no longer.
    ///
    /// The next key signs at once, one that is published already where there is one, else one that is made now.
    /// Access tokens that were got with the key are used no longer. What platforms have cached of the key set
    /// they may trust for another hour.
    ///
    /// On this instance it takes effect before the store is asked, even if that fails; on the others when they look
    /// into the store next, a minute later by default. Keys that were given in code are revoked on this
    /// instance alone, until it starts again: take them out of the configuration.
    ///
    /// # Errors
    ///
    /// Fails when no key has this id, and when the store does not answer: repeat it, because the other instances do
    /// not know of it yet. This one tries again at each look into the store.
    pub async fn revoke(&self, id: &str) -> Result<Revocation, ToolKeysError> {
        let registrations = match self.revoke_here(id) {
            Some(registrations) => registrations,
            None => {
                // Another instance may have made it a moment ago.
                refresh(self.inner(), false).await?;
                self.revoke_here(id).ok_or(ToolKeysError::UnknownKey)?
            }
        };
        refresh(self.inner(), true).await?;
        Ok(Revocation { registrations })
    }
}
