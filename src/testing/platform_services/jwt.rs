//! A JWT of the tool, taken apart.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// A compact JWT whose signature is still to be verified.
pub(super) struct Jwt<'a> {
    /// What is signed: header and claims as they came.
    pub(super) message: &'a str,
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    /// Takes a compact JWT apart; `None` where it is none (RFC 7515 §3.1).
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let json = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        Some(Self {
            message,
            header: json(header)?,
            claims: json(claims)?,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }
}
