//! Fetches key sets over https.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};

use crate::{
    endpoint::Endpoint,
    key_set::{FetchError, FetchKeySet, FetchedKeySet, set::MAX_BYTES},
    outbound::{
        AddressPolicy, Exchange, ExchangeError, ExchangeErrorKind, ExchangeLimits, Observed,
        Purpose,
    },
    redact,
};

/// How long one request may take, from connecting to the last byte.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches key sets over https.
///
/// It follows no redirects, uses no proxy from the environment, reads at most 512 KiB, and connects to
/// global unicast addresses alone (SSRF guard), never to a cloud's metadata service. What a registration says
/// of its own network and certificate authorities counts for that registration's key set.
#[derive(Clone, Debug)]
#[must_use]
pub struct HttpsKeySets {
    addresses: AddressPolicy,
    exchange: Observed,
}

impl HttpsKeySets {
    /// Creates a fetcher that reaches public addresses only, with rustls.
    #[cfg(feature = "reqwest")]
    pub fn new() -> Self {
        Self::over(crate::outbound::HttpsClient::new())
    }

    /// Creates a fetcher that reaches public addresses only, over an HTTP client of your own.
    pub fn over(exchange: impl Exchange) -> Self {
        Self {
            addresses: AddressPolicy::default(),
            exchange: Observed::new(Arc::new(exchange)),
        }
    }

    /// Lets it connect to private addresses too, for platforms in the same network. Default: no.
    ///
    /// Metadata services of clouds stay out of reach: no key set is there, but credentials are.
    pub fn insecure_allow_private_networks(mut self) -> Self {
        self.addresses.private_networks = true;
        self
    }

    /// Lets it use plain http to this very machine, for development. Default: no.
    pub fn insecure_allow_loopback_http(mut self) -> Self {
        self.addresses.loopback_http = true;
        self
    }

    async fn get(
        &self,
        url: &Endpoint,
        addresses: AddressPolicy,
    ) -> Result<FetchedKeySet, FetchError> {
        let request = Request::get(url.url().as_str())
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(FetchError::invalid)?;
        let limits = ExchangeLimits::new(TIMEOUT, MAX_BYTES, addresses).purpose(Purpose::KeySet);
        let response = match self.exchange.send(request, limits).await {
            Ok(response) => response,
            Err(error) => {
                return Err(match error.status() {
                    Some(status) if status != StatusCode::OK => {
                        of_status(url, status, &HeaderMap::new())
                    }
                    _ => error.into(),
                });
            }
        };
        if response.status() != StatusCode::OK {
            return Err(of_status(url, response.status(), response.headers()));
        }
        let max_age = max_age(response.headers());
        Ok(FetchedKeySet::new(response.into_body()).max_age(max_age))
    }
}

#[cfg(feature = "reqwest")]
impl Default for HttpsKeySets {
    fn default() -> Self {
        Self::new()
    }
}

impl FetchKeySet for HttpsKeySets {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.get(url, self.addresses.clone()).await
    }

    async fn fetch_within(
        &self,
        url: &Endpoint,
        addresses: &AddressPolicy,
    ) -> Result<FetchedKeySet, FetchError> {
        let mut both = self.addresses.clone();
        both.private_networks |= addresses.private_networks;
        both.certificate_authorities = addresses.certificate_authorities.clone();
        self.get(url, both).await
    }
}

/// An answer without a key set.
fn of_status(url: &Endpoint, status: StatusCode, headers: &HeaderMap) -> FetchError {
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        let error = FetchError::unreachable(format!("status {}", status.as_u16()));
        match retry_after(headers) {
            Some(pause) => error.retry_after(pause),
            None => error,
        }
    } else if status.is_redirection() {
        FetchError::invalid(redirect(url.url(), status, headers))
    } else {
        FetchError::invalid(format!("status {}", status.as_u16()))
    }
}

impl From<ExchangeError> for FetchError {
    fn from(error: ExchangeError) -> Self {
        match error.kind() {
            ExchangeErrorKind::Forbidden => Self::invalid(error.into_cause()),
            ExchangeErrorKind::TooLarge(_) | ExchangeErrorKind::Encoded(_) => Self::invalid(error),
            ExchangeErrorKind::NotConnected
            | ExchangeErrorKind::TimedOut
            | ExchangeErrorKind::Interrupted
            | ExchangeErrorKind::NotHttp => Self::unreachable(error.into_cause()),
        }
    }
}

/// Says where a redirect leads, without a query.
fn redirect(from: &url::Url, status: StatusCode, headers: &HeaderMap) -> String {
    let location = headers.get(header::LOCATION);
    let target = location.and_then(|value| from.join(value.to_str().ok()?).ok());
    let to = target.map_or_else(String::new, |url| {
        format!(" to {}", redact::line(&redact::url(url.as_str()), 128))
    });
    format!("status {}{to}; redirects are not followed", status.as_u16())
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

/// The `max-age` of `Cache-Control`; zero for `no-store` and `no-cache`.
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

#[cfg(all(test, feature = "reqwest"))]
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

    // W06, W07, N29
    #[tokio::test]
    async fn what_may_not_be_reached_is_refused_before_anything_is_sent() {
        let public_only = HttpsKeySets::new();
        let loopback = HttpsKeySets::new().insecure_allow_loopback_http();
        let private = HttpsKeySets::new().insecure_allow_private_networks();
        for (fetcher, url) in [
            (&public_only, "https://127.0.0.1:1/jwks"),
            (&public_only, "https://0x7f.1:1/jwks"),
            (&public_only, "https://[::ffff:10.0.0.1]:1/jwks"),
            (&public_only, "https://169.254.169.254/latest/meta-data"),
            (&public_only, "https://localhost:1/jwks"),
            (&public_only, "http://localhost:1/jwks"),
            (&private, "https://metadata.google.internal:1/jwks"),
            (&private, "https://168.63.129.16:1/jwks"),
            (&private, "https://[::ffff:169.254.169.254]:1/jwks"),
            (&public_only, "https://[::ffff:0:127.0.0.1]:1/jwks"),
            (&public_only, "https://[100::1]:1/jwks"),
            (&loopback, "https://10.0.0.1/jwks"),
        ] {
            let error = fetcher.fetch(&url.parse().unwrap()).await.unwrap_err();
            assert!(!error.unreachable, "{url}: {:?}", error);
        }
    }

    // X47
    #[tokio::test]
    async fn a_refused_connection_is_out_of_reach() {
        let fetcher = HttpsKeySets::new().insecure_allow_loopback_http();

        let error = fetcher
            .fetch(&"http://127.0.0.1:1/jwks".parse().unwrap())
            .await
            .unwrap_err();

        assert!(error.unreachable);
    }

    // W05, W10, W13, W20, X48
    #[tokio::test]
    async fn answers_are_sorted_by_what_they_are_good_for() {
        let large = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(MAX_BYTES + 1));
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
                .insecure_allow_loopback_http()
                .fetch(&url.parse().unwrap())
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
