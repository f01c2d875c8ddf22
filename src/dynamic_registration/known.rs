//! What is known already, beside what comes.

use tokio::sync::Mutex;
use url::Url;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, PlatformConfiguration, RegistrationFailure, RegistrationTerms,
        endpoints::agree_with, handle::PendingRegistration, issuer_policy::is_at_vendor,
        service::Settings,
    },
    identity::{Issuer, RegistrationId},
    live_registrations::Snapshot,
    registration::{Registration, RegistrationRecord},
};

/// Held while a registration is compared and kept: of two that exclude each other, one tool keeps the first.
#[derive(Default)]
struct Keeping(Mutex<()>);

/// Refuses a login name that is taken, and an issuer that is known with other endpoints unless the two are told apart.
pub(super) fn refuse_known(
    known: &Snapshot,
    configuration: &PlatformConfiguration,
    terms: &RegistrationTerms,
) -> Result<(), DynamicRegistrationError> {
    if let Some(name) = &terms.login_name
        && known.of_login_name(name).is_some()
    {
        let taken = DynamicRegistrationError::new(RegistrationFailure::AlreadyRegistered);
        return Err(taken.about(format!("The login name {name} is taken.")));
    }
    refuse_elsewhere(known, configuration, terms)
}

fn refuse_elsewhere(
    known: &Snapshot,
    configuration: &PlatformConfiguration,
    terms: &RegistrationTerms,
) -> Result<(), DynamicRegistrationError> {
    if terms.discriminator.is_some() {
        return Ok(());
    }
    let issuer = Issuer::from(configuration.issuer.as_str());
    agree_with(
        configuration,
        known.of_issuer(&issuer).map(|known| &**known),
    )
}

/// Refuses the client id of another registration at that one's token endpoint: what the tool signs there would prove it
/// to both, and the access token of the one would go to the services of the other (RFC 7523 §3; mix-up of audiences).
fn refuse_another_s_client(
    known: &Snapshot,
    new: &Registration,
) -> Result<(), DynamicRegistrationError> {
    for other in known.of_client_id(new.id().client_id()) {
        if other.id() != new.id() && (proves_at(new, other) || proves_at(other, new)) {
            let shared = DynamicRegistrationError::new(RegistrationFailure::ClientKnownElsewhere);
            return Err(shared.about(format!(
                "Client id {} is that of a registration with {}.",
                new.id().client_id(),
                other.id().issuer(),
            )));
        }
    }
    Ok(())
}

/// Whether an assertion for the one registration is for a place of the other.
fn proves_at(one: &Registration, other: &Registration) -> bool {
    let issuer = other.id().issuer().as_str();
    // Of two that are told apart under one issuer, that is no other place.
    let of_other = Some(issuer).filter(|issuer| *issuer != one.id().issuer().as_str());
    let places = [
        of_other,
        Some(other.authorization_endpoint()),
        other.token_endpoint(),
        other.token_audience(),
    ];
    let proofs = [one.token_endpoint(), one.token_audience()];
    proofs.into_iter().flatten().any(|proof| {
        places
            .iter()
            .flatten()
            .any(|place| is_same_place(proof, place))
            || is_at_vendor(issuer, proof)
    })
}

/// The same text, or the same scheme, host and port.
fn is_same_place(one: &str, other: &str) -> bool {
    let both = Url::parse(one).ok().zip(Url::parse(other).ok());
    one == other || both.is_some_and(|(one, other)| one.origin() == other.origin())
}

impl Settings {
    /// Keeps a registration, unless what is known by then, or has come meanwhile by another instance, excludes it.
    pub(super) async fn keep_beside_known(
        &self,
        pending: &PendingRegistration,
        record: &RegistrationRecord,
    ) -> Result<(), DynamicRegistrationError> {
        let keeping = self.tool.shared::<Keeping>();
        let _one_at_a_time = keeping.0.lock().await;
        let known = self.registrations.latest_snapshot().await?;
        if known.get(record.id()).is_some() {
            // A store takes what it has to the byte again, as of a call whose answer was lost. This is another call.
            let taken = DynamicRegistrationError::new(RegistrationFailure::AlreadyRegistered);
            return Err(taken.about(name_of(record.id())));
        }
        compare(&known, pending, record)?;
        self.keep(record).await?;
        let known = self.registrations.latest_snapshot().await?;
        let Err(excluded) = compare(&known, pending, record) else {
            return Ok(());
        };
        // Of two that came at once neither stays, rather than both.
        let removed = self.registrations.remove(record.id()).await;
        removed.map_err(|error| RegistrationFailure::NotStored.caused_by(error))?;
        Err(excluded)
    }
}

fn compare(
    known: &Snapshot,
    pending: &PendingRegistration,
    record: &RegistrationRecord,
) -> Result<(), DynamicRegistrationError> {
    refuse_elsewhere(known, &pending.configuration, &pending.terms)?;
    refuse_another_s_client(known, record.registration())
}

/// A registration in words.
pub(super) fn name_of(id: &RegistrationId) -> String {
    format!("{}, client id {}", id.issuer(), id.client_id())
}
