//! The addresses of a configuration.

use http::Uri;
use url::Url;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, PlatformConfiguration, RegistrationFailure,
        issuer_policy::is_vendor_host,
    },
    key_set::KeySource,
    outbound::AddressPolicy,
    registration::Registration,
    web_address::WebAddress,
};

/// Checks every address before anything is sent to one of them or kept, and returns where the tool is registered.
pub(super) fn check_endpoints(
    configuration: &PlatformConfiguration,
    addresses: &AddressPolicy,
) -> Result<Url, DynamicRegistrationError> {
    check(
        "authorization_endpoint",
        &configuration.authorization_endpoint,
        addresses,
    )?;
    check("token_endpoint", &configuration.token_endpoint, addresses)?;
    check("jwks_uri", &configuration.jwks_uri, addresses)?;
    check(
        "registration_endpoint",
        &configuration.registration_endpoint,
        addresses,
    )
}

/// Checks one address: https, to a public host.
pub(super) fn check(
    name: &str,
    given: &str,
    addresses: &AddressPolicy,
) -> Result<Url, DynamicRegistrationError> {
    let refused = |problem: &str| {
        DynamicRegistrationError::new(RegistrationFailure::EndpointRefused)
            .about(format!("{name} {problem}: {}", crate::redact::url(given)))
    };
    let address = WebAddress::parse_safe(given).map_err(|problem| refused(problem.problem()))?;
    let uri: Uri = given
        .parse()
        .map_err(|_| refused("cannot be used in a request"))?;
    match addresses.check_uri(&uri) {
        Ok(()) => Ok(address.into_url()),
        Err(error) => Err(refused("is not a place that requests may go to").with_source(error)),
    }
}

/// Refuses a configuration by which an issuer that is known would be at other addresses: another's keys would count for
/// what looks like the same platform.
pub(super) fn agree_with<'a>(
    configuration: &PlatformConfiguration,
    known: impl Iterator<Item = &'a Registration>,
) -> Result<(), DynamicRegistrationError> {
    for registration in known {
        let keys = match registration.key_source() {
            KeySource::Url(url) => Some(url.as_str()),
            KeySource::Fixed(_) => None,
        };
        for (name, ours, theirs) in [
            (
                "authorization_endpoint",
                Some(registration.authorization_endpoint()),
                configuration.authorization_endpoint.as_str(),
            ),
            (
                "token_endpoint",
                registration.token_endpoint(),
                configuration.token_endpoint.as_str(),
            ),
            ("jwks_uri", keys, configuration.jwks_uri.as_str()),
        ] {
            let Some(ours) = ours else { continue };
            let both_are_vendor_s = [ours, theirs]
                .iter()
                .all(|url| is_of_vendor(&configuration.issuer, url));
            if ours != theirs && !both_are_vendor_s {
                let elsewhere =
                    DynamicRegistrationError::new(RegistrationFailure::IssuerKnownElsewhere);
                return Err(elsewhere.about(format!(
                    "{} is known with the {name} {}, and the configuration names {}.",
                    configuration.issuer,
                    crate::redact::url(ours),
                    crate::redact::url(theirs),
                )));
            }
        }
    }
    Ok(())
}

fn is_of_vendor(issuer: &str, url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        url.scheme() == "https" && is_vendor_host(issuer, url.host_str().unwrap_or_default())
    })
}
