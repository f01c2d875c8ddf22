//! Audiences that a platform may want in place of the one that it was asked with (Security Framework 1.0 §4.1.1).

use url::Url;

use crate::{
    doctor::site::origin_of,
    registration::{BRIGHTSPACE_AUDIENCE, BRIGHTSPACE_TOKEN_ORIGIN, Registration},
};

/// Those to try at the registration's token endpoint, the likeliest first.
///
/// Whoever gets an assertion can use it wherever its audience is. So each is at the token endpoint's own origin, or is
/// the one that the vendor documents for that very host.
pub(super) fn other_audiences(registration: &Registration) -> Vec<String> {
    let Some(endpoint) = registration.token_endpoint() else {
        return Vec::new();
    };
    let Some(origin) = Url::parse(endpoint).ok().and_then(|url| origin_of(&url)) else {
        return Vec::new();
    };
    let issuer = registration.id().issuer().as_str();
    let is_there = Url::parse(issuer).is_ok_and(|url| origin_of(&url).as_ref() == Some(&origin));
    let known = [
        (origin == BRIGHTSPACE_TOKEN_ORIGIN).then_some(BRIGHTSPACE_AUDIENCE),
        Some(endpoint),
        is_there.then_some(issuer),
    ];
    let given = registration.token_audience();
    let mut others: Vec<String> = Vec::new();
    for audience in known.into_iter().flatten() {
        if Some(audience) != given && !others.iter().any(|other| other == audience) {
            others.push(audience.to_owned());
        }
    }
    others
}
