//! `Debug` without the query of any URL: it may hold a key.

use std::fmt;

use crate::{
    redact::RedactedUrl,
    registration::{Registration, RegistrationBuilder},
};

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("id", self.id())
            .field(
                "authorization_endpoint",
                &RedactedUrl(self.authorization_endpoint()),
            )
            .field("token_endpoint", &self.token_endpoint().map(RedactedUrl))
            .field("token_audience", &self.token_audience().map(RedactedUrl))
            .field("key_source", self.key_source())
            .field("algorithms", &self.algorithms())
            .field("redirect_uri", &self.redirect_uri().map(RedactedUrl))
            .field(
                "trusted_audiences",
                &self
                    .trusted_audiences()
                    .iter()
                    .map(|one| RedactedUrl(one))
                    .collect::<Vec<_>>(),
            )
            .field("authorized_party_check", &self.authorized_party_check())
            .field("deployment_quota", &self.deployment_quota())
            .field("target_link_uri_check", &self.target_link_uri_check())
            .field("login_name", &self.login_name())
            .field("product_family", &self.product_family())
            .field("status", &self.status())
            .field("certificate_authorities", self.certificate_authorities())
            .field("allows_private_network", &self.allows_private_network())
            .field("service_origins", &self.service_origins())
            .finish_non_exhaustive()
    }
}

/// The id alone: nothing else has been checked, and any of it may hold a secret.
impl fmt::Debug for RegistrationBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationBuilder")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
