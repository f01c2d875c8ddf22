//! Why a call to a platform's service failed, and who has to do what about it.

mod action_by;
mod failure_kinds;
mod kind;
mod list_progress;
mod platform_message;
#[expect(clippy::module_inception, reason = "named for its type")]
mod service_error;

pub use self::{
    action_by::ActionBy, kind::ServiceErrorKind, list_progress::ListProgress,
    service_error::ServiceError,
};
pub(crate) use self::{failure_kinds::failure_kinds, platform_message::PlatformMessage};
