//! base64url without padding, as tokens have it (RFC 7515 §2).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Decodes text that is exactly as encoding would have written it.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
