//! A deployment: one installation of the tool under a registration.
//!
//! A platform may install one registered tool many times: once for the whole institution, once for
//! a course. Each installation has a deployment id, and the triple of issuer, client id and
//! deployment id is what a tool may treat as a tenant (LTI Core 1.3 §3.1.3).

mod key;
mod page;
mod record;
mod status;

pub use self::{
    key::{DeploymentId, DeploymentKey},
    page::DeploymentPage,
    record::{Deployment, DeploymentOutcome},
    status::{DeploymentOrigin, DeploymentStatus, ParseOriginError, ParseStatusError},
};
