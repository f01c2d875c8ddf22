//! The addresses of a configuration.

use http::Uri;
use url::{Host, Url};

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, PlatformConfiguration, RegistrationFailure,
        issuer_policy::is_at_vendor,
    },
    endpoint::Endpoint,
    outbound::AddressPolicy,
    registration::Registration,
    web_address::WebAddress,
};

/// Checks every address before anything is sent to one of them or kept, and returns where the tool is registered.
pub(super) fn check_endpoints(
    configuration: &PlatformConfiguration,
    addresses: &AddressPolicy,
) -> Result<Url, DynamicRegistrationError> {
    let [others @ .., (name, registration_endpoint)] = configuration.endpoints();
    for (name, endpoint) in others {
        check(name, endpoint, addresses)?;
    }
    check(name, registration_endpoint, addresses)
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
    let may_be_local =
        addresses.private_networks || (addresses.loopback_http && address.is_loopback());
    if !may_be_local && has_local_name(address.url()) {
        return Err(refused("has a name of a network that is not the internet"));
    }
    match addresses.check_uri(&uri) {
        Ok(()) => Ok(address.into_url()),
        Err(error) => Err(refused("is not a place that requests may go to").with_source(error)),
    }
}

/// Endings of names that lead to this machine or into its network, and nowhere on the internet: RFC 6761, RFC 6762, RFC
/// 8375, RFC 9476, and ICANN's choice of `internal` for private use.
const LOCAL_ENDINGS: [&str; 10] = [
    "alt",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
];

/// Whether the host is a name that is looked up in a network of its own: one without a dot, or with such an ending.
fn has_local_name(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return false;
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    match name.rsplit_once('.') {
        Some((above, ending)) => {
            let is_home = ending == "arpa" && (above == "home" || above.ends_with(".home"));
            is_home || LOCAL_ENDINGS.contains(&ending)
        }
        None => true,
    }
}

/// Refuses a configuration by which an issuer that is known would be at other addresses: another's keys would count for
/// what looks like the same platform.
pub(super) fn agree_with<'a>(
    configuration: &PlatformConfiguration,
    known: impl Iterator<Item = &'a Registration>,
) -> Result<(), DynamicRegistrationError> {
    for registration in known {
        let keys = registration.key_source().url().map(Endpoint::as_str);
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
                .all(|url| is_at_vendor(&configuration.issuer, url));
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

#[cfg(test)]
mod tests {
    use super::*;

    // REG-12, S25
    #[test]
    fn a_name_that_leads_into_a_network_is_no_endpoint_of_a_public_platform() {
        let public = AddressPolicy::default();
        let loopback = AddressPolicy {
            loopback_http: true,
            ..AddressPolicy::default()
        };
        let private = AddressPolicy {
            private_networks: true,
            ..AddressPolicy::default()
        };
        for (policy, allowed, url) in [
            (&public, true, "https://lms.example/x"),
            (&public, true, "https://lms.example./x"),
            (&public, true, "https://local.example/x"),
            (&public, false, "https://localhost/x"),
            (&public, false, "https://LOCALHOST/x"),
            (&public, false, "https://localhost./x"),
            (&public, false, "https://lms.localhost/x"),
            (&public, false, "https://printer/x"),
            (&public, false, "https://printer./x"),
            (&public, false, "https://db.internal/x"),
            (&public, false, "https://lms.LOCAL/x"),
            (&public, false, "https://nas.home.arpa/x"),
            (&public, false, "http://localhost/x"),
            (&loopback, true, "http://localhost:8080/x"),
            (&loopback, true, "http://127.0.0.1:8080/x"),
            (&loopback, true, "https://lms.localhost/x"),
            (&loopback, false, "https://db.internal/x"),
            (&private, true, "https://db.internal/x"),
            (&private, true, "https://lms/x"),
        ] {
            assert_eq!(check("jwks_uri", url, policy).is_ok(), allowed, "{url}");
        }
    }
}
