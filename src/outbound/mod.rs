//! Requests to platforms: one port for one exchange, and the client behind it with an SSRF guard.
//!
//! An [`Exchange`] performs one exchange for each call: it follows no redirect, repeats nothing, decodes no
//! content, keeps no cookies, and uses no proxy from the environment. Each call says for how long, for how
//! many bytes, and to which addresses: its [`ExchangeLimits`].

mod address_policy;
mod body_buffer;
mod certificate_authorities;
mod exchange;
mod exchange_error;
#[cfg(feature = "reqwest")]
mod https_client;
mod observed;
#[cfg(feature = "services")]
mod parsed_url;
#[cfg(feature = "reqwest")]
mod pools;
#[cfg(feature = "reqwest")]
mod proxy;
mod purpose;
#[cfg(feature = "reqwest")]
mod resolver;
mod ssrf;
mod tower_exchange;
#[cfg(feature = "services")]
mod unconfigured;
mod user_agent;
mod whole_response;

pub(crate) use self::observed::Observed;
#[cfg(feature = "services")]
pub(crate) use self::parsed_url::ParsedUrl;
#[cfg(feature = "services")]
pub(crate) use self::unconfigured::Unconfigured;
pub use self::{
    address_policy::AddressPolicy,
    certificate_authorities::{CertificateAuthorities, CertificateError},
    exchange::{Exchange, ExchangeFuture, ExchangeLimits},
    exchange_error::{ExchangeError, ExchangeErrorKind},
    purpose::Purpose,
    tower_exchange::TowerExchange,
    user_agent::ContactError,
};
#[cfg(feature = "reqwest")]
pub use self::{https_client::HttpsClient, proxy::ProxyError};
