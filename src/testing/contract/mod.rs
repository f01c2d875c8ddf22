//! The contract of the stores, as checks that any store can be put through.
//!
//! A store that a launch depends on must hold out against races, retries and odd ids. Run this
//! against your own, on a runtime with several threads and against the real database:
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
//! Each check uses registrations that nobody else has, so that the store need not be empty, and may
//! be run alone.

mod deployments;
mod nonces;
mod stranger;

pub use self::{
    deployments::{
        a_page_has_no_more_than_a_page_may_have, a_quota_bounds_new_deployments_alone,
        a_status_changes_only_what_is_there, approval_opens_what_is_pending_alone,
        deployment_ids_are_kept_byte_for_byte, deployments_are_listed_page_by_page,
        finding_at_launch_agrees_with_the_rest, one_of_many_creates_it, removal_is_told_apart,
        what_is_there_is_never_overwritten,
    },
    nonces::{
        a_retried_attempt_is_first_again, nonces_of_two_registrations_do_not_meet,
        one_of_many_uses_a_nonce_up, what_is_parked_is_returned_until_it_is_unparked,
    },
};
use crate::store::LaunchStore;

/// Puts the store through every check.
///
/// # Panics
///
/// Panics, and says why, at the first thing that the store does wrong.
pub async fn check_all<S: LaunchStore + Clone>(store: &S) {
    one_of_many_uses_a_nonce_up(store).await;
    a_retried_attempt_is_first_again(store).await;
    nonces_of_two_registrations_do_not_meet(store).await;
    what_is_parked_is_returned_until_it_is_unparked(store).await;
    one_of_many_creates_it(store).await;
    what_is_there_is_never_overwritten(store).await;
    a_quota_bounds_new_deployments_alone(store).await;
    a_status_changes_only_what_is_there(store).await;
    approval_opens_what_is_pending_alone(store).await;
    deployments_are_listed_page_by_page(store).await;
    a_page_has_no_more_than_a_page_may_have(store).await;
    removal_is_told_apart(store).await;
    deployment_ids_are_kept_byte_for_byte(store).await;
    finding_at_launch_agrees_with_the_rest(store).await;
}
