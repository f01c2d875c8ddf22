//! What is kept of a key in a store.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    base64url,
    sealer::Sealer,
    store::StoredKey,
    tool_key::ToolKey,
    tool_keys::{error::ToolKeysError, slot::Slot},
};

/// A record: the sealed key, or that it was revoked, sealed as well.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) kid: String,
    /// Seconds since 1970.
    pub(super) signs_from: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_at: Option<u64>,
    /// What proves the revocation: nothing at all, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revocation: Option<String>,
}

impl Record {
    /// Seals a private key as PKCS #8, bound to its slot, its id and its time.
    pub(super) fn seal(
        slot: &Slot,
        key: &ToolKey,
        signs_from: u64,
        sealer: &Sealer,
    ) -> Result<Self, ToolKeysError> {
        let der = key.to_pkcs8().map_err(ToolKeysError::Key)?;
        let name = name(slot, key.id(), signs_from);
        let sealed = sealer.seal(&name, &der).ok_or(ToolKeysError::NotSealed)?;
        Ok(Self {
            kid: key.id().to_owned(),
            signs_from,
            sealed: Some(URL_SAFE_NO_PAD.encode(sealed)),
            revoked_at: None,
            revocation: None,
        })
    }

    /// Records that a key was revoked; the key itself is kept no longer.
    pub(super) fn revoked(
        slot: &Slot,
        kid: &str,
        signs_from: u64,
        at: u64,
        sealer: &Sealer,
    ) -> Result<Self, ToolKeysError> {
        let name = revocation_name(slot, kid, signs_from, at);
        let proof = sealer.seal(&name, &[]).ok_or(ToolKeysError::NotSealed)?;
        Ok(Self {
            kid: kid.to_owned(),
            signs_from,
            sealed: None,
            revoked_at: Some(at),
            revocation: Some(URL_SAFE_NO_PAD.encode(proof)),
        })
    }

    /// When the key was revoked, if this tool has sealed that for the slot, the id and the time.
    pub(super) fn revoked_at(&self, slot: &Slot, sealer: &Sealer) -> Option<u64> {
        let (at, name, proof) = self.revocation(slot)?;
        sealer.open(&name, &proof).map(|_| at)
    }

    /// Whether that was sealed with the present secret.
    pub(super) fn is_revoked_by_present(&self, slot: &Slot, sealer: &Sealer) -> bool {
        let revocation = self.revocation(slot);
        revocation.is_some_and(|(_, name, proof)| sealer.is_of_present(&name, &proof))
    }

    /// What is said of a revocation: when it was, what its proof is bound to, and the proof.
    fn revocation(&self, slot: &Slot) -> Option<(u64, String, Vec<u8>)> {
        let at = self.revoked_at?;
        let proof = base64url::decode(self.revocation.as_deref()?)?;
        let name = revocation_name(slot, &self.kid, self.signs_from, at);
        Some((at, name, proof))
    }

    /// The key, if this tool has sealed it for that slot, that id and that time.
    pub(super) fn open(&self, slot: &Slot, sealer: &Sealer) -> Option<ToolKey> {
        let sealed = base64url::decode(self.sealed.as_deref()?)?;
        let der = sealer.open(&name(slot, &self.kid, self.signs_from), &sealed)?;
        let key = ToolKey::from_pkcs8(&Zeroizing::new(der)).ok()?;
        let is_it = key.id() == self.kid && key.algorithm() == slot.series.algorithm;
        is_it.then_some(key)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn to_row(&self, slot: &Slot) -> Result<StoredKey, ToolKeysError> {
        let record = serde_json::to_string(self).map_err(|_| ToolKeysError::NotSealed)?;
        Ok(StoredKey::new(slot.to_string(), record))
    }
}

/// What a sealed revocation is bound to (associated data).
fn revocation_name(slot: &Slot, kid: &str, signs_from: u64, at: u64) -> String {
    format!("revoked {} {at}", name(slot, kid, signs_from))
}

/// What a sealed key is bound to (associated data).
fn name(slot: &Slot, kid: &str, signs_from: u64) -> String {
    format!("{slot} {kid} {signs_from}")
}
