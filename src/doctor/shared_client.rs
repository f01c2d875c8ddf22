//! Client ids that several registrations have at one token endpoint.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use url::Url;

use crate::{
    doctor::{Finding, Subject, listed::Entry, site::origin_of},
    identity::RegistrationId,
    registration::{Registration, RegistrationStatus},
};

const CHECK: &str = "client_id_shared";

/// What is found, by registration.
///
/// Issuer and client id prove the tool at a token endpoint. Where two registrations have the same there, a platform may
/// have named another's endpoint or audience, and would be given what is that one's. One that is disabled is given nothing;
/// one that waits for approval is told of, and keeps no other from being checked.
pub(super) fn check(entries: &[Entry]) -> HashMap<RegistrationId, Finding> {
    let counts = entries
        .iter()
        .filter(|entry| entry.registration.status() != RegistrationStatus::Disabled);
    let mut places: HashMap<(&str, String), BTreeMap<&RegistrationId, RegistrationStatus>> =
        HashMap::new();
    for registration in counts.map(|entry| &entry.registration) {
        let id = registration.id();
        for origin in origins(registration) {
            let place = (id.client_id().as_str(), origin);
            let there = places.entry(place).or_default();
            there.insert(id, registration.status());
        }
    }
    let mut found = HashMap::new();
    for ((_, origin), there) in places {
        let is_active = |(_, status): &(&&RegistrationId, &RegistrationStatus)| {
            **status == RegistrationStatus::Active
        };
        let first_two = |active_alone: bool| -> Vec<&RegistrationId> {
            let all = there.iter();
            let wanted = all.filter(|one| !active_alone || is_active(one));
            wanted.map(|(id, _)| *id).take(2).collect()
        };
        let (active, all) = (first_two(true), first_two(false));
        for (id, status) in &there {
            let others = match status {
                RegistrationStatus::Active => &active,
                RegistrationStatus::Pending | RegistrationStatus::Disabled => &all,
            };
            if let Some(other) = others.iter().find(|other| *other != id) {
                found.insert((*id).clone(), shared(id, other, &origin));
            }
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
        "{} has this client id, too, and a token endpoint or an audience at {origin}, too",
        Subject::of_registration(other)
    );
    let finding = match id.issuer() == other.issuer() {
        true => Finding::warning(CHECK, seen),
        false => Finding::error(CHECK, seen),
    };
    finding
        .wanted("a client id that one registration alone has at a token endpoint")
        .remedy("see which of the two belongs there, and disable or remove the other: it would get access tokens that are not its own")
}
