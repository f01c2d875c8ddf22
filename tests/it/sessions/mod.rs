//! Sessions: what a launch has proven, at the next click.

mod choosing;
mod cookies;
mod cross_site;
mod data;
mod ending;
mod extractors;
mod handles;
mod large;
mod layers;
mod lifetimes;
mod redirects;
mod references;
mod store_faults;
mod tabs;
pub(crate) mod visitor;

pub(crate) use self::visitor::{Visitor, tool_of};

use bytes::Bytes;
use http::Response;
use tower_lti::{LtiError, error::LtiErrorKind};

/// Why a request was refused.
fn kind(answer: &Response<Bytes>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}
