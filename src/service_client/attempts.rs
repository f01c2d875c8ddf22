//! The attempts at one call.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use tokio::time::{sleep, timeout};

use crate::{
    access_token::{AccessToken, TokenRequest},
    observe::ServiceCallSpan,
    outbound::{AddressPolicy, ExchangeLimits, ParsedUrl},
    retry::{HostBudget, backoff},
    service_client::{
        Answer, Repeat, ServiceClient, SharedTime,
        permission::open_registration,
        time_left::TimeLeft,
        verdict::{Again, Verdict, judge},
    },
    service_error::{PlatformMessage, ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
    tool::LtiTool,
};

/// How often a call is repeated at most, beside once with another token.
const MOST_REPEATS: u32 = 3;

/// A request, but for its access token.
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: ServiceUrl,
    pub(super) scopes: Arc<[String]>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The largest answer, where it is not the tool's limit.
    pub(super) max_bytes: Option<usize>,
    pub(super) repeat: Repeat,
    /// The time of all calls that this is one of.
    pub(super) time: Option<SharedTime>,
}

/// One call under way.
struct Attempts<'a> {
    tool: &'a LtiTool,
    outgoing: &'a Outgoing,
    token_request: TokenRequest,
    addresses: AddressPolicy,
    budget: HostBudget,
    time: TimeLeft,
    observed: &'a ServiceCallSpan,
}

/// Makes a call: looks up whether it may be made, and attempts it until there is an answer.
pub(super) async fn make(
    client: &ServiceClient,
    outgoing: &Outgoing,
    observed: &ServiceCallSpan,
) -> Result<Answer, ServiceError> {
    let tool = client.tool();
    let time = TimeLeft::begin(tool.limits(), outgoing.time.clone());
    let registration = open_registration(tool, client.deployment()).await?;
    let addresses = registration.addresses(tool.allows_loopback_http());
    client
        .signed()
        .check(&outgoing.url, &registration, &addresses)?;
    let attempts = Attempts {
        tool,
        outgoing,
        addresses,
        token_request: TokenRequest::new(
            registration,
            client.deployment().clone(),
            Arc::clone(&outgoing.scopes),
        )?,
        budget: tool.host_budgets().call(&outgoing.url.origin_text()),
        time,
        observed,
    };
    attempts.run().await
}

impl Attempts<'_> {
    async fn run(mut self) -> Result<Answer, ServiceError> {
        let mut may_have_acted = false;
        let made = self.until_answered(&mut may_have_acted).await;
        made.map_err(|error| error.with_may_have_acted(may_have_acted))
    }

    async fn until_answered(
        &mut self,
        may_have_acted_before: &mut bool,
    ) -> Result<Answer, ServiceError> {
        let tokens = self.tool.access_tokens();
        let mut token = self.token().await?;
        let mut is_replaced = false;
        let mut repeats = 0;
        let mut deadline = self.time.for_attempt(Duration::ZERO, false);
        loop {
            let given = deadline.ok_or(ServiceErrorKind::TimedOut)?;
            let verdict = self.attempt(&token, given).await;
            let pause = match verdict {
                Verdict::Answered(response) => {
                    let (head, body) = response.into_parts();
                    let said = match head.status.is_success() {
                        true => PlatformMessage::default(),
                        false => PlatformMessage::read(&body, &[token.secret()]),
                    };
                    return Ok(Answer {
                        status: head.status,
                        headers: head.headers,
                        body,
                        may_have_acted_before: *may_have_acted_before,
                        said,
                    });
                }
                Verdict::Failed(error) => return Err(error),
                Verdict::TokenRefused(error) if is_replaced => return Err(error),
                Verdict::TokenRefused(error) => {
                    let request = self.token_request.clone();
                    let asked = tokens.replace(&request, &token);
                    match self.waiting_for_token(asked).await? {
                        Some(another) => token = another,
                        None => return Err(error),
                    }
                    is_replaced = true;
                    deadline = self.time.for_attempt(Duration::ZERO, false);
                    continue;
                }
                Verdict::Again(again) => {
                    *may_have_acted_before |= again.error.may_have_acted();
                    self.pause_before(again, repeats, &mut deadline)?
                }
            };
            repeats += 1;
            sleep(pause).await;
        }
    }

    async fn attempt(&self, token: &AccessToken, deadline: Duration) -> Verdict {
        let Outgoing {
            method,
            url,
            headers,
            body,
            max_bytes,
            repeat,
            scopes: _,
            time: _,
        } = self.outgoing;
        let mut request = Request::new(body.clone());
        request.method_mut().clone_from(method);
        request.uri_mut().clone_from(url.uri());
        request.headers_mut().clone_from(headers);
        ParsedUrl::attach(&mut request, url.url());
        let authorization = token.authorization().clone();
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, authorization);
        let max_bytes = max_bytes.unwrap_or(self.tool.limits().service_answer_bytes);
        let limits = ExchangeLimits::new(deadline, max_bytes, self.addresses.clone());
        let sent = self.tool.exchange().send(request, limits).await;
        if sent
            .as_ref()
            .is_ok_and(|response| response.status() != StatusCode::UNAUTHORIZED)
        {
            token.accept();
        }
        let now = self.tool.clock().now();
        judge(sent, url, *repeat, token.secret(), now)
    }

    /// The pause before another attempt, and the time for that; an error where there is none.
    fn pause_before(
        &mut self,
        again: Again,
        repeats: u32,
        deadline: &mut Option<Duration>,
    ) -> Result<Duration, ServiceError> {
        let pause = again.pause.unwrap_or_else(|| backoff(repeats));
        let is_asked = again.pause.is_some();
        *deadline = self.time.for_attempt(pause, is_asked);
        if repeats >= MOST_REPEATS || deadline.is_none() || !self.budget.take() {
            return Err(again.error);
        }
        if is_asked {
            self.time.waited(pause);
        }
        self.observed.waits(again.why);
        Ok(pause)
    }

    async fn token(&mut self) -> Result<Arc<AccessToken>, ServiceError> {
        let tokens = self.tool.access_tokens();
        if let Some(token) = tokens.kept_already(&self.token_request) {
            return Ok(token);
        }
        let request = self.token_request.clone();
        self.waiting_for_token(tokens.get(&request)).await
    }

    /// Waits for a token as long as the call may; the request for it goes on.
    async fn waiting_for_token<T>(
        &mut self,
        asked: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        let began = tokio::time::Instant::now();
        let outcome = timeout(self.time.whole(), asked).await;
        self.time.waited(began.elapsed());
        outcome.unwrap_or_else(|_| {
            let late = ServiceError::new(ServiceErrorKind::TimedOut);
            Err(late.with_detail("at the token endpoint"))
        })
    }
}
