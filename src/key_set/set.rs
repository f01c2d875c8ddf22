//! A set of public keys.

use std::{fmt, sync::Arc};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    json::{self, Object},
    key_set::{
        KeySetError, SignatureAlgorithm,
        left_out::{LeftOut, Unfit, first_few},
        public_key::PublicKey,
        unusable_key_set::{About, UnusableKeySet},
        verify_error::Mismatch,
    },
    observe::event,
};

/// The most bytes of a key set.
pub(super) const MAX_BYTES: usize = 512 * 1024;

/// The most keys that are read.
const MAX_KEYS: usize = 100;

/// The most keys of one id that a signature is tried with.
const MAX_CANDIDATES: usize = 4;

/// The members of a JWK that only its owner may know (RFC 7518 §6).
pub(crate) const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A JWK set whose rows are yet to be read, each for itself.
#[derive(Deserialize)]
struct Rows<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The public keys of a platform, parsed once. Cheap to clone.
#[derive(Clone)]
pub struct KeySet(Arc<Keys>);

/// The keys that can verify, and why the others cannot.
struct Keys {
    usable: Vec<PublicKey>,
    left_out: Vec<LeftOut>,
    /// How many there are beyond those that are read.
    beyond: usize,
}

impl KeySet {
    /// Parses a JWK set (RFC 7517 §5).
    ///
    /// Keys that cannot verify a launch are left out one by one: those without an id, of an unknown
    /// type or curve, symmetric ones, RSA keys of fewer than 2048 bits, and what is no strict JSON
    /// object. Private members are not read; that they were published is logged.
    ///
    /// # Errors
    ///
    /// Fails when it is not a JWK set, has more than 512 KiB, or no key in it can be used.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        Self::read(json).map_err(|unusable| unusable.kind)
    }

    /// The same, and says what is wrong with it in full.
    pub(crate) fn read(json: &[u8]) -> Result<Self, UnusableKeySet> {
        let wrong = |kind, about| UnusableKeySet { kind, about };
        if json.len() > MAX_BYTES {
            return Err(wrong(KeySetError::TooLarge, About::Size));
        }
        // An array with the rows in it would do for serde.
        let about = match json.trim_ascii_start() {
            [b'{', ..] => None,
            [] => Some(About::Empty),
            [b'<', ..] => Some(About::Page),
            _ => Some(About::NoObject),
        };
        if let Some(about) = about {
            return Err(wrong(KeySetError::NotAKeySet, about));
        }
        let set: Rows<'_> = serde_json::from_slice(json)
            .map_err(|error| wrong(KeySetError::NotAKeySet, About::Json(error)))?;
        let (mut usable, mut left_out, mut publishes_secrets) = (Vec::new(), Vec::new(), false);
        for (number, row) in set.keys.iter().take(MAX_KEYS).enumerate() {
            let row = json::parse_object(row.get().as_bytes()).ok();
            publishes_secrets |= row.as_ref().is_some_and(is_private);
            let key = row.as_ref().ok_or(Unfit::NotAnObject);
            match key.and_then(PublicKey::from_row) {
                Ok(key) => usable.push(key),
                Err(why) => left_out.push(LeftOut {
                    place: number + 1,
                    id: row.and_then(|row| row.text("kid").map(Unfit::value)),
                    why,
                }),
            }
        }
        if publishes_secrets {
            event::private_key_published();
        }
        let count = set.keys.len();
        if usable.is_empty() {
            let about = About::Keys { left_out, count };
            return Err(wrong(KeySetError::NoUsableKey, about));
        }
        Ok(Self(Arc::new(Keys {
            usable,
            left_out,
            beyond: count.saturating_sub(MAX_KEYS),
        })))
    }

    /// Whether both hold the same keys under the same ids, in whatever order.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let holds = |set: &Self, key: &PublicKey| set.0.usable.iter().any(|one| one.is_like(key));
        self.0.usable.iter().all(|key| holds(other, key))
            && other.0.usable.iter().all(|key| holds(self, key))
    }

    /// Whether a key has this id.
    pub(super) fn names(&self, key_id: &str) -> bool {
        self.0.usable.iter().any(|key| key.id == key_id)
    }

    /// Whether a key can verify signatures of this algorithm.
    #[cfg(feature = "doctor")]
    pub(crate) fn serves(&self, algorithm: SignatureAlgorithm) -> bool {
        let mut keys = self.0.usable.iter();
        keys.any(|key| key.verifier(algorithm).is_some())
    }

    /// The keys in words: which serve, and why the others do not.
    pub(super) fn listing(&self) -> impl fmt::Display {
        Listing(self.clone())
    }

    /// Whether this is the very set, not one that is like it.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Verifies a signature with the keys of that id that fit the algorithm.
    pub(super) fn verify(
        &self,
        key_id: &str,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Mismatch> {
        let mut of_that_id = self
            .0
            .usable
            .iter()
            .filter(|key| key.id == key_id)
            .peekable();
        if of_that_id.peek().is_none() {
            return Err(Mismatch::UnknownKey);
        }
        let mut candidates = of_that_id
            .filter_map(|key| key.verifier(algorithm))
            .take(MAX_CANDIDATES)
            .peekable();
        if candidates.peek().is_none() {
            return Err(Mismatch::UnfitKey);
        }
        if candidates.any(|key| key.verify_sig(message, signature).is_ok()) {
            Ok(())
        } else {
            Err(Mismatch::BadSignature)
        }
    }
}

/// See [`KeySet::listing`].
struct Listing(KeySet);

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Keys {
            usable,
            left_out,
            beyond,
        } = &*self.0.0;
        let count = usable.len() + left_out.len() + beyond;
        write!(f, "of {count} published, {} can serve: ", usable.len())?;
        first_few(f, usable.iter())?;
        if !left_out.is_empty() {
            write!(f, "; {} cannot: ", left_out.len())?;
            first_few(f, left_out.iter())?;
        }
        match beyond {
            0 => Ok(()),
            _ => write!(
                f,
                "; {beyond} beyond the first {MAX_KEYS} are not looked at"
            ),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<_> = self.algorithms().map(SignatureAlgorithm::as_str).collect();
        write!(
            f,
            "\"{}\" ({})",
            Unfit::value(&self.id),
            algorithms.join(" ")
        )
    }
}

fn is_private(row: &Object<'_>) -> bool {
    PRIVATE_MEMBERS
        .iter()
        .any(|member| row.get(member).is_some())
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("keys", &self.0.usable.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rand::SystemRandom,
        rsa::{KeyPair, KeySize},
        signature::{
            ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
        },
    };
    use base64::{Engine, prelude::BASE64_URL_SAFE};
    use serde_json::{Value, json};

    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        BASE64_URL_SAFE.encode(bytes)
    }

    /// Padded, and with a leading zero, as some platforms publish them.
    fn rsa_row(kid: &str, key: &KeyPair) -> Value {
        let n = key.public_key().modulus().big_endian_without_leading_zero();
        let e = key
            .public_key()
            .exponent()
            .big_endian_without_leading_zero();
        json!({
            "kty": "RSA", "kid": kid, "e": encoded(e), "n": encoded(&[&[0], n].concat()),
        })
    }

    fn with(mut row: Value, member: &str, value: Value) -> Value {
        row[member] = value;
        row
    }

    fn set(rows: &[Value]) -> Result<KeySet, KeySetError> {
        KeySet::parse(json!({ "keys": rows }).to_string().as_bytes())
    }

    fn sign(key: &KeyPair, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message,
            &mut signature,
        )
        .unwrap();
        signature
    }

    // J2, J8, K05, K07, K08, W15, W17, W19
    #[test]
    fn rows_are_taken_or_left_one_by_one() {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let row = rsa_row("k1", &key);
        let message = b"header.payload";
        let signature = sign(&key, message);
        for (what, taken, row) in [
            ("padded, no alg, no use", true, row.clone()),
            ("alg RS256", true, with(row.clone(), "alg", json!("RS256"))),
            ("alg null", true, with(row.clone(), "alg", Value::Null)),
            ("use sig", true, with(row.clone(), "use", json!("sig"))),
            (
                "key_ops verify",
                true,
                with(row.clone(), "key_ops", json!(["verify"])),
            ),
            (
                "private members",
                true,
                with(row.clone(), "d", json!("AQAB")),
            ),
            ("unknown members", true, with(row.clone(), "exp", json!(1))),
            (
                "RSA-OAEP",
                false,
                with(row.clone(), "alg", json!("RSA-OAEP")),
            ),
            ("alg PS256", false, with(row.clone(), "alg", json!("PS256"))),
            ("alg unknown", false, with(row.clone(), "alg", json!("XY1"))),
            ("use enc", false, with(row.clone(), "use", json!("enc"))),
            (
                "key_ops sign",
                false,
                with(row.clone(), "key_ops", json!(["sign"])),
            ),
            ("no kid", false, with(row.clone(), "kid", Value::Null)),
            ("kid a number", false, with(row.clone(), "kid", json!(5))),
            ("no n", false, with(row.clone(), "n", Value::Null)),
            ("n not base64", false, with(row.clone(), "n", json!("?"))),
            ("n empty", false, with(row.clone(), "n", json!(""))),
            (
                "n of 1024 bits",
                false,
                with(row.clone(), "n", json!(encoded(&[0xff; 128]))),
            ),
            (
                "n of 16384 bits",
                false,
                with(row.clone(), "n", json!(encoded(&[0xff; 2048]))),
            ),
            ("e one", false, with(row.clone(), "e", json!("AQ"))),
            ("e even", false, with(row.clone(), "e", json!("AQAC"))),
            ("e empty", false, with(row.clone(), "e", json!(""))),
            ("null", false, Value::Null),
            ("an array", false, json!([])),
            (
                "oct",
                false,
                json!({ "kty": "oct", "kid": "k1", "k": "AAAA" }),
            ),
            (
                "AKP",
                false,
                json!({ "kty": "AKP", "kid": "k1", "pub": "AA" }),
            ),
            (
                "X448",
                false,
                json!({ "kty": "OKP", "crv": "X448", "kid": "k1", "x": "AA" }),
            ),
            (
                "secp256k1",
                false,
                json!({ "kty": "EC", "crv": "secp256k1", "kid": "k1", "x": "AA", "y": "AA" }),
            ),
            (
                "not on the curve",
                false,
                json!({ "kty": "EC", "crv": "P-256", "kid": "k1",
                "x": encoded(&[1; 32]), "y": encoded(&[1; 32]) }),
            ),
        ] {
            let other = rsa_row("other", &key);
            assert_eq!(
                set(std::slice::from_ref(&row)).is_ok(),
                taken,
                "{what}, alone"
            );

            let set = set(&[row, other]).unwrap();

            let verdict = set.verify("k1", SignatureAlgorithm::Rs256, message, &signature);
            let expected = if taken {
                Ok(())
            } else {
                Err(Mismatch::UnknownKey)
            };
            assert_eq!(verdict, expected, "{what}");
            assert_eq!(
                set.verify("other", SignatureAlgorithm::Rs256, message, &signature),
                Ok(()),
                "{what}"
            );
        }
    }

    // K01, K03, K07, K12, J08
    #[test]
    fn a_signature_is_tried_with_the_keys_of_its_id_that_fit() {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let stranger = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let message = b"header.payload";
        let signature = sign(&key, message);
        let (good, wrong) = (rsa_row("k1", &key), rsa_row("k1", &stranger));
        let verify = |rows: &[Value], kid: &str, algorithm, signature: &[u8]| {
            set(rows)
                .unwrap()
                .verify(kid, algorithm, message, signature)
        };
        let rs256 = SignatureAlgorithm::Rs256;
        let rs512_only = with(good.clone(), "alg", json!("RS512"));

        let second = [wrong.clone(), good.clone()];
        assert_eq!(verify(&second, "k1", rs256, &signature), Ok(()));
        let mut fifth = vec![wrong.clone(); 4];
        fifth.push(good.clone());
        let bad = Err(Mismatch::BadSignature);
        assert_eq!(verify(&fifth, "k1", rs256, &signature), bad);
        assert_eq!(verify(&[wrong], "k1", rs256, &signature), bad);
        for kid in ["K1", "k1 ", "k1\n", ""] {
            let unknown = Err(Mismatch::UnknownKey);
            assert_eq!(
                verify(std::slice::from_ref(&good), kid, rs256, &signature),
                unknown
            );
        }
        let unfit = Err(Mismatch::UnfitKey);
        assert_eq!(verify(&[rs512_only], "k1", rs256, &signature), unfit);
        let rows = [good];
        for algorithm in [SignatureAlgorithm::Es256, SignatureAlgorithm::Es384] {
            assert_eq!(verify(&rows, "k1", algorithm, &signature), unfit);
        }
        assert_eq!(
            verify(&rows, "k1", SignatureAlgorithm::Rs384, &signature),
            bad
        );
        for wrong in [&[][..], &[0; 256], &[1; 255], &[1; 257]] {
            assert_eq!(verify(&rows, "k1", rs256, wrong), bad);
        }
    }

    #[test]
    fn elliptic_curve_keys_verify_too() {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = key.public_key().as_ref();
        let row = json!({
            "kty": "EC", "crv": "P-256", "kid": "e1",
            "x": encoded(&point[1..33]), "y": encoded(&point[33..]),
        });
        let signature = key.sign(&SystemRandom::new(), b"message").unwrap();
        let set = set(&[row]).unwrap();

        let es256 = set.verify(
            "e1",
            SignatureAlgorithm::Es256,
            b"message",
            signature.as_ref(),
        );
        let es384 = set.verify(
            "e1",
            SignatureAlgorithm::Es384,
            b"message",
            signature.as_ref(),
        );

        assert_eq!(es256, Ok(()));
        assert_eq!(es384, Err(Mismatch::UnfitKey));
        assert_eq!(format!("{set:?}"), "KeySet { keys: 1 }");
    }

    // W10, W13, X50
    #[test]
    fn what_is_no_key_set_is_refused() {
        let large = format!("{{\"keys\":[{}]}}", " ".repeat(MAX_BYTES));
        for (text, error) in [
            ("", KeySetError::NotAKeySet),
            ("<html></html>", KeySetError::NotAKeySet),
            ("[]", KeySetError::NotAKeySet),
            ("[[{}]]", KeySetError::NotAKeySet),
            ("{}", KeySetError::NotAKeySet),
            (r#"{"keys":[],"keys":[]}"#, KeySetError::NotAKeySet),
            (r#"{"keys":{}}"#, KeySetError::NotAKeySet),
            (r#"{"keys":[{"kty":"RSA","#, KeySetError::NotAKeySet),
            (r#"{"keys":[]}"#, KeySetError::NoUsableKey),
            (r#"{"keys":[null]}"#, KeySetError::NoUsableKey),
            (large.as_str(), KeySetError::TooLarge),
        ] {
            let start = text.get(..30).unwrap_or(text);
            assert_eq!(
                KeySet::parse(text.as_bytes()).unwrap_err(),
                error,
                "{start}"
            );
        }
    }
}
