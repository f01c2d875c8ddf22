//! The default client: reqwest with rustls.

use std::{error::Error, fmt, io, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use tokio::time::timeout;
use url::Url;

#[cfg(feature = "services")]
use crate::outbound::ParsedUrl;
use crate::outbound::{
    ContactError, Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits,
    ProxyError,
    address_policy::ForbiddenAddress,
    pools::{Pools, Settings},
    proxy::OutboundProxy,
    user_agent,
    whole_response::whole,
};

/// Performs exchanges over https with `reqwest` and rustls. Cheap to clone; clones share their connections.
///
/// A name is resolved for each connection, and the connection is made to the addresses that were checked, so
/// that no second answer of a name server (DNS rebinding) leads elsewhere. A name with any address that the
/// [`AddressPolicy`] does not allow is refused. No connection is used that was made under another policy.
///
/// It speaks HTTP/1.1, and says `User-Agent: tower-lti/<version>`. Connecting takes at most five seconds. It takes
/// heads of up to 64 KiB. Beside the body an exchange holds at most 1.5 MiB, most of it what hyper reads ahead: 8 KiB,
/// and up to 408 KiB as long as the platform sends faster than that is read.
///
/// What is sent differs from what is written in one thing: `"`, `<`, `>` and, in a query, `'` are
/// percent-encoded, as browsers do. A [`TowerExchange`](crate::outbound::TowerExchange) sends every byte as it is.
///
/// # Examples
///
/// ```
/// use tower_lti::{outbound::HttpsClient, tool::LtiToolBuilder};
///
/// # fn example(builder: LtiToolBuilder) -> Result<LtiToolBuilder, Box<dyn std::error::Error>> {
/// let client = HttpsClient::new()
///     .contact("https://tool.example/contact")?
///     .with_proxy("http://proxy.internal:3128")?;
/// let builder = builder.exchange(client);
/// # Ok(builder)
/// # }
/// # example(tower_lti::LtiTool::builder()).unwrap();
/// ```
///
/// [`AddressPolicy`]: crate::outbound::AddressPolicy
#[derive(Clone)]
#[must_use]
pub struct HttpsClient {
    settings: Settings,
    pools: Arc<Pools>,
}

impl HttpsClient {
    /// Creates a client that connects to platforms itself.
    pub fn new() -> Self {
        Self::with(Settings {
            user_agent: user_agent::without_contact(),
            proxy: None,
        })
    }

    fn with(settings: Settings) -> Self {
        Self {
            pools: Arc::new(Pools::new(settings.clone())),
            settings,
        }
    }

    /// Adds whom a platform's administrator can turn to, to `User-Agent`: a URL or an e-mail address.
    ///
    /// # Errors
    ///
    /// Fails when it is not 1 to 128 characters of printable ASCII without spaces, brackets and backslashes.
    pub fn contact(self, contact: &str) -> Result<Self, ContactError> {
        Ok(Self::with(Settings {
            user_agent: user_agent::with_contact(contact)?,
            ..self.settings
        }))
    }

    /// Sends everything but requests to loopback through an http proxy. Default: none; the environment
    /// (`HTTPS_PROXY`) is never asked.
    ///
    /// A user name and a password in the URL are sent to the proxy (`Proxy-Authorization`).
    ///
    /// # Security
    ///
    /// The proxy then resolves names, and no address behind a name is seen here any more: of the SSRF guard there
    /// remain https, addresses that stand in the URL itself, and the names of metadata services. The proxy has to
    /// refuse what leads into its own network.
    ///
    /// # Errors
    ///
    /// Fails when it is no http or https URL of a host, without path and query.
    pub fn with_proxy(self, url: &str) -> Result<Self, ProxyError> {
        Ok(Self::with(Settings {
            proxy: Some(OutboundProxy::parse(url)?),
            ..self.settings
        }))
    }

    async fn exchange(
        &self,
        request: Request<Bytes>,
        limits: ExchangeLimits,
    ) -> Result<Response<Bytes>, ExchangeError> {
        let (mut head, body) = request.into_parts();
        let url = url_of(&mut head)?;
        limits
            .addresses
            .check_url(&url)
            .map_err(ExchangeError::forbidden)?;
        let client = self.pools.under(&limits.addresses).map_err(sorted)?;
        let mut request = reqwest::Request::new(head.method, url);
        *request.headers_mut() = head.headers;
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        let response = client.execute(request).await.map_err(sorted)?;
        whole(response.into(), limits.max_bytes, sorted).await
    }
}

impl Default for HttpsClient {
    fn default() -> Self {
        Self::new()
    }
}

impl Exchange for HttpsClient {
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let deadline = limits.deadline;
            match timeout(deadline, self.exchange(request, limits)).await {
                Ok(outcome) => outcome,
                Err(late) => Err(ExchangeError::new(ExchangeErrorKind::TimedOut).with_source(late)),
            }
        })
    }
}

impl fmt::Debug for HttpsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsClient")
            .field("user_agent", &self.settings.user_agent)
            .field("proxy", &self.settings.proxy)
            .finish_non_exhaustive()
    }
}

/// The URL of a request, parsed already or now.
fn url_of(head: &mut Parts) -> Result<Url, ExchangeError> {
    #[cfg(feature = "services")]
    if let Some(parsed) = ParsedUrl::detach(head) {
        return Ok(parsed);
    }
    Url::parse(&head.uri.to_string()).map_err(ExchangeError::forbidden)
}

/// Sorts an error by whether anything was sent. The URL, whose query may hold a key, is taken out.
fn sorted(error: reqwest::Error) -> ExchangeError {
    let error = error.without_url();
    let kind = if is_forbidden(&error) {
        ExchangeErrorKind::Forbidden
    } else if error.is_connect() || error.is_builder() {
        ExchangeErrorKind::NotConnected
    } else if error.is_timeout() {
        ExchangeErrorKind::TimedOut
    } else if is_large_head(&error) {
        ExchangeErrorKind::TooLarge(None)
    } else if is_no_http(&error) {
        ExchangeErrorKind::NotHttp
    } else {
        ExchangeErrorKind::Interrupted
    };
    ExchangeError::new(kind).with_source(error)
}

/// Whether a head goes beyond its bound. hyper says so by a method for servers alone, and in its words.
fn is_large_head(error: &(dyn Error + 'static)) -> bool {
    let here = error.downcast_ref::<hyper::Error>();
    here.is_some_and(|error| error.is_parse() && error.to_string().contains("too large"))
        || error.source().is_some_and(is_large_head)
}

/// Whether a head or a chunk cannot be read.
fn is_no_http(error: &(dyn Error + 'static)) -> bool {
    let is_head = error
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse);
    let is_chunk = error.downcast_ref::<io::Error>().is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    });
    is_head || is_chunk || error.source().is_some_and(is_no_http)
}

fn is_forbidden(error: &(dyn Error + 'static)) -> bool {
    error.is::<ForbiddenAddress>() || error.source().is_some_and(is_forbidden)
}
