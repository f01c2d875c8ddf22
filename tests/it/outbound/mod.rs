//! What goes out to platforms: one exchange for each call, within its limits, and nothing else.

mod addresses;
mod bounds;
mod certificates;
pub(crate) mod contract;
mod own_client;
mod proxies;
mod server;

use std::{error::Error, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use tower_lti::outbound::{AddressPolicy, Exchange, ExchangeError, ExchangeLimits, HttpsClient};

/// Plain http to loopback, where the servers of the tests are.
fn loopback() -> AddressPolicy {
    let mut addresses = AddressPolicy::default();
    addresses.loopback_http = true;
    addresses
}

/// Ten seconds, 64 KiB, loopback.
fn limits() -> ExchangeLimits {
    ExchangeLimits::new(Duration::from_secs(10), 64 * 1024, loopback())
}

fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

async fn sent(url: &str) -> Result<Response<Bytes>, ExchangeError> {
    HttpsClient::new().send(get(url), limits()).await
}

/// An error with all that led to it.
fn chain(error: &(dyn Error + 'static)) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}
