//! Why a call to a platform's service failed, and who has to do what about it.

mod action_by;
mod kind;
mod list_progress;
mod platform_message;
#[expect(clippy::module_inception, reason = "named for its type")]
mod service_error;

pub(crate) use self::platform_message::PlatformMessage;
pub use self::{
    action_by::ActionBy, kind::ServiceErrorKind, list_progress::ListProgress,
    service_error::ServiceError,
};
