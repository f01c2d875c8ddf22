//! One request to a platform, for its configuration or its registration.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::time::Instant;
use url::Url;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, RegistrationFailure, request::RegistrationToken,
    },
    outbound::{AddressPolicy, ExchangeError, ExchangeErrorKind, ExchangeLimits, Purpose},
    service_error::PlatformMessage,
    tool::LtiTool,
};

/// The longest that one request may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// The largest configuration, in bytes.
pub(super) const MAX_CONFIGURATION_BYTES: usize = 64 * 1024;

/// The largest reply to a registration, in bytes.
pub(super) const MAX_REPLY_BYTES: usize = 256 * 1024;

/// What may go wrong on the way, by what was asked for.
struct Failures {
    refused_address: RegistrationFailure,
    unreachable: RegistrationFailure,
    timed_out: RegistrationFailure,
    redirected: RegistrationFailure,
    refused: RegistrationFailure,
    failed: RegistrationFailure,
    unreadable: RegistrationFailure,
}

impl Failures {
    /// Of a status that is no answer to what was asked.
    fn of_status(&self, status: StatusCode) -> RegistrationFailure {
        if status.is_redirection() {
            self.redirected
        } else if status.is_client_error() {
            self.refused
        } else {
            self.failed
        }
    }
}

const CONFIGURATION: Failures = Failures {
    refused_address: RegistrationFailure::ConfigurationUrlRefused,
    unreachable: RegistrationFailure::ConfigurationUnreachable,
    timed_out: RegistrationFailure::ConfigurationTimedOut,
    redirected: RegistrationFailure::ConfigurationRedirected,
    refused: RegistrationFailure::ConfigurationRefused,
    failed: RegistrationFailure::ConfigurationFailed,
    unreadable: RegistrationFailure::ConfigurationNotJson,
};

const REGISTRATION: Failures = Failures {
    refused_address: RegistrationFailure::EndpointRefused,
    unreachable: RegistrationFailure::PlatformUnreachable,
    timed_out: RegistrationFailure::PlatformTimedOut,
    redirected: RegistrationFailure::PlatformRedirected,
    refused: RegistrationFailure::PlatformRefused,
    failed: RegistrationFailure::PlatformFailed,
    unreadable: RegistrationFailure::ReplyNotJson,
};

/// One request to a platform. It has no `Debug`: its token is a secret.
pub(super) struct PlatformCall<'a> {
    pub(super) tool: &'a LtiTool,
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) token: Option<&'a RegistrationToken>,
    /// JSON.
    pub(super) body: Option<&'a str>,
    pub(super) addresses: AddressPolicy,
    /// Whether a name that leads into the tool's own network is told as one that leads nowhere.
    pub(super) hides_names: bool,
    /// When the whole step has to be over.
    pub(super) ends: Instant,
}

impl PlatformCall<'_> {
    /// Fetches a configuration.
    pub(super) async fn configuration(self) -> Result<Bytes, DynamicRegistrationError> {
        let response = self.send(&CONFIGURATION, MAX_CONFIGURATION_BYTES).await?;
        Ok(response.into_body())
    }

    /// Registers, reads or changes, and returns the reply with its status, which is one of success.
    pub(super) async fn registration(self) -> Result<Response<Bytes>, DynamicRegistrationError> {
        self.send(&REGISTRATION, MAX_REPLY_BYTES).await
    }

    async fn send(
        self,
        failures: &Failures,
        max_bytes: usize,
    ) -> Result<Response<Bytes>, DynamicRegistrationError> {
        let mut request = Request::new(match self.body {
            Some(body) => Bytes::copy_from_slice(body.as_bytes()),
            None => Bytes::new(),
        });
        *request.method_mut() = self.method.clone();
        let uri = self.url.as_str().parse();
        *request.uri_mut() = uri.map_err(|error| failures.refused_address.caused_by(error))?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if self.body.is_some() {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
        }
        if let Some(bearer) = self.token.and_then(RegistrationToken::to_bearer) {
            headers.insert(header::AUTHORIZATION, bearer);
        }
        let left = self.ends.saturating_duration_since(Instant::now());
        let limits = ExchangeLimits::new(left.min(DEADLINE), max_bytes, self.addresses.clone())
            .purpose(Purpose::Registration);
        let exchange = self.tool.exchange().send(request, limits).await;
        let response = exchange.map_err(|error| self.failed(failures, error))?;
        self.judge(failures, response)
    }

    fn failed(&self, failures: &Failures, error: ExchangeError) -> DynamicRegistrationError {
        let leads_nowhere = matches!(
            error.kind(),
            ExchangeErrorKind::Forbidden | ExchangeErrorKind::NotConnected
        );
        if self.hides_names && leads_nowhere && self.is_named() {
            return DynamicRegistrationError::new(failures.unreachable)
                .about(place(self.url))
                .with_source(error);
        }
        if let Some(status) = error.status().filter(|status| !is_answer(*status)) {
            // Its words are too long or compressed; its status says enough.
            return DynamicRegistrationError::new(failures.of_status(status))
                .about(format!("{}: {error}", place(self.url)))
                .with_platform(status, None)
                .with_source(error);
        }
        let kind = match error.kind() {
            ExchangeErrorKind::Forbidden => failures.refused_address,
            ExchangeErrorKind::TimedOut => failures.timed_out,
            ExchangeErrorKind::TooLarge(_) | ExchangeErrorKind::Encoded(_) => failures.unreadable,
            ExchangeErrorKind::NotConnected
            | ExchangeErrorKind::Interrupted
            | ExchangeErrorKind::NotHttp => failures.unreachable,
        };
        DynamicRegistrationError::new(kind)
            .about(format!("{}: {error}", place(self.url)))
            .with_source(error)
    }

    /// Whether it goes to a name, of which nothing but a look-up says where it leads.
    fn is_named(&self) -> bool {
        let uri = self.url.as_str().parse();
        let uri = uri.is_ok_and(|uri| self.addresses.check_uri(&uri).is_ok());
        uri && self.url.domain().is_some()
    }

    fn judge(
        &self,
        failures: &Failures,
        response: Response<Bytes>,
    ) -> Result<Response<Bytes>, DynamicRegistrationError> {
        let status = response.status();
        if is_answer(status) {
            return Ok(response);
        }
        let secret: Vec<&str> = self
            .token
            .map(RegistrationToken::as_str)
            .into_iter()
            .collect();
        let said = PlatformMessage::read(response.body(), &secret);
        let words = said.text().filter(|_| !status.is_redirection());
        Err(DynamicRegistrationError::new(failures.of_status(status))
            .about(place(self.url))
            .with_platform(status, words))
    }
}

fn is_answer(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT
    )
}

/// Scheme, host and path.
pub(super) fn place(url: &Url) -> String {
    crate::redact::url(url.as_str())
}
