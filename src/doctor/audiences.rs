//! Audiences that platforms are known to want (Security Framework 1.0 §4.1.1).

use crate::{
    doctor::product::BRIGHTSPACE_AUDIENCE,
    registration::{ProductFamily, Registration},
};

use super::product::family;

/// Those that the registration does not name, the likeliest first. They are sent to its own token endpoint alone.
pub(super) fn other_audiences(registration: &Registration) -> Vec<String> {
    let is_brightspace = family(registration) == Some(ProductFamily::Brightspace);
    let known = [
        is_brightspace.then_some(BRIGHTSPACE_AUDIENCE),
        registration.token_endpoint(),
        Some(registration.id().issuer().as_str()),
        Some(BRIGHTSPACE_AUDIENCE),
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
