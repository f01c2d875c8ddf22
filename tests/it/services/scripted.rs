//! A platform in a closure, for tests whose time is paused.

use std::{
    fmt,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::{Instant, sleep};
use tower_lti::outbound::{
    Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits,
};

/// What comes of one exchange.
#[derive(Clone)]
pub(super) enum Reply {
    Answer(u16, Vec<(&'static str, String)>, String),
    Fails(ExchangeErrorKind),
    /// After this, the other.
    After(Duration, Box<Self>),
    Hangs,
}

impl Reply {
    pub(super) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), String::new())
    }

    pub(super) fn with(status: u16, name: &'static str, value: &str) -> Self {
        Self::Answer(status, vec![(name, value.to_owned())], String::new())
    }

    pub(super) fn body(status: u16, body: &str) -> Self {
        Self::Answer(status, Vec::new(), body.to_owned())
    }

    pub(super) fn token(number: usize) -> Self {
        Self::token_for(number, "3600")
    }

    pub(super) fn token_for(number: usize, expires_in: &str) -> Self {
        Self::body(
            200,
            &format!(
                r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":{expires_in}}}"#
            ),
        )
    }
}

/// One request as it was sent.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) at: Duration,
    pub(super) url: String,
    pub(super) authorization: String,
    pub(super) body: String,
    pub(super) deadline: Duration,
}

type Answering = Box<dyn FnMut(&Sent, usize) -> Reply + Send>;

/// Answers token requests by one closure and all others by another; each is told how many came before.
#[derive(Clone)]
pub(super) struct Script(Arc<Mutex<State>>);

struct State {
    began: Instant,
    tokens: Answering,
    services: Answering,
    sent: Vec<Sent>,
}

impl Script {
    pub(super) fn new(
        tokens: impl FnMut(&Sent, usize) -> Reply + Send + 'static,
        services: impl FnMut(&Sent, usize) -> Reply + Send + 'static,
    ) -> Self {
        Self(Arc::new(Mutex::new(State {
            began: Instant::now(),
            tokens: Box::new(tokens),
            services: Box::new(services),
            sent: Vec::new(),
        })))
    }

    pub(super) fn tokens(&self) -> Vec<Sent> {
        self.sent(|url| url.ends_with("/token"))
    }

    pub(super) fn calls(&self) -> Vec<Sent> {
        self.sent(|url| !url.ends_with("/token"))
    }

    fn sent(&self, keep: impl Fn(&str) -> bool) -> Vec<Sent> {
        let state = self.0.lock().unwrap();
        let kept = state.sent.iter().filter(|sent| keep(&sent.url));
        kept.cloned().collect()
    }

    fn reply(&self, request: &Request<Bytes>, deadline: Duration) -> Reply {
        let mut state = self.0.lock().unwrap();
        let authorization = request.headers().get("authorization");
        let authorization = authorization.map_or("", |value| value.to_str().unwrap());
        let sent = Sent {
            at: state.began.elapsed(),
            url: request.uri().to_string(),
            authorization: authorization.to_owned(),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
            deadline,
        };
        let is_token = sent.url.ends_with("/token");
        let before = state.sent.iter();
        let before = before.filter(|other| other.url.ends_with("/token") == is_token);
        let number = before.count();
        let reply = if is_token {
            (state.tokens)(&sent, number)
        } else {
            (state.services)(&sent, number)
        };
        state.sent.push(sent);
        reply
    }
}

impl Exchange for Script {
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let mut reply = self.reply(&request, limits.deadline);
            loop {
                reply = match reply {
                    Reply::After(pause, then) => {
                        sleep(pause).await;
                        *then
                    }
                    Reply::Hangs => pending().await,
                    Reply::Fails(kind) => return Err(ExchangeError::new(kind)),
                    Reply::Answer(status, headers, body) => {
                        let mut response = Response::builder().status(status);
                        for (name, value) in headers {
                            response = response.header(name, value);
                        }
                        return Ok(response.body(Bytes::from(body)).unwrap());
                    }
                };
            }
        })
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}
