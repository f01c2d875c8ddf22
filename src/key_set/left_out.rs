//! Why single keys of a set are left out, for the operator.

use std::fmt;

use crate::redact;

/// The most keys that are listed one by one.
const MAX_LISTED: usize = 5;
/// The most characters that are quoted of what a platform says.
const MAX_VALUE_CHARS: usize = 64;

/// A key that cannot verify a launch.
pub(super) struct LeftOut {
    /// Its position in the set, counted from one.
    pub(super) place: usize,
    pub(super) id: Option<String>,
    pub(super) why: Unfit,
}

/// Why a key cannot verify a launch.
pub(super) enum Unfit {
    NotAnObject,
    NoId,
    NoType,
    Type(String),
    Use(String),
    Operations,
    Algorithm(String),
    Curve(String),
    Modulus { bits: usize },
    Exponent,
    Malformed,
}

impl Unfit {
    /// Keeps what the platform said, escaped and cut.
    pub(super) fn value(text: &str) -> String {
        redact::line(text, MAX_VALUE_CHARS)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("is no JSON object with each member once"),
            Self::NoId => f.write_str("has no `kid`"),
            Self::NoType => f.write_str("has no `kty`"),
            Self::Type(kty) => write!(f, "its `kty` is \"{kty}\", not RSA or EC"),
            Self::Use(purpose) => write!(f, "its `use` is \"{purpose}\", not sig"),
            Self::Operations => f.write_str("its `key_ops` are without verify"),
            Self::Algorithm(alg) => write!(
                f,
                "its `alg` is \"{alg}\", which is none of RS256, RS384, RS512, ES256, ES384 or is for \
                 another kind of key"
            ),
            Self::Curve(crv) => write!(f, "its `crv` is \"{crv}\", not P-256 or P-384"),
            Self::Modulus { bits } => {
                write!(
                    f,
                    "an RSA key of {bits} bits, where 2048 to 8192 are allowed"
                )
            }
            Self::Exponent => f.write_str("its exponent is even, one, or of more than four bytes"),
            Self::Malformed => f.write_str("its members are missing or malformed"),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, id, why } = self;
        match id {
            Some(id) => write!(f, "#{place} \"{}\": {why}", Unfit::value(id)),
            None => write!(f, "#{place}: {why}"),
        }
    }
}

/// Writes the first few, and how many there are beyond them.
pub(super) fn first_few(
    f: &mut fmt::Formatter<'_>,
    all: impl ExactSizeIterator<Item = impl fmt::Display>,
) -> fmt::Result {
    let beyond = all.len().saturating_sub(MAX_LISTED);
    for (number, one) in all.take(MAX_LISTED).enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        write!(f, "{comma}{one}")?;
    }
    match beyond {
        0 => Ok(()),
        _ => write!(f, ", and {beyond} more"),
    }
}
