//! HTTP requests to platforms: one client, behind an SSRF guard.
//!
//! A [`Client`] performs one exchange for each call: it follows no redirect, retries nothing, decodes no
//! content, keeps no cookies, and uses no proxy from the environment. Each call says for how long, for how
//! many bytes, and to which addresses: its [`RequestLimits`] and [`AddressPolicy`].

mod address_policy;
mod client;
mod error;
mod request;
mod resolver;
mod response;
mod ssrf;

pub(crate) use self::{
    address_policy::AddressPolicy,
    client::Client,
    error::OutboundError,
    request::{OutboundRequest, RequestLimits},
    response::OutboundResponse,
};
