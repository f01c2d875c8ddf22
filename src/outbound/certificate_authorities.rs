//! Certificate authorities of a platform's own.

use std::{error::Error, fmt, sync::Arc};

use rustls_pki_types::{CertificateDer, pem::PemObject as _};

/// Certificate authorities that are trusted beside those of the machine. Default: none. Cheap to clone.
///
/// # Examples
///
/// ```
/// use tower_lti::outbound::CertificateAuthorities;
///
/// assert!(CertificateAuthorities::from_pem("-----BEGIN CERTIFICATE-----").is_err());
/// assert!(CertificateAuthorities::default().is_empty());
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct CertificateAuthorities(Option<Arc<[CertificateDer<'static>]>>);

impl CertificateAuthorities {
    /// Reads every certificate of a PEM text (RFC 7468 §5).
    ///
    /// # Errors
    ///
    /// Fails when the text is no PEM, holds no certificate, or holds one that nobody can be checked against.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let mut certificates = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|_| CertificateError("is no PEM"))?;
            if webpki::anchor_from_trusted_cert(&certificate).is_err() {
                return Err(CertificateError("holds a certificate that is none"));
            }
            certificates.push(certificate);
        }
        if certificates.is_empty() {
            return Err(CertificateError("holds no certificate"));
        }
        Ok(Self(Some(certificates.into())))
    }

    /// The certificate authorities of both.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        if others.is_empty() {
            return self.clone();
        }
        let all: Arc<[_]> = self.iter().chain(others.iter()).cloned().collect();
        Self(Some(all))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The certificates as DER (RFC 5280 §4.1).
    pub fn der(&self) -> impl Iterator<Item = &[u8]> {
        self.iter().map(AsRef::as_ref)
    }

    fn iter(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        self.0.iter().flat_map(|certificates| certificates.iter())
    }
}

impl fmt::Debug for CertificateAuthorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateAuthorities({})", self.iter().count())
    }
}

/// A text holds no certificate authorities. It quotes none of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateError(&'static str);

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the text {}", self.0)
    }
}

impl Error for CertificateError {}
