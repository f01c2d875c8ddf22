//! Any HTTP client that is a Tower service.

use std::{any::type_name, error::Error, fmt, future::poll_fn};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use tokio::time::timeout;
use tower::Service;

use crate::outbound::{
    ContactError, Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits,
    user_agent, whole_response::whole,
};

type BoxError = Box<dyn Error + Send + Sync>;

/// Performs exchanges with any HTTP client that is a Tower service, such as hyper-util's, or a `service_fn`.
///
/// It adds the deadline, the bound of the body, the check of the URL (https, and the addresses that stand in it),
/// and `User-Agent`. The request's URI is absolute, and goes to the service as it was written.
///
/// An error of the service counts as one after which the request may have been sent. A service that knows
/// better answers with an [`ExchangeError`], which is handed on.
///
/// # Security
///
/// The service sees to the rest of what an [`Exchange`] promises: it follows no redirect, repeats nothing,
/// keeps no cookies and decodes no content. **Names are not guarded**: its own resolver has to refuse those that
/// lead into your network, for each connection. Certificate authorities of a registration are in
/// `limits.addresses`, which a service does not see: trust them in the service itself.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
///
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower_lti::{outbound::TowerExchange, tool::LtiToolBuilder};
///
/// fn with_recorded_answers(builder: LtiToolBuilder) -> LtiToolBuilder {
///     let service = tower::service_fn(|_: Request<Full<Bytes>>| async {
///         Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("{\"keys\": []}")))
///     });
///     builder.exchange(TowerExchange::new(service))
/// }
/// # let _ = with_recorded_answers;
/// ```
#[derive(Clone)]
#[must_use]
pub struct TowerExchange<S> {
    service: S,
    user_agent: http::HeaderValue,
}

impl<S> TowerExchange<S> {
    /// Takes a service, which is cloned for each exchange.
    pub fn new(service: S) -> Self {
        Self {
            service,
            user_agent: user_agent::without_contact(),
        }
    }

    /// Adds whom a platform's administrator can turn to, to `User-Agent`: a URL or an e-mail address.
    ///
    /// # Errors
    ///
    /// Fails when it is not 1 to 128 characters of printable ASCII without spaces, brackets and backslashes.
    pub fn contact(mut self, contact: &str) -> Result<Self, ContactError> {
        self.user_agent = user_agent::with_contact(contact)?;
        Ok(self)
    }
}

impl<S, B> Exchange for TowerExchange<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_> {
        let mut service = self.service.clone();
        let exchange = async move {
            limits.addresses.check_uri(request.uri())?;
            let mut request = request.map(Full::new);
            request
                .headers_mut()
                .entry(header::USER_AGENT)
                .or_insert_with(|| self.user_agent.clone());
            poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(not_sent)?;
            let response = service.call(request).await.map_err(interrupted)?;
            whole(response, limits.max_bytes, interrupted).await
        };
        let deadline = limits.deadline;
        Box::pin(async move {
            match timeout(deadline, exchange).await {
                Ok(outcome) => outcome,
                Err(late) => Err(ExchangeError::new(ExchangeErrorKind::TimedOut).with_source(late)),
            }
        })
    }
}

/// The service's own [`ExchangeError`], or one that says that nothing was sent.
fn not_sent(error: impl Into<BoxError>) -> ExchangeError {
    of_service(error.into(), ExchangeErrorKind::NotConnected)
}

/// The service's own [`ExchangeError`], or one that says that the request may have been sent.
fn interrupted(error: impl Into<BoxError>) -> ExchangeError {
    of_service(error.into(), ExchangeErrorKind::Interrupted)
}

fn of_service(error: BoxError, kind: ExchangeErrorKind) -> ExchangeError {
    match error.downcast::<ExchangeError>() {
        Ok(known) => *known,
        Err(other) => ExchangeError::new(kind).with_source(other),
    }
}

impl<S> fmt::Debug for TowerExchange<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerExchange")
            .field("service", &type_name::<S>())
            .finish_non_exhaustive()
    }
}
