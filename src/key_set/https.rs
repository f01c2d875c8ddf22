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
            .map_err(FetchError::unreachable)?;
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
        let plain = url.scheme() == "http"
            && self.reach.loopback_http
            && crate::registration::is_loopback(&url);
        if url.scheme() != "https" && !plain {
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
            let mut found = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .peekable();
            let none_at_all = found.peek().is_none();
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.covers(address.ip())).collect();
            if allowed.is_empty() && !none_at_all {
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
    let directives: Vec<String> = headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(|one| one.trim().to_ascii_lowercase())
        .collect();
    if directives
        .iter()
        .any(|one| one == "no-store" || one == "no-cache")
    {
        return Some(Duration::ZERO);
    }
    directives.iter().find_map(|one| {
        let digits = one.strip_prefix("max-age=")?.trim_matches('"');
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // More than fits is as long as can be; the cache has a bound of its own.
        is_number.then(|| Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // W21
    #[test]
    fn cache_control_is_read_whatever_it_says() {
        for (text, seconds) in [
            ("public, Max-Age=600", Some(600)),
            ("max-age=\"60\"", Some(60)),
            ("max-age=99999999999999999999999", Some(u64::MAX)),
            ("no-store", Some(0)),
            ("max-age=600, no-cache", Some(0)),
            ("max-age=-1", None),
            ("max-age=soon", None),
            ("max-age=", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, text.parse().unwrap());
            assert_eq!(
                max_age(&headers),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }

    // W06, W07
    #[tokio::test]
    async fn what_may_not_be_reached_is_refused_before_anything_is_sent() {
        let public_only = HttpsKeySets::new();
        let loopback = HttpsKeySets::new().allow_loopback_http();
        for (fetcher, url) in [
            (&public_only, "https://127.0.0.1:1/jwks"),
            (&public_only, "https://0x7f.1:1/jwks"),
            (&public_only, "https://[::ffff:10.0.0.1]:1/jwks"),
            (&public_only, "https://169.254.169.254/latest/meta-data"),
            (&public_only, "https://localhost:1/jwks"),
            (&public_only, "http://localhost:1/jwks"),
            (&public_only, "http://lms.example/jwks"),
            (&public_only, "file:///etc/passwd"),
            (&loopback, "http://lms.example/jwks"),
            (&loopback, "https://10.0.0.1/jwks"),
        ] {
            let error = fetcher.fetch(url).await.unwrap_err();
            assert!(!error.unreachable, "{url}: {:?}", error);
        }
    }

    // X47
    #[tokio::test]
    async fn a_refused_connection_is_out_of_reach() {
        let fetcher = HttpsKeySets::new().allow_loopback_http();

        let error = fetcher.fetch("http://127.0.0.1:1/jwks").await.unwrap_err();

        assert!(error.unreachable);
    }

    // W05, W10, W13, W20, X48
    #[tokio::test]
    async fn answers_are_sorted_by_what_they_are_good_for() {
        let large = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(MOST_BYTES + 1));
        for (answer, unreachable) in [
            (
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n",
                false,
            ),
            ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", false),
            (large.as_str(), false),
            (
                "HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n",
                true,
            ),
            (
                "HTTP/1.1 429 Slow\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n",
                true,
            ),
            ("nonsense", true),
        ] {
            let url = answer_once(answer.to_owned()).await;

            let error = HttpsKeySets::new()
                .allow_loopback_http()
                .fetch(&url)
                .await
                .unwrap_err();

            let start = answer.get(..40).unwrap_or(answer);
            assert_eq!(error.unreachable, unreachable, "{start}");
            let asked = answer
                .contains("retry-after")
                .then_some(Duration::from_secs(30));
            assert_eq!(error.retry_after, asked, "{start}");
        }
    }

    /// Listens, and answers one request with these bytes.
    async fn answer_once(answer: String) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        });
        url
    }
}
