//! What a launch has proven: for the handler, for a session, and for onboarding.

mod context;
mod open_deployment;
mod proven_launch;
mod stored;

pub use self::{
    context::LaunchContext,
    stored::{StoredLaunch, StoredLaunchError},
};
pub(crate) use self::{open_deployment::check_open, proven_launch::ProvenLaunch};
