//! Private keys as PEM (RFC 7468).

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use rustls_pki_types::pem::{PemObject as _, SectionKind};
use zeroize::Zeroizing;

use crate::tool_key::{PrivateKey, ToolKeyError};

/// How a block of PEM begins.
const BEGIN: &str = "-----BEGIN ";

/// Elliptic curve parameters, which stand before a key as OpenSSL writes it and are in the key, too.
const EC_PARAMETERS: &str = "EC PARAMETERS";

/// The header of a key behind a passphrase (RFC 1421 §4.6.1.1).
const ENCRYPTED: &str = "Proc-Type: 4,ENCRYPTED";

/// Characters of base64 in a line (RFC 7468 §2).
const LINE: usize = 64;

/// A private key as PEM. Wiped when it is dropped; `Debug` shows none of it.
pub struct PrivateKeyPem(Zeroizing<String>);

impl PrivateKeyPem {
    /// The text, which is secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateKeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyPem(..)")
    }
}

impl PrivateKey {
    /// The private keys of a text, in its order. Anything but a private key that can be used is an error.
    pub(super) fn list_from_pem(text: &str) -> Result<Vec<Self>, ToolKeyError> {
        if text.lines().any(|line| line.starts_with(ENCRYPTED)) {
            return Err(ToolKeyError::Encrypted);
        }
        for label in labels(text) {
            check_label(label)?;
        }
        let keys: Vec<Self> = <(SectionKind, Vec<u8>)>::pem_slice_iter(text.as_bytes())
            .map(|section| {
                let (kind, der) = section.map_err(|_| ToolKeyError::Malformed)?;
                let der = Zeroizing::new(der);
                match kind {
                    SectionKind::PrivateKey => Self::from_pkcs8(&der),
                    SectionKind::RsaPrivateKey => Self::from_pkcs1(&der),
                    SectionKind::EcPrivateKey => Self::from_sec1(&der),
                    _ => Err(ToolKeyError::Public),
                }
            })
            .collect::<Result<_, _>>()?;
        // The reader passes over a block whose first line is not exactly right.
        let blocks = labels(text).filter(|label| *label != EC_PARAMETERS);
        if keys.len() == blocks.count() {
            Ok(keys)
        } else {
            Err(ToolKeyError::Malformed)
        }
    }

    pub(super) fn to_pem(&self) -> Result<PrivateKeyPem, ToolKeyError> {
        let der = self.to_pkcs8()?;
        let base64 = Zeroizing::new(STANDARD.encode(&*der));
        // The whole room at once: growing would leave copies behind.
        let mut pem = Zeroizing::new(String::with_capacity(
            base64.len() + base64.len() / LINE + 80,
        ));
        pem.push_str("-----BEGIN PRIVATE KEY-----\n");
        let mut rest = base64.as_str();
        while !rest.is_empty() {
            let (line, tail) = rest.split_at(rest.len().min(LINE));
            pem.push_str(line);
            pem.push('\n');
            rest = tail;
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok(PrivateKeyPem(pem))
    }
}

/// What stands behind each `-----BEGIN `.
fn labels(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.split(['\n', '\r']).filter_map(|line| {
        let (_, label) = line.split_once(BEGIN)?;
        Some(label)
    });
    starts.map(|label| label.trim_end().trim_end_matches('-'))
}

/// Refuses what the reader of PEM would pass over in silence.
fn check_label(label: &str) -> Result<(), ToolKeyError> {
    match label {
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" | EC_PARAMETERS => Ok(()),
        "ENCRYPTED PRIVATE KEY" => Err(ToolKeyError::Encrypted),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => Err(ToolKeyError::Public),
        _ => Err(ToolKeyError::Unsupported),
    }
}
