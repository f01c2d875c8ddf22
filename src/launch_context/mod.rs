//! What a launch has proven: for the handler, for a session, and for onboarding.

mod context;
mod open_deployment;
mod proven_launch;
mod stored;
mod submission_review;

pub use self::{
    context::LaunchContext,
    stored::{StoredLaunch, StoredLaunchError},
    submission_review::SubmissionReview,
};
pub(crate) use self::{open_deployment::check_open, proven_launch::ProvenLaunch};
