//! Near misses: registered issuers and client ids that look like an unknown one, for the log.

use std::time::Duration;

use crate::{
    identity::{Issuer, RegistrationId},
    redact::log_value,
    registration::Registrations,
    spelling::{host, slip, variants},
    store::{AnyRegistrations, IssuerMatch},
};

/// How long looking for near misses may take: a user waits for the answer.
const MAX_TIME: Duration = Duration::from_millis(250);

/// The most registrations that a login is compared with.
const MAX_COMPARED: usize = 1_000;

/// A near miss of an issuer that is not registered.
pub(super) async fn near_issuer(
    known: &AnyRegistrations,
    issuer: &Issuer,
    client_id: Option<&str>,
) -> Option<String> {
    let in_memory = known.look_through(|list| {
        (list.len() <= MAX_COMPARED).then(|| near_issuer_in(list, issuer.as_str(), client_id))
    });
    match in_memory.flatten() {
        Some(near) => near,
        None => {
            let asking = ask_about_variants(known, issuer.as_str());
            tokio::time::timeout(MAX_TIME, asking).await.ok()?
        }
    }
}

fn near_issuer_in(list: &Registrations, issuer: &str, client_id: Option<&str>) -> Option<String> {
    let issuers = || list.iter().map(|registration| registration.id().issuer());
    let with_client_id = || {
        let mut found = list.iter();
        found.find(|registration| Some(registration.id().client_id().as_str()) == client_id)
    };
    let slip = issuers().find_map(|known| slip(issuer, known.as_str()));
    slip.or_else(|| {
        let known = with_client_id()?.id().issuer().as_str();
        let known = log_value(known);
        Some(format!(
            "this client id is registered with the issuer {known}"
        ))
    })
    .or_else(|| {
        let known = issuers().find(|known| host(known.as_str()) == host(issuer))?;
        let known = log_value(known.as_str());
        Some(format!("the registered {known} has the same host"))
    })
}

async fn ask_about_variants(known: &AnyRegistrations, issuer: &str) -> Option<String> {
    for variant in variants(issuer) {
        let variant = Issuer::from(variant);
        match known.find_by_issuer(&variant).await {
            Ok(IssuerMatch::None) => {}
            Ok(IssuerMatch::One(_) | IssuerMatch::Several) => {
                let variant = variant.as_str();
                return slip(issuer, variant).or_else(|| {
                    let known = log_value(variant);
                    Some(format!("the registered {known} has the same host"))
                });
            }
            Err(_) => return None,
        }
    }
    None
}

/// The client ids that the issuer has, and a near miss of one that it does not have.
pub(super) fn near_client_id(
    known: &AnyRegistrations,
    issuer: &Issuer,
    client_id: &str,
    of_issuer: &IssuerMatch,
) -> (Option<String>, Option<String>) {
    let in_memory = known.look_through(|list| {
        let all = list.iter().take(MAX_COMPARED);
        all.map(|registration| registration.id().clone()).collect()
    });
    let mut ids: Vec<RegistrationId> = in_memory.unwrap_or_default();
    if let (IssuerMatch::One(registration), true) = (of_issuer, ids.is_empty()) {
        ids.push(registration.id().clone());
    }
    let theirs = || ids.iter().filter(|id| id.issuer() == issuer);
    let same = theirs().find(|id| id.client_id().as_str() == client_id);
    if same.is_some_and(|id| id.discriminator().is_some()) {
        let hint = "its registrations have a discriminator, so that the login URL has to end in the login_name of one";
        return (None, Some(hint.to_owned()));
    }
    let expected: Vec<&str> = theirs().map(|id| id.client_id().as_str()).take(4).collect();
    let slip = theirs().find_map(|id| slip(client_id, id.client_id().as_str()));
    let hint = slip.or_else(|| {
        let elsewhere = ids.iter().find(|id| id.client_id().as_str() == client_id)?;
        let issuer = log_value(elsewhere.issuer().as_str());
        Some(format!("it is registered with the issuer {issuer}"))
    });
    let expected = (!expected.is_empty()).then(|| expected.join(", "));
    (expected, hint)
}
