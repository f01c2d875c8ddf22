//! A request for a token that is made to see what comes of it.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::{
    access_token::{
        TokenRequest,
        answer::{self, Asked, missing_scopes},
        asker::{Asker, Unanswered},
    },
    registration::Registration,
    service_error::PlatformMessage,
};

/// What came of a trial. A token in it is thrown away with it.
pub(crate) struct Trial {
    response: Response<Bytes>,
    assertion: String,
    is_token: bool,
}

impl Asker {
    /// Asks once for a token of these scopes, for no deployment; for this audience, or for the registration's own.
    pub(crate) async fn try_out(
        &self,
        registration: &Arc<Registration>,
        audience: Option<&str>,
        scopes: &[&str],
    ) -> Result<Trial, Unanswered> {
        let request = TokenRequest::trial(Arc::clone(registration), audience, scopes);
        let answered = self.send(&request).await?;
        let asked = Asked {
            endpoint: request.endpoint(),
            // A token without some of them is a token, too.
            scopes: &[],
            assertion: &answered.assertion,
        };
        let granted = answer::read(&answered.response, asked, self.clock.now());
        Ok(Trial {
            is_token: granted.is_ok(),
            response: answered.response,
            assertion: answered.assertion,
        })
    }
}

impl Trial {
    /// Whether a token came that can be used.
    pub(crate) fn is_token(&self) -> bool {
        self.is_token
    }

    /// Those of the scopes that the token is not for.
    pub(crate) fn missing_scopes<'a>(&self, asked: &[&'a str]) -> Vec<&'a str> {
        let body: Option<Value> = serde_json::from_slice(self.response.body()).ok();
        let granted = body.as_ref().and_then(|body| body.get("scope"));
        missing_scopes(granted, asked.iter().copied())
    }

    pub(crate) fn response(&self) -> &Response<Bytes> {
        &self.response
    }

    /// What the platform says in an error, where it repeats nothing of the assertion.
    pub(crate) fn said(&self) -> PlatformMessage {
        let parts = self.assertion.split('.');
        let mut secrets: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        secrets.push(&self.assertion);
        PlatformMessage::read(self.response.body(), &secrets)
    }
}
