//! One-way names for what is kept in a store.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A SHA-256 over length-prefixed parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    /// How many characters the text has.
    #[cfg(feature = "redis")]
    pub(crate) const TEXT_LEN: usize = 43;

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Adds the text to what is there.
    #[cfg(feature = "redis")]
    pub(crate) fn write_to(self, text: &mut String) {
        URL_SAFE_NO_PAD.encode_string(self.0, text);
    }
}

/// Hashes parts so that no two different lists of parts give the same digest.
pub(crate) struct DigestParts(Vec<u8>);

impl DigestParts {
    pub(crate) fn new(kind: &str) -> Self {
        Self(Vec::with_capacity(256)).part(kind)
    }

    /// Adds one part, its length first: `("a", "bc")` and `("ab", "c")` differ.
    pub(crate) fn part(mut self, part: &str) -> Self {
        self.0.extend((part.len() as u64).to_be_bytes());
        self.0.extend(part.as_bytes());
        self
    }

    pub(crate) fn finish(self) -> Digest {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        Digest(bytes)
    }
}
