//! The end of a request for a token.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    access_token::{AccessToken, AccessTokens, Outcome, TokenRequest, answer::Granted},
    observe::TokenFetch,
    service_error::{ServiceError, ServiceErrorKind},
};

/// A request under way. It is settled when dropped, so also when the exchange panics.
pub(super) struct Landing {
    pub(super) tokens: AccessTokens,
    pub(super) request: TokenRequest,
    /// How many tokens in a row were refused before.
    pub(super) refused_before: u32,
    pub(super) outcome: Option<Outcome>,
    pub(super) observed: TokenFetch,
    pub(super) waiting: watch::Sender<Option<Outcome>>,
}

impl Landing {
    pub(super) fn land(mut self, asked: Result<(Granted, String), ServiceError>) {
        let now = self.tokens.clock().monotonic();
        self.outcome = Some(asked.map(|(granted, key_id)| {
            Arc::new(AccessToken::new(
                granted.authorization,
                key_id,
                now,
                granted.lifetime,
                self.refused_before,
            ))
        }));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or_else(|| {
            let broken = ServiceError::new(ServiceErrorKind::Unavailable);
            Err(broken.with_detail("the request for a token was broken off"))
        });
        let outcome = self.tokens.settle(&self.request, outcome);
        self.observed
            .finish(self.request.registration().id(), outcome.as_ref().err());
        self.waiting.send_replace(Some(outcome));
    }
}
