//! Which origins an access token is sent to.

use std::sync::Arc;

use crate::{
    registration::Registration,
    service_error::{ServiceError, ServiceErrorKind},
    service_url::{Origin, ServiceUrl},
};

/// The origins of the services that a launch of the registration has signed.
#[derive(Clone, Default)]
pub(crate) struct SignedOrigins(Arc<[Origin]>);

impl SignedOrigins {
    /// Those of these URLs; what is no URL of a service counts for nothing.
    pub(crate) fn of<'a>(urls: impl IntoIterator<Item = &'a str>) -> Self {
        let mut origins: Vec<Origin> = Vec::new();
        for url in urls {
            if let Ok(url) = ServiceUrl::parse(url) {
                let origin = url.origin();
                if !origins.contains(&origin) {
                    origins.push(origin);
                }
            }
        }
        Self(origins.into())
    }

    /// Checks that the access token of a registration may go to a URL: to the origins that the registration
    /// names, and to no others where it does; else to those of its own endpoints and of what it has signed.
    pub(super) fn check(
        &self,
        url: &ServiceUrl,
        registration: &Registration,
        allow_loopback_http: bool,
    ) -> Result<(), ServiceError> {
        let origin = url.origin();
        let named = registration.service_origins();
        let is_allowed = if named.is_empty() {
            self.0.contains(&origin) || is_own(&origin, registration)
        } else {
            named.iter().any(|named| named == origin.as_str())
        };
        if !is_allowed {
            let elsewhere = ServiceError::new(ServiceErrorKind::UrlElsewhere);
            return Err(elsewhere.with_detail(origin.as_str()));
        }
        if url.is_plain_http() && !registration.addresses(allow_loopback_http).loopback_http {
            let refused = ServiceError::new(ServiceErrorKind::UrlRefused);
            return Err(refused.with_detail("plain http"));
        }
        Ok(())
    }
}

/// Whether one of the registration's own endpoints is there.
fn is_own(origin: &Origin, registration: &Registration) -> bool {
    [
        Some(registration.authorization_endpoint()),
        registration.token_endpoint(),
        Some(registration.id().issuer().as_str()),
    ]
    .into_iter()
    .flatten()
    .any(|url| Origin::of_text(url).as_ref() == Some(origin))
}
