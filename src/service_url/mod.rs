//! URLs of a platform's services: judged as parsed, sent as written.

#[expect(clippy::module_inception, reason = "named for its type")]
mod service_url;

pub(crate) use self::service_url::{Origin, ServiceUrl};
