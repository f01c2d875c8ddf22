//! Which addresses a request may be sent to.

use std::{error::Error, fmt, net::IpAddr};

use http::Uri;
use url::{Host, Url};

use crate::{
    outbound::{CertificateAuthorities, ExchangeError, ssrf},
    web_address::is_loopback,
};

/// Which addresses a request may be sent to, and whose certificates count there. Default: https to global
/// unicast addresses alone, with certificates that this machine trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AddressPolicy {
    /// Whether private addresses are allowed, too.
    pub private_networks: bool,
    /// Whether plain http to loopback is allowed, too.
    pub loopback_http: bool,
    /// Certificate authorities that count beside those of this machine.
    pub certificate_authorities: CertificateAuthorities,
}

impl AddressPolicy {
    /// Checks the URL of a request: its scheme, and its host where that is an address. The addresses of a name
    /// are checked with [`allows_address`](Self::allows_address) once it is resolved.
    ///
    /// # Errors
    ///
    /// Fails with [`ExchangeErrorKind::Forbidden`](crate::outbound::ExchangeErrorKind::Forbidden) when nothing may
    /// be sent there.
    pub fn check_uri(&self, uri: &Uri) -> Result<(), ExchangeError> {
        let url = Url::parse(&uri.to_string()).map_err(ExchangeError::forbidden)?;
        self.check_url(&url).map_err(ExchangeError::forbidden)
    }

    /// Whether a connection to this address may be made. None may to a cloud's metadata service.
    ///
    /// A client of one's own checks for `localhost` and names below it, which plain http may go to, that the
    /// address is loopback, too.
    #[must_use]
    pub fn allows_address(&self, address: IpAddr) -> bool {
        self.check_address(address).is_ok()
    }

    /// Checks a resolved address. A cloud's metadata service is rejected by every policy.
    pub(super) fn check_address(&self, address: IpAddr) -> Result<(), ForbiddenAddress> {
        if ssrf::is_metadata(address) {
            return Err(ForbiddenAddress::Metadata);
        }
        let allowed = self.private_networks
            || ssrf::is_global(address)
            || (self.loopback_http && address.is_loopback());
        if allowed {
            Ok(())
        } else {
            Err(ForbiddenAddress::NotGlobal(address))
        }
    }

    /// Checks the scheme, and a host that is an address. A name is checked once it is resolved.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), ForbiddenAddress> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_address(address.into())?,
            Some(Host::Ipv6(address)) => self.check_address(address.into())?,
            Some(Host::Domain(name)) if ssrf::is_metadata_name(name) => {
                return Err(ForbiddenAddress::Metadata);
            }
            Some(Host::Domain(_)) | None => {}
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ForbiddenAddress::UserInfo);
        }
        let plain = url.scheme() == "http" && self.loopback_http && is_loopback(url);
        if url.scheme() == "https" || plain {
            Ok(())
        } else {
            Err(ForbiddenAddress::NotHttps)
        }
    }
}

/// An address that no connection is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ForbiddenAddress {
    NotGlobal(IpAddr),
    /// The name is one for loopback (RFC 6761 §6.3), and leads elsewhere.
    #[cfg(feature = "reqwest")]
    NotLoopback(IpAddr),
    Metadata,
    NotHttps,
    UserInfo,
}

impl fmt::Display for ForbiddenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGlobal(address) => write!(
                f,
                "{address} is not a public address; for platforms in the same network there is \
                 `insecure_allow_private_networks`"
            ),
            #[cfg(feature = "reqwest")]
            Self::NotLoopback(address) => {
                write!(f, "a name for this machine itself leads to {address}")
            }
            Self::Metadata => f.write_str("it is a cloud's metadata service"),
            Self::UserInfo => f.write_str("the URL has a user name or a password in it"),
            Self::NotHttps => f.write_str(
                "the URL is not https; plain http is for loopback, by `insecure_allow_loopback_http`",
            ),
        }
    }
}

impl Error for ForbiddenAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    // W06, W07, N29
    #[test]
    fn a_policy_refuses_what_it_does_not_name() {
        let public = AddressPolicy::default();
        let loopback = AddressPolicy {
            loopback_http: true,
            ..public.clone()
        };
        let private = AddressPolicy {
            private_networks: true,
            ..public.clone()
        };
        for (policy, allowed, url) in [
            (&public, true, "https://lms.example/jwks"),
            (&public, true, "https://93.184.216.34/jwks"),
            (&public, false, "http://lms.example/jwks"),
            (&public, false, "http://localhost/jwks"),
            (&public, false, "http://127.0.0.1/jwks"),
            (&public, false, "https://127.0.0.1/jwks"),
            (&public, false, "https://10.0.0.1/jwks"),
            (&public, false, "https://metadata.google.internal/"),
            (&public, false, "https://user@lms.example/jwks"),
            (&public, false, "https://:word@lms.example/jwks"),
            (&public, false, "ftp://lms.example/jwks"),
            (&public, false, "file:///etc/passwd"),
            (&loopback, true, "http://localhost/jwks"),
            (&loopback, true, "http://127.0.0.1:8080/jwks"),
            (&loopback, true, "https://[::1]/jwks"),
            (&loopback, false, "http://lms.example/jwks"),
            (&loopback, false, "http://10.0.0.1/jwks"),
            (&loopback, false, "https://10.0.0.1/jwks"),
            (&private, true, "https://10.0.0.1/jwks"),
            (&private, false, "http://10.0.0.1/jwks"),
            (&private, false, "http://localhost/jwks"),
            (&private, false, "https://169.254.169.254/"),
        ] {
            let checked = policy.check_url(&url.parse().unwrap());
            assert_eq!(checked.is_ok(), allowed, "{policy:?} {url}: {checked:?}");
        }
    }
}
