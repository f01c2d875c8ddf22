//! The hash of a value that the browser or the platform holds.

use std::fmt::{self, Write};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Unexpected, Visitor},
};

use crate::digest::Digest;

/// The length of a cookie's id until the year 2106.
const COOKIE_ID: usize = 16;

/// A SHA-256 that can only be compared in constant time.
pub(crate) struct ValueHash(Digest);

impl ValueHash {
    pub(crate) fn of(what: &str, value: &str) -> Self {
        Self(Digest::of([what, value]))
    }

    /// The hash of two values together.
    pub(crate) fn of_both(what: &str, one: &str, other: &str) -> Self {
        Self(Digest::of([what, one, other]))
    }

    pub(crate) fn matches(&self, what: &str, value: &str) -> bool {
        self.equals(&Self::of(what, value))
    }

    pub(crate) fn matches_both(&self, what: &str, one: &str, other: &str) -> bool {
        self.equals(&Self::of_both(what, one, other))
    }

    fn equals(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.0.bytes(), other.0.bytes()).is_ok()
    }

    /// The id of the cookie that holds the value: the time in hex, then six bytes of the hash, which reveal
    /// nothing of the value.
    pub(crate) fn cookie_id(&self, issued_at_ms: u64) -> String {
        let mut id = String::with_capacity(COOKIE_ID);
        // Writing to a string cannot fail.
        let _ = write!(id, "{:08x}", issued_at_ms / 1_000);
        URL_SAFE_NO_PAD.encode_string(&self.0.bytes()[..6], &mut id);
        id
    }
}

impl Serialize for ValueHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_text())
    }
}

impl<'de> Deserialize<'de> for ValueHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = ValueHash;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a SHA-256 as unpadded base64url")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ValueHash, E> {
                let digest = Digest::from_text(text).map(ValueHash);
                digest.ok_or_else(|| E::invalid_value(Unexpected::Other("text"), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
