//! Fetches key sets over https.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::OnceLock,
    time::Duration,
};

use bytes::BytesMut;
use http::{HeaderMap, StatusCode, header};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::Host;

use crate::{
    key_set::{FetchError, FetchKeySet, FetchedKeySet, Fetching, address, set::MOST_BYTES},
    shown,
};

/// How long one request may take, from connecting to the last byte.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches key sets over https, with rustls.
///
/// It follows no redirects, uses no proxy from the environment, reads at most 512 KiB, and connects to
/// global unicast addresses alone (SSRF guard), never to a cloud's metadata service.
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
    fn check(self, address: IpAddr) -> Result<(), Forbidden> {
        if address::is_metadata(address) {
            return Err(Forbidden::Metadata);
        }
        let allowed = self.private_networks
            || address::is_global(address)
            || (self.loopback_http && address.is_loopback());
        if allowed {
            Ok(())
        } else {
            Err(Forbidden::NotGlobal(address))
        }
    }
}

impl HttpsKeySets {
    /// Creates a fetcher that reaches public addresses only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets it connect to private addresses too, for platforms in the same network. Default: no.
    ///
    /// Metadata services of clouds stay out of reach: no key set is there, but credentials are.
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
        match url.host() {
            Some(Host::Ipv4(address)) => self.reach.check(address.into()),
            Some(Host::Ipv6(address)) => self.reach.check(address.into()),
            Some(Host::Domain(name)) if address::is_metadata_name(name) => Err(Forbidden::Metadata),
            Some(Host::Domain(_)) | None => Ok(()),
        }
        .map_err(FetchError::invalid)?;
        let plain = url.scheme() == "http"
            && self.reach.loopback_http
            && crate::web_address::is_loopback(&url);
        if url.scheme() != "https" && !plain {
            return Err(FetchError::invalid(
                "the URL is not https; plain http is for loopback, by `HttpsKeySets::allow_loopback_http`",
            ));
        }
        let mut response = self
            .client()?
            .get(url.clone())
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
            status if status.is_redirection() => {
                return Err(FetchError::invalid(redirect(
                    &url,
                    status,
                    response.headers(),
                )));
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
            let (mut allowed, mut forbidden) = (Vec::<SocketAddr>::new(), None);
            for address in found {
                match reach.check(address.ip()) {
                    Ok(()) => allowed.push(address),
                    Err(why) => forbidden = Some(why),
                }
            }
            match forbidden {
                Some(why) if allowed.is_empty() => Err(why.into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

/// An address that no connection is made to.
#[derive(Clone, Copy, Debug)]
enum Forbidden {
    NotGlobal(IpAddr),
    Metadata,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGlobal(address) => write!(
                f,
                "{address} is not a public address; for platforms in the same network there is \
                 `HttpsKeySets::allow_private_networks`"
            ),
            Self::Metadata => f.write_str("it is a cloud's metadata service"),
        }
    }
}

impl std::error::Error for Forbidden {}

/// Says where a redirect leads, without a query.
fn redirect(from: &Url, status: StatusCode, headers: &HeaderMap) -> String {
    let location = headers.get(header::LOCATION);
    let target = location.and_then(|value| from.join(value.to_str().ok()?).ok());
    let to = target.map_or_else(String::new, |url| {
        format!(" to {}", shown::line(&shown::url(url.as_str()), 128))
    });
    format!("status {}{to}; redirects are not followed", status.as_u16())
}

/// Tells a forbidden address from trouble on the way. The URL, whose query may hold a key, is taken out.
fn sort(error: reqwest::Error) -> FetchError {
    let error = error.without_url();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(one) = cause {
        if one.is::<Forbidden>() {
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

    // W06, W07, N29
    #[tokio::test]
    async fn what_may_not_be_reached_is_refused_before_anything_is_sent() {
        let public_only = HttpsKeySets::new();
        let loopback = HttpsKeySets::new().allow_loopback_http();
        let private = HttpsKeySets::new().allow_private_networks();
        for (fetcher, url) in [
            (&public_only, "https://127.0.0.1:1/jwks"),
            (&public_only, "https://0x7f.1:1/jwks"),
            (&public_only, "https://[::ffff:10.0.0.1]:1/jwks"),
            (&public_only, "https://169.254.169.254/latest/meta-data"),
            (&public_only, "https://localhost:1/jwks"),
            (&public_only, "http://localhost:1/jwks"),
            (&public_only, "http://lms.example/jwks"),
            (&public_only, "file:///etc/passwd"),
            (&private, "https://metadata.google.internal:1/jwks"),
            (&private, "https://168.63.129.16:1/jwks"),
            (&private, "https://[::ffff:169.254.169.254]:1/jwks"),
            (&public_only, "https://[::ffff:0:127.0.0.1]:1/jwks"),
            (&public_only, "https://[100::1]:1/jwks"),
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
