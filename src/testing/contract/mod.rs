//! The contract of the stores, as checks for any store.
//!
//! A store that launches depend on must withstand races, retries and odd ids. Check your own on a runtime with
//! several threads, and against the real database:
//!
//! ```
//! use tower_lti::{MemoryStore, testing::contract};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! contract::check_all(&MemoryStore::default()).await;
//! # }
//! ```
//!
//! | a store that is | is checked by |
//! |---|---|
//! | everything | [`check_all`] |
//! | a [`LaunchStore`], such as a pair | [`check_launches`] |
//! | a [`NonceStore`] | [`check_nonces`] |
//! | a [`DeploymentStore`] | [`check_deployments`] |
//! | a [`ParkedLaunchStore`] | [`check_parked`] |
//! | a `SessionStore` (feature `sessions`) | `check_sessions` |
//! | a `KeyStore` (feature `services`) | `check_tool_keys` |
//! | a `RegistrationRecordStore` (feature `registration`) | `check_registrations` |
//!
//! Every check uses new registrations, so that the store need not be empty.

mod deployments;
mod fixtures;
mod launches;
mod nonces;
mod pages;
mod parked;
#[cfg(feature = "registration")]
mod registrations;
#[cfg(feature = "sessions")]
mod sessions;
#[cfg(feature = "services")]
mod tool_keys;

use crate::store::{DeploymentStore, LaunchStore, NonceStore, ParkedLaunchStore};

/// Checks everything.
///
/// # Panics
///
/// Panics with the reason at the first violation.
pub async fn check_all<S: LaunchStore + ParkedLaunchStore + Clone>(store: &S) {
    check_launches(store).await;
    check_parked(store).await;
    parked::parking_leaves_the_ticket_alone(store).await;
}

/// Checks the nonces, the deployments, and a launch's call for both.
///
/// # Panics
///
/// Panics with the reason at the first violation.
pub async fn check_launches<S: LaunchStore + Clone>(store: &S) {
    check_nonces(store).await;
    check_deployments(store).await;
    launches::finding_at_launch_agrees_with_the_rest(store).await;
}

/// Checks that a nonce is consumed once, in races and retries.
///
/// # Panics
///
/// Panics with the reason at the first violation.
pub async fn check_nonces<S: NonceStore + Clone>(store: &S) {
    nonces::one_of_many_consumes_a_nonce(store).await;
    nonces::a_retried_attempt_is_first_again(store).await;
    nonces::nonces_of_two_registrations_do_not_meet(store).await;
    nonces::asking_for_a_nonce_does_not_consume_it(store).await;
}

/// Checks that deployments are created once, changed, listed and removed, and their ids are kept apart.
///
/// # Panics
///
/// Panics with the reason at the first violation.
pub async fn check_deployments<S: DeploymentStore + Clone>(store: &S) {
    deployments::one_of_many_creates_it(store).await;
    deployments::what_is_there_is_never_overwritten(store).await;
    deployments::a_quota_bounds_new_deployments_alone(store).await;
    deployments::a_status_changes_only_what_is_there(store).await;
    deployments::approval_opens_what_is_pending_alone(store).await;
    pages::deployments_are_listed_page_by_page(store).await;
    pages::a_page_has_no_more_than_a_page_may_have(store).await;
    deployments::removal_is_told_apart(store).await;
    deployments::deployment_ids_are_kept_byte_for_byte(store).await;
    deployments::registrations_are_told_apart_by_their_discriminators(store).await;
}

/// Checks that a parked launch is returned unchanged until it is removed.
///
/// # Panics
///
/// Panics with the reason at the first violation.
pub async fn check_parked<S: ParkedLaunchStore>(store: &S) {
    parked::a_parked_launch_is_returned_until_it_is_removed(store).await;
}

/// Checks that a slot takes one of many keys, and that a key is kept until it is replaced or removed.
///
/// # Panics
///
/// Panics with the reason at the first violation.
#[cfg(feature = "services")]
#[cfg_attr(docsrs, doc(cfg(feature = "services")))]
pub async fn check_tool_keys<S: crate::store::KeyStore + Clone>(store: &S) {
    tool_keys::one_of_many_takes_a_slot(store).await;
    tool_keys::a_key_is_kept_until_it_is_replaced_or_removed(store).await;
}

/// Checks that registrations are added once, kept to the byte and changed one change after the other, and that each
/// change is seen in the revision.
///
/// Nobody else may change the registrations of the store meanwhile.
///
/// # Panics
///
/// Panics with the reason at the first violation.
#[cfg(feature = "registration")]
#[cfg_attr(docsrs, doc(cfg(feature = "registration")))]
pub async fn check_registrations<S: crate::store::RegistrationRecordStore + Clone>(store: &S) {
    registrations::what_can_be_written_says_so_and_stays(store).await;
    registrations::a_record_is_kept_until_it_is_replaced_or_removed(store).await;
    registrations::the_revision_is_that_of_what_is_loaded(store).await;
    registrations::ids_and_login_names_are_kept_byte_for_byte(store).await;
    registrations::a_login_name_has_one_owner(store).await;
    registrations::one_of_many_is_added(store).await;
    registrations::a_record_is_added_again_with_success(store).await;
    registrations::one_of_many_changes_is_made(store).await;
}

/// Checks that a session is kept until it is removed or expires, and that the marks of its scopes are returned with it.
///
/// The store has to go by the real time: a clock that a test moves is not waited for. Takes two seconds.
///
/// # Panics
///
/// Panics with the reason at the first violation.
#[cfg(feature = "sessions")]
#[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
pub async fn check_sessions<S: crate::store::SessionStore + Clone>(store: &S) {
    sessions::a_session_is_returned_until_it_is_removed(store).await;
    sessions::a_removed_session_does_not_come_back(store).await;
    sessions::marks_are_those_that_were_set_last(store).await;
    sessions::a_mark_is_missed_by_no_session(store).await;
    sessions::a_session_lives_from_its_last_call_on(store).await;
}
