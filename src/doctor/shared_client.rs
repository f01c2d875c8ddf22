//! Client ids that several registrations have at one token endpoint.

use std::collections::{BTreeSet, HashMap};

use url::Url;

use crate::{
    doctor::{Finding, Subject, listed::Entry, site::origin_of},
    identity::RegistrationId,
    registration::Registration,
};

const CHECK: &str = "client_id_shared";

/// What is found, by registration.
///
/// Issuer and client id prove the tool at a token endpoint. Where two registrations have the same there, a platform may
/// have named another's endpoint or audience, and would be given what is that one's.
pub(super) fn check(entries: &[Entry]) -> HashMap<RegistrationId, Finding> {
    let mut places: HashMap<(&str, String), BTreeSet<&RegistrationId>> = HashMap::new();
    for entry in entries {
        let id = entry.registration.id();
        for origin in origins(&entry.registration) {
            let place = (id.client_id().as_str(), origin);
            places.entry(place).or_default().insert(id);
        }
    }
    let mut found = HashMap::new();
    for ((_, origin), ids) in places {
        let mut first_two = ids.iter();
        let (Some(first), Some(second)) = (first_two.next(), first_two.next()) else {
            continue;
        };
        for id in &ids {
            let other = if id == first { second } else { first };
            found.insert((*id).clone(), shared(id, other, &origin));
        }
    }
    found
}

/// Where what proves the tool is good: at the token endpoint, and at the audience.
fn origins(registration: &Registration) -> BTreeSet<String> {
    let texts = [registration.token_endpoint(), registration.token_audience()];
    let origin = |text: &str| {
        let url = Url::parse(text).or_else(|_| Url::parse(&format!("https://{text}")));
        origin_of(&url.ok()?)
    };
    texts.into_iter().flatten().filter_map(origin).collect()
}

fn shared(id: &RegistrationId, other: &RegistrationId, origin: &str) -> Finding {
    let seen = format!(
        "the token endpoint or audience at {origin} is that of another one with this client id: {}",
        Subject::of_registration(other)
    );
    let finding = match id.issuer() == other.issuer() {
        true => Finding::warning(CHECK, seen),
        false => Finding::error(CHECK, seen),
    };
    finding
        .wanted("a client id that one registration alone has at a token endpoint")
        .remedy("see which of the two belongs there, and disable the other: it would get access tokens that are not its own")
}
