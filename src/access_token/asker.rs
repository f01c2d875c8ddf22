//! One request for a token, and its answer.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;

use crate::{
    access_token::{
        TokenRequest,
        answer::{self, Asked, Granted},
        assertion,
        request::token_form,
    },
    clock::Clock,
    outbound::{Exchange, ExchangeError, ExchangeErrorKind, ExchangeLimits, Purpose},
    registration::Registration,
    service_error::{ServiceError, ServiceErrorKind},
    tool_key::ToolKey,
    tool_keys::ToolKeys,
};

/// The largest answer.
const MAX_BYTES: usize = 64 * 1024;

/// What came of a request.
pub(super) struct Answered {
    pub(super) response: Response<Bytes>,
    pub(super) assertion: String,
    /// The key that signed it.
    pub(super) key_id: String,
}

/// Why nothing came of it.
pub(crate) enum Unanswered {
    /// It could not be signed or written.
    NotSent(ServiceError),
    /// The token endpoint did not answer.
    NoAnswer(ExchangeError),
}

/// Asks token endpoints.
pub(crate) struct Asker {
    pub(crate) exchange: Arc<dyn Exchange>,
    pub(crate) keys: Option<ToolKeys>,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long one request may take.
    pub(crate) deadline: Duration,
    pub(crate) allow_loopback_http: bool,
}

impl Asker {
    /// Asks once, with a new assertion; also says which key signed it.
    pub(super) async fn ask(
        &self,
        request: &TokenRequest,
    ) -> Result<(Granted, String), ServiceError> {
        let answered = self.send(request).await.map_err(ServiceError::from)?;
        let asked = Asked {
            endpoint: request.endpoint(),
            scopes: request.scopes(),
            assertion: &answered.assertion,
        };
        let granted = answer::read(&answered.response, asked, self.clock.now())?;
        Ok((granted, answered.key_id))
    }

    /// Sends one request, with a new assertion.
    pub(super) async fn send(&self, request: &TokenRequest) -> Result<Answered, Unanswered> {
        let signed = self.key(request.registration()).and_then(|key| {
            let assertion = assertion::sign(request, &key, self.clock.now())?;
            let form = token_form(request, &assertion)?;
            Ok((key, assertion, form))
        });
        let (key, assertion, form) = signed.map_err(Unanswered::NotSent)?;
        let addresses = request.registration().addresses(self.allow_loopback_http);
        let limits =
            ExchangeLimits::new(self.deadline, MAX_BYTES, addresses).purpose(Purpose::Token);
        let response = self.exchange.send(form, limits).await;
        Ok(Answered {
            response: response.map_err(Unanswered::NoAnswer)?,
            assertion,
            key_id: key.id().to_owned(),
        })
    }

    fn key(&self, registration: &Registration) -> Result<Arc<ToolKey>, ServiceError> {
        let keys = self.keys.as_ref().ok_or_else(|| {
            let algorithm = registration.tool_key_algorithm().as_str();
            ServiceError::new(ServiceErrorKind::KeyMissing)
                .with_detail(format!("no key for {algorithm}, for no keys are set"))
        })?;
        keys.signer(registration, self.clock.now())
    }
}

impl From<Unanswered> for ServiceError {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::NotSent(error) => error,
            Unanswered::NoAnswer(error) => no_answer(error),
        }
    }
}

fn no_answer(error: ExchangeError) -> ServiceError {
    let kind = match error.kind() {
        ExchangeErrorKind::Forbidden => ServiceErrorKind::UrlRefused,
        ExchangeErrorKind::TimedOut => ServiceErrorKind::TimedOut,
        ExchangeErrorKind::TooLarge(_)
        | ExchangeErrorKind::Encoded(_)
        | ExchangeErrorKind::NotHttp => ServiceErrorKind::TokenInvalid,
        ExchangeErrorKind::NotConnected | ExchangeErrorKind::Interrupted => {
            ServiceErrorKind::Unavailable
        }
    };
    ServiceError::new(kind)
        .with_detail("at the token endpoint")
        .with_source(error)
}
