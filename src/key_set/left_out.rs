//! Why published keys do not serve, for whoever looks after the platform.

use std::{error::Error, fmt};

use crate::{
    key_set::{KeySet, KeySetError, SignatureAlgorithm},
    redact,
};

/// The most keys that are told of one by one.
const MOST_TOLD: usize = 5;
/// The most characters that are told of what a platform or a token says.
const MOST_OF_A_VALUE: usize = 64;

/// A key that cannot verify a launch.
pub(super) struct LeftOut {
    /// Where it stands in the set, counted from one.
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
        redact::line(text, MOST_OF_A_VALUE)
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
    told: impl ExactSizeIterator<Item = impl fmt::Display>,
) -> fmt::Result {
    let beyond = told.len().saturating_sub(MOST_TOLD);
    for (number, one) in told.take(MOST_TOLD).enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        write!(f, "{comma}{one}")?;
    }
    match beyond {
        0 => Ok(()),
        _ => write!(f, ", and {beyond} more"),
    }
}

/// An answer or a text that is no key set with a key that serves. Its source is the [`KeySetError`].
pub(crate) struct UnusableKeySet {
    pub(super) kind: KeySetError,
    pub(super) about: About,
}

/// What is known of it.
pub(super) enum About {
    Empty,
    Page,
    Json(serde_json::Error),
    NoObject,
    Keys {
        left_out: Vec<LeftOut>,
        count: usize,
    },
    Size,
}

impl UnusableKeySet {
    /// What it is, and why.
    pub(crate) fn in_full(&self) -> String {
        format!("{}: {self}", self.kind)
    }
}

impl fmt::Display for UnusableKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            About::Empty => f.write_str("it is empty"),
            About::Page => f.write_str("it begins like HTML"),
            // What the parser says would quote it.
            About::Json(error) if error.is_eof() => f.write_str("it ends early"),
            About::Json(error) => {
                let (line, column) = (error.line(), error.column());
                write!(
                    f,
                    "it is broken or has no array `keys`, line {line} column {column}"
                )
            }
            About::NoObject => f.write_str("it is no JSON object"),
            About::Keys { count: 0, .. } => f.write_str("it holds no keys"),
            About::Keys { left_out, count } => {
                write!(f, "of {count} keys none serves: ")?;
                first_few(f, left_out.iter())
            }
            About::Size => f.write_str("it is too large"),
        }
    }
}

impl fmt::Debug for UnusableKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnusableKeySet({:?}: {self})", self.kind)
    }
}

impl Error for UnusableKeySet {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.kind)
    }
}

/// No key of a set verifies a token. It says which keys there are, and nothing that the token says: that is
/// not proven.
#[derive(Clone)]
pub(crate) struct NoKeyVerifies {
    is_named: bool,
    algorithm: SignatureAlgorithm,
    keys: KeySet,
}

impl NoKeyVerifies {
    pub(super) fn of(key_id: &str, algorithm: SignatureAlgorithm, keys: &KeySet) -> Self {
        Self {
            is_named: keys.names(key_id),
            algorithm,
            keys: keys.clone(),
        }
    }
}

impl fmt::Display for NoKeyVerifies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let among = if self.is_named { "among" } else { "not among" };
        write!(
            f,
            "the key that the token names, for {}, is {among} those that can serve; {}",
            self.algorithm,
            self.keys.listing()
        )
    }
}

impl fmt::Debug for NoKeyVerifies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoKeyVerifies({self})")
    }
}

impl Error for NoKeyVerifies {}
