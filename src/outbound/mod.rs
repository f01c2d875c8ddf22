//! Requests to platforms: one port for one exchange, and the client behind it with an SSRF guard.
//!
//! An [`Exchange`] performs one exchange for each call: it follows no redirect, repeats nothing, decodes no
//! content, keeps no cookies, and uses no proxy from the environment. Each call says for how long, for how
//! many bytes, and to which addresses: its [`ExchangeLimits`].

mod address_policy;
#[cfg(feature = "reqwest")]
mod client;
#[cfg(feature = "reqwest")]
mod error;
mod exchange;
mod exchange_error;
#[cfg(feature = "reqwest")]
mod request;
#[cfg(feature = "reqwest")]
mod resolver;
#[cfg(feature = "reqwest")]
mod response;
mod ssrf;

pub use self::{
    address_policy::AddressPolicy,
    exchange::{Exchange, ExchangeFuture, ExchangeLimits},
    exchange_error::{ExchangeError, ExchangeErrorKind},
};
#[cfg(feature = "reqwest")]
pub(crate) use self::{
    client::Client,
    error::OutboundError,
    request::{OutboundRequest, RequestLimits},
    response::OutboundResponse,
};
