//! Which origins an access token is sent to.

use std::sync::Arc;

use crate::{
    outbound::AddressPolicy,
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
    /// names, and to no others where it does; else to those of its own endpoints and of what it has signed. Over
    /// plain http only where the registration's addresses allow it.
    pub(super) fn check(
        &self,
        url: &ServiceUrl,
        registration: &Registration,
        addresses: &AddressPolicy,
    ) -> Result<(), ServiceError> {
        let origin = &*url.origin_text();
        let named = registration.service_origins();
        let is_allowed = if named.is_empty() {
            self.0.iter().any(|signed| signed.as_str() == origin) || is_own(origin, registration)
        } else {
            named.iter().any(|named| named == origin)
        };
        if !is_allowed {
            let elsewhere = ServiceError::new(ServiceErrorKind::UrlElsewhere);
            return Err(elsewhere.with_detail(origin));
        }
        if url.is_plain_http() && !addresses.loopback_http {
            let refused = ServiceError::new(ServiceErrorKind::UrlRefused);
            return Err(refused.with_detail("plain http"));
        }
        Ok(())
    }
}

/// Whether one of the registration's own endpoints, or its issuer, is there.
fn is_own(origin: &str, registration: &Registration) -> bool {
    let issuer = || Origin::of_text(registration.id().issuer().as_str());
    registration
        .own_urls()
        .any(|url| Origin::text_of(url) == origin)
        || issuer().is_some_and(|issuer| issuer.as_str() == origin)
}
