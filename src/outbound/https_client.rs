//! The default client: reqwest with rustls.

use std::{error::Error, sync::Arc};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, Response, StatusCode, header};
use tokio::time::timeout;
use url::Url;

use crate::outbound::{
    Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits,
    address_policy::ForbiddenAddress, pools::Pools,
};

/// The largest head of a response, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Performs exchanges over https with `reqwest` and rustls. Cheap to clone; clones share their connections.
///
/// It connects to the addresses that it has checked, so that no second answer of a name server (DNS
/// rebinding) leads elsewhere, and never uses a connection that was made under another [`AddressPolicy`]. HTTP/1.1 alone.
///
/// What is sent differs from what is written in one thing: in a path or a query the characters that no URL has,
/// such as `"`, and `'` in a query, are percent-encoded, as browsers do.
///
/// [`AddressPolicy`]: crate::outbound::AddressPolicy
#[derive(Clone, Debug, Default)]
pub struct HttpsClient(Arc<Pools>);

impl HttpsClient {
    /// Creates a client without a proxy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    async fn exchange(
        &self,
        request: Request<Bytes>,
        limits: ExchangeLimits,
    ) -> Result<Response<Bytes>, ExchangeError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).map_err(forbidden)?;
        limits.addresses.check_url(&url).map_err(forbidden)?;
        let mut request = self
            .0
            .under(&limits.addresses)?
            .request(head.method, url)
            .headers(head.headers);
        if !body.is_empty() {
            request = request.body(body);
        }
        let mut answer = request.send().await.map_err(sorted)?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        check_head(status, &headers)?;
        let body = read(answer, limits.max_bytes).await?;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
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

/// Rejects a head that is too large, and a body that is encoded though nobody asked for that.
fn check_head(status: StatusCode, headers: &HeaderMap) -> Result<(), ExchangeError> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum();
    if size > MAX_HEAD_BYTES {
        return Err(ExchangeErrorKind::TooLarge(Some(status)).into());
    }
    let is_plain = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(is_plain)
    {
        Ok(())
    } else {
        Err(ExchangeErrorKind::Encoded(status).into())
    }
}

/// Reads the body, and gives up at the first byte beyond the bound.
async fn read(mut answer: reqwest::Response, max_bytes: usize) -> Result<Bytes, ExchangeError> {
    let too_large = || ExchangeErrorKind::TooLarge(Some(answer.status())).into();
    let announced = answer.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > max_bytes {
        return Err(too_large());
    }
    let too_large = ExchangeErrorKind::TooLarge(Some(answer.status()));
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(sorted)? {
        let size = body.len() + chunk.len();
        if size > max_bytes {
            return Err(too_large.into());
        }
        if size > body.capacity() {
            // Doubled, up to what was announced or allowed.
            let most = if announced > 0 { announced } else { max_bytes };
            let capacity = size.max(most.min(body.capacity().saturating_mul(2)));
            body.reserve(capacity - body.len());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn forbidden(why: impl Error + Send + Sync + 'static) -> ExchangeError {
    ExchangeError::new(ExchangeErrorKind::Forbidden).with_source(why)
}

/// Sorts an error by whether anything was sent. The URL, whose query may hold a key, is taken out.
pub(super) fn sorted(error: reqwest::Error) -> ExchangeError {
    let error = error.without_url();
    let kind = if is_forbidden(&error) {
        ExchangeErrorKind::Forbidden
    } else if error.is_connect() || error.is_builder() {
        ExchangeErrorKind::NotConnected
    } else if error.is_timeout() {
        ExchangeErrorKind::TimedOut
    } else {
        ExchangeErrorKind::Interrupted
    };
    ExchangeError::new(kind).with_source(error)
}

fn is_forbidden(error: &(dyn Error + 'static)) -> bool {
    error.is::<ForbiddenAddress>() || error.source().is_some_and(is_forbidden)
}
