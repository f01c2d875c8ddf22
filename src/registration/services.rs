//! What a registration says of the platform's services.

use serde::{Deserialize, Serialize};

/// The algorithm that the tool signs its assertions for a platform with.
///
/// It is read from JSON as `"RS256"` or `"ES256"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum ToolKeyAlgorithm {
    /// RSA with PKCS #1 v1.5 and SHA-256, which every platform can. The default.
    #[default]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl ToolKeyAlgorithm {
    /// Its JOSE name, such as `RS256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// How exactly a platform tells the times of two scores apart (AGS 2.0 §3.4.8).
///
/// It is read from JSON as `"milliseconds"` or `"whole_seconds"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScoreTimestamps {
    /// A score is later by a millisecond.
    Milliseconds,
    /// A score is later by a second: of two within one second the platform refuses the second (Moodle, Open edX).
    WholeSeconds,
}
