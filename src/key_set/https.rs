//! Fetches key sets over https.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use bytes::BytesMut;
use http::{HeaderMap, StatusCode, header};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::Host;

use crate::key_set::{FetchError, FetchKeySet, FetchedKeySet, Fetching, address, set::MOST_BYTES};

/// How long one request may take, from connecting to the last byte.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches key sets over https, with rustls.
///
/// It follows no redirects, uses no proxy from the environment, reads at most 512 KiB, and connects to
/// no private address.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct HttpsKeySets {
    reach: Reach,
    client: OnceLock<Client>,
}

/// Where it may connect to beside public addresses.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    private_networks: bool,
    loopback_http: bool,
}

impl Reach {
    fn covers(self, address: std::net::IpAddr) -> bool {
        self.private_networks
            || !address::is_private(address)
            || (self.loopback_http && address.is_loopback())
    }
}

impl HttpsKeySets {
    /// Creates a fetcher that reaches public addresses only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets it connect to private addresses too, for platforms in the same network. Default: no.
    pub fn allow_private_networks(mut self) -> Self {
        self.reach.private_networks = true;
        self
    }

    /// Lets it use plain http to this very machine, for development. Default: no.
    pub fn allow_loopback_http(mut self) -> Self {
        self.reach.loopback_http = true;
        self
    }

    fn client(&self) -> Result<&Client, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .https_only(!self.reach.loopback_http)
            .dns_resolver(PublicOnly(self.reach))
            .user_agent(concat!("tower-lti/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(FetchError::invalid)?;
        Ok(self.client.get_or_init(|| client))
    }

    async fn get(&self, url: &str) -> Result<FetchedKeySet, FetchError> {
        let url: Url = url.parse().map_err(FetchError::invalid)?;
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        if literal.is_some_and(|address| !self.reach.covers(address)) {
            return Err(FetchError::invalid("the address is private"));
        }
        if url.scheme() != "https" && !crate::registration::is_loopback(&url) {
            return Err(FetchError::invalid("the URL is not https"));
        }
        let mut response = self
            .client()?
            .get(url)
            .header(header::ACCEPT, "application/json")
            .send()
            .await
            .map_err(sort)?;
        match response.status() {
            StatusCode::OK => {}
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                let error = FetchError::unreachable(format!("status {}", status.as_u16()));
                return Err(match retry_after(response.headers()) {
                    Some(pause) => error.retry_after(pause),
                    None => error,
                });
            }
            status => return Err(FetchError::invalid(format!("status {}", status.as_u16()))),
        }
        let max_age = max_age(response.headers());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(sort)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(FetchError::invalid("the answer has more than 512 KiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FetchedKeySet::new(body.freeze()).max_age(max_age))
    }
}

impl FetchKeySet for HttpsKeySets {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(self.get(url))
    }
}

/// Resolves names and leaves out the addresses that may not be reached: the connection is made to
/// what was looked at, so that no second answer can differ.
struct PublicOnly(Reach);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.covers(address.ip())).collect();
            if allowed.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// A name leads to private addresses only.
#[derive(Debug)]
struct PrivateAddress;

impl std::fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name leads to private addresses only")
    }
}

impl std::error::Error for PrivateAddress {}

/// Tells a forbidden address from trouble on the way.
fn sort(error: reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if one.is::<PrivateAddress>() {
            return FetchError::invalid(error);
        }
        cause = one.source();
    }
    FetchError::unreachable(error)
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

/// The `max-age` of `Cache-Control`; zero where the answer is not to be kept.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    let mut directives = text.split(',').map(|one| one.trim().to_ascii_lowercase());
    if directives
        .clone()
        .any(|one| one == "no-store" || one == "no-cache")
    {
        return Some(Duration::ZERO);
    }
    directives.find_map(|one| {
        let seconds = one.strip_prefix("max-age=")?.trim_matches('"').parse().ok();
        seconds.map(Duration::from_secs)
    })
}
