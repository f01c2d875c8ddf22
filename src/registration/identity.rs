//! What a registration is known by.

use serde::{Deserialize, Serialize};

use crate::{identifier::identifier, store::digest::DigestParts};

identifier! {
    /// The issuer of a platform, the `iss` of its tokens.
    ///
    /// Kept and compared byte for byte: `https://lms.example` and `https://lms.example/` are two
    /// issuers (Security Framework 1.0 §5.1.2). It need not look like a URL, because test rigs use
    /// values such as `123456`.
    Issuer
}

identifier! {
    /// The id that a platform knows the tool by, the `aud` of its tokens.
    ///
    /// Text, even where it looks like a number: Canvas sends ids beyond what a double can hold.
    ClientId
}

/// Identifies a registration: the issuer and the client id, together (LTI Core 1.3 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegistrationId {
    issuer: Issuer,
    client_id: ClientId,
}

impl RegistrationId {
    /// Creates the identity from its two parts.
    #[must_use]
    pub fn new(issuer: impl Into<Issuer>, client_id: impl Into<ClientId>) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
        }
    }

    /// The platform's issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The tool's client id at that platform.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// A SHA-256 of the two length-prefixed parts, as 43 characters of unpadded base64url.
    ///
    /// It can stand in any key, path or log.
    #[must_use]
    pub fn to_text(&self) -> String {
        DigestParts::new("registration")
            .part(self.issuer.as_str())
            .part(self.client_id.as_str())
            .finish()
            .to_text()
    }
}
