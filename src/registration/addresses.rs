//! Where requests to a registration's platform may go.

#[cfg(feature = "services")]
use url::Url;

use crate::{endpoint::Endpoint, outbound::AddressPolicy, registration::Registration};

impl Registration {
    /// Where requests to this platform may go: to its private network where that is allowed, and over plain
    /// http to loopback where the tool allows that and the platform's own endpoints are there.
    pub(crate) fn addresses(&self, tool_allows_loopback_http: bool) -> AddressPolicy {
        AddressPolicy {
            private_networks: self.allow_private_network,
            loopback_http: tool_allows_loopback_http && self.is_on_loopback(),
            certificate_authorities: self.certificate_authorities.clone(),
        }
    }

    /// The authorization endpoint and the token endpoint.
    #[cfg(feature = "services")]
    pub(crate) fn own_urls(&self) -> impl Iterator<Item = &Url> {
        [
            Some(&self.authorization_endpoint),
            self.token_endpoint.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(Endpoint::url)
    }

    /// Whether an endpoint of the platform is on loopback.
    fn is_on_loopback(&self) -> bool {
        [
            Some(&self.authorization_endpoint),
            self.token_endpoint.as_ref(),
            self.key_source.url(),
        ]
        .into_iter()
        .flatten()
        .any(Endpoint::is_loopback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(base: &str) -> Registration {
        Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint(format!("{base}/auth"))
            .token_endpoint(format!("{base}/token"))
            .jwks_url(format!("{base}/jwks"))
            .build()
            .unwrap()
    }

    // S01, CLAIM-51
    #[test]
    fn plain_http_to_loopback_is_for_platforms_on_loopback() {
        for (base, tool_allows, allowed) in [
            ("https://lms.test", true, false),
            ("https://lms.test", false, false),
            ("http://127.0.0.1:8080", true, true),
            ("http://lms.localhost", true, true),
            ("http://[::1]:8080", true, true),
            ("http://127.0.0.1:8080", false, false),
        ] {
            let addresses = registration(base).addresses(tool_allows);
            assert_eq!(addresses.loopback_http, allowed, "{base} {tool_allows}");
            assert!(!addresses.private_networks, "{base}");
        }
    }
}
