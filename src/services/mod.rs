//! After the launch: a platform's services, with keys, tokens and limits taken care of.

mod endpoints;
mod grades;
mod roster;
#[expect(clippy::module_inception, reason = "named for its type")]
mod services;

pub use self::{endpoints::ServiceEndpoints, services::Services};
pub use crate::{
    paging::{ListBounds, Pages},
    service_client::ServiceClient,
    service_error::{ActionBy, ListProgress, ServiceError, ServiceErrorKind},
};
