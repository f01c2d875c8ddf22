//! What is checked when a registration is built.

use crate::{
    endpoint::Endpoint,
    key_set::KeySource,
    outbound::CertificateAuthorities,
    redact,
    registration::{
        Registration, RegistrationBuilder, RegistrationError,
        identifiers::{check_access_token, check_identifier, check_login_name, check_name},
        reserved_parameters::{REQUEST_PARAMETERS, RESPONSE_PARAMETERS, check_reserved},
    },
};

impl RegistrationBuilder {
    /// Checks everything and builds the registration.
    ///
    /// # Errors
    ///
    /// Fails when a required setting is missing, when an identifier is not 1 to 255 characters (a client id 1 to 1,024) of
    /// printable ASCII without spaces around them, when a login name is no path segment, when there is a discriminator
    /// but no login name, when an endpoint or a service's origin is neither https nor plain http on loopback, when the
    /// certificate authorities are no PEM, and when no algorithm is allowed.
    pub fn build(self) -> Result<Registration, RegistrationError> {
        check_identifier("issuer", self.id.issuer().as_str())?;
        check_identifier("client_id", self.id.client_id().as_str())?;
        if let Some(audience) = &self.token_audience {
            check_identifier("token_audience", audience)?;
        }
        for audience in &self.trusted_audiences {
            check_identifier("trusted_audiences", audience)?;
        }
        match (&self.login_name, self.id.discriminator()) {
            (Some(name), _) => check_login_name(name)?,
            (None, Some(_)) => {
                return Err(RegistrationError::NotReachable {
                    registration: self.id,
                });
            }
            (None, None) => {}
        }
        if let Some(discriminator) = self.id.discriminator() {
            check_identifier("discriminator", discriminator)?;
        }
        if let Some(name) = &self.name {
            check_name(name)?;
        }
        if let Some(time) = &self.registered_at {
            check_identifier("registered_at", time)?;
        }
        if let Some(token) = &self.access_token {
            check_access_token(token)?;
        }
        let missing = |setting| RegistrationError::Missing {
            setting,
            registration: self.id.clone(),
        };
        let authorization_endpoint = self
            .authorization_endpoint
            .as_deref()
            .ok_or_else(|| missing("authorization_endpoint"))?;
        let authorization_endpoint =
            parse_endpoint("authorization_endpoint", authorization_endpoint)?;
        check_reserved(
            "authorization_endpoint",
            &REQUEST_PARAMETERS,
            authorization_endpoint.as_str(),
        )?;
        let parse =
            |setting, url: Option<&String>| url.map(|url| parse_endpoint(setting, url)).transpose();
        let token_endpoint = parse("token_endpoint", self.token_endpoint.as_ref())?;
        let redirect_uri = parse("redirect_uri", self.redirect_uri.as_ref())?;
        if let Some(url) = &redirect_uri {
            check_reserved("redirect_uri", &RESPONSE_PARAMETERS, url.as_str())?;
        }
        let jwks_url = parse("jwks_url", self.jwks_url.as_ref())?;
        let client_uri = parse("registration_client_uri", self.client_uri.as_ref())?;
        let key_source = match (self.key_set, jwks_url) {
            (Some(keys), _) => KeySource::Fixed(keys),
            (None, Some(url)) => KeySource::Url(url),
            (None, None) => {
                return Err(RegistrationError::Missing {
                    setting: "jwks_url",
                    registration: self.id,
                });
            }
        };
        if self.algorithms.is_empty() {
            return Err(RegistrationError::NoAlgorithm {
                registration: self.id,
            });
        }
        let mut service_origins = Vec::new();
        for given in &self.service_origins {
            let origin = parse_endpoint("service_origins", given)?;
            service_origins.push(origin.url().origin().ascii_serialization());
        }
        let mut certificate_authorities = CertificateAuthorities::default();
        for pem in &self.certificate_authorities {
            let more = CertificateAuthorities::from_pem(pem).map_err(|source| {
                RegistrationError::CertificateAuthorities {
                    registration: self.id.clone(),
                    source,
                }
            })?;
            certificate_authorities = certificate_authorities.and(&more);
        }
        Ok(Registration {
            id: self.id,
            authorization_endpoint,
            token_endpoint,
            token_audience: self.token_audience,
            key_source,
            algorithms: self.algorithms,
            redirect_uri,
            trusted_audiences: self.trusted_audiences,
            authorized_party_check: self.authorized_party_check,
            deployment_quota: self.deployment_quota,
            on_missing_deployment: self.on_missing_deployment,
            target_link_uri_check: self.target_link_uri_check,
            login_name: self.login_name,
            product_family: self.product_family,
            status: self.status,
            certificate_authorities,
            allow_private_network: self.allow_private_network,
            service_origins,
            tool_key_algorithm: self.tool_key_algorithm,
            token_audience_as_array: self.token_audience_as_array,
            assertion_names_deployment: self.assertion_names_deployment,
            deep_linking_response_has_subject: self.deep_linking_response_has_subject,
            score_timestamps: self.score_timestamps,
            name: self.name,
            registered_at: self.registered_at,
            client_uri,
            access_token: self.access_token,
        })
    }
}

fn parse_endpoint(setting: &'static str, given: &str) -> Result<Endpoint, RegistrationError> {
    Endpoint::parse(given).map_err(|problem| RegistrationError::Endpoint {
        setting,
        given: redact::url(given),
        problem: problem.problem(),
    })
}
