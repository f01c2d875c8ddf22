//! One-way names for what is kept in a store.

use std::mem;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// How many bytes say how long a part is.
const LENGTH: usize = size_of::<u64>();

/// Up to so many bytes in all are put together on the stack: most issuers, client ids and nonces.
const SHORT: usize = 256;

/// Room for 32 bytes, as decoding asks for it.
const DECODED_TEXT: usize = 33;

/// A SHA-256 over length-prefixed parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    /// Hashes parts, each behind its length, so that no two different lists of parts give the same
    /// digest: `("a", "bc")` and `("ab", "c")` differ.
    pub(crate) fn of<const PARTS: usize>(parts: [&str; PARTS]) -> Self {
        let length = parts.iter().map(|part| LENGTH + part.len()).sum();
        let (mut on_stack, mut on_heap) = ([0; SHORT], Vec::new());
        let message = if length <= SHORT {
            &mut on_stack[..length]
        } else {
            on_heap.resize(length, 0);
            &mut on_heap[..]
        };
        let mut rest = &mut *message;
        for part in parts {
            let length = (part.len() as u64).to_be_bytes();
            for bytes in [&length[..], part.as_bytes()] {
                let (room, behind) = mem::take(&mut rest).split_at_mut(bytes.len());
                room.copy_from_slice(bytes);
                rest = behind;
            }
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, message).as_ref());
        Self(bytes)
    }

    /// How many characters the text has.
    #[cfg(feature = "redis")]
    pub(crate) const TEXT_LEN: usize = 43;

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest as unpadded base64url.
    pub(crate) fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what `to_text` wrote.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut decoded = [0; DECODED_TEXT];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut decoded).ok()?;
        decoded[..length].try_into().map(Self).ok()
    }

    /// Adds the text to what is there.
    #[cfg(feature = "redis")]
    pub(crate) fn write_to(self, text: &mut String) {
        URL_SAFE_NO_PAD.encode_string(self.0, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a digest is by its description, put together without any care for speed.
    fn by_description(parts: &[&str]) -> Digest {
        let mut message = Vec::new();
        for part in parts {
            message.extend((part.len() as u64).to_be_bytes());
            message.extend(part.as_bytes());
        }
        Digest(digest(&SHA256, &message).as_ref().try_into().unwrap())
    }

    #[test]
    fn a_digest_is_the_same_on_the_stack_and_on_the_heap() {
        for length in [
            0,
            1,
            SHORT - 2 * LENGTH - 1,
            SHORT - 2 * LENGTH,
            SHORT,
            4_000,
        ] {
            let text = "x".repeat(length);
            assert!(
                Digest::of(["a", &text]) == by_description(&["a", &text]),
                "{length}"
            );
        }
        assert!(Digest::of(["a", "bc"]) != Digest::of(["ab", "c"]));
        assert!(Digest::of(["a", "b"]) != Digest::of(["a", "b", ""]));
    }

    #[test]
    fn only_the_text_of_a_digest_is_read_as_one() {
        let digest = Digest::of(["a"]);
        let text = digest.to_text();
        assert!(Digest::from_text(&text) == Some(digest));
        for other in [
            "",
            &text[1..],
            &format!("{text}A"),
            &format!("{text}="),
            &"-".repeat(44),
        ] {
            assert!(Digest::from_text(other).is_none(), "{other}");
        }
    }
}
