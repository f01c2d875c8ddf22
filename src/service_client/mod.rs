//! Calls to a platform's services: access token, origin, rate limits and repeats inside.

mod call;
#[expect(clippy::module_inception, reason = "named for its type")]
mod service_client;

pub(crate) use self::call::{Answer, Repeat, ServiceCall};
pub use self::service_client::ServiceClient;
