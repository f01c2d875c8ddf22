//! A private key that cannot be used.

use std::{error::Error, fmt};

/// A private key that cannot be read, made or used. Neither `Display` nor `Debug` shows any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolKeyError {
    /// There is no private key in what was given.
    Missing,
    /// There are several private keys where one is expected.
    Several,
    /// It is a public key or a certificate, which signs nothing.
    Public,
    /// It is a symmetric key (`"kty": "oct"`), which has no public half.
    Symmetric,
    /// It is encrypted with a passphrase.
    Encrypted,
    /// It is an RSA key of fewer than 2048 bits.
    TooSmall,
    /// It is neither an RSA key nor one on the curve P-256 or P-384.
    Unsupported,
    /// It is an RSA key as JWK without `p`, `q`, `dp`, `dq` or `qi`.
    WithoutPrimes,
    /// It is a JWK for something else than signing, or for another algorithm than RS256, ES256 and ES384.
    OtherUse,
    /// It is damaged: no valid encoding, or parts that do not belong together.
    Malformed,
    /// The key could not be made.
    NotGenerated,
    /// The key did not sign, or the value to sign is no JSON.
    NotSigned,
}

impl fmt::Display for ToolKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no private key in what was given for a tool key",
            Self::Several => "there are several private keys where one tool key is expected",
            Self::Public => {
                "a tool key has to be private, and this is a public key or a certificate, which cannot sign"
            }
            Self::Symmetric => {
                "a tool key has to be RSA or EC, and this is a symmetric key, which cannot be published"
            }
            Self::Encrypted => "the tool key is encrypted with a passphrase; decrypt it first",
            Self::TooSmall => "a tool key needs at least 2048 bits of RSA, and this one has fewer",
            Self::Unsupported => "a tool key has to be RSA, or EC on P-256 or P-384",
            Self::WithoutPrimes => {
                "an RSA tool key as JWK needs `p`, `q`, `dp`, `dq` and `qi` beside `n`, `e` and `d`"
            }
            Self::OtherUse => "the JWK given for a tool key is not for signing with RS256, ES256 or ES384",
            Self::Malformed => "the tool key is damaged or incomplete",
            Self::NotGenerated => "a tool key could not be generated",
            Self::NotSigned => "the tool key could not sign",
        })
    }
}

impl Error for ToolKeyError {}
