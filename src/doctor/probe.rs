//! One request, and what its answer looks like.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use serde_json::Value;
use url::Url;

use crate::{
    access_token::exact_clock_offset,
    clock::Clock,
    outbound::{
        AddressPolicy, Exchange, ExchangeError, ExchangeErrorKind, ExchangeLimits, Purpose,
    },
    redact,
};

/// The largest answer that is read.
const MAX_BYTES: usize = 512 * 1024;

/// How much of a page is looked at.
const MAX_PAGE_BYTES: usize = 64 * 1024;

/// Sends requests that change nothing, one at a time, with no credentials.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) exchange: Arc<dyn Exchange>,
    pub(super) clock: Arc<dyn Clock>,
    /// For each request.
    pub(super) deadline: Duration,
}

/// What came back.
pub(super) struct Answer {
    pub(super) response: Response<Bytes>,
    received: SystemTime,
}

impl Probe {
    /// A GET that asks for JSON.
    pub(super) async fn get(
        &self,
        url: &str,
        addresses: AddressPolicy,
        purpose: Purpose,
    ) -> Result<Answer, ExchangeError> {
        self.send(Request::get(url), addresses, purpose).await
    }

    /// A POST of an empty form that asks for JSON.
    pub(super) async fn post_nothing(
        &self,
        url: &str,
        addresses: AddressPolicy,
    ) -> Result<Answer, ExchangeError> {
        let form =
            Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(form, addresses, Purpose::Service).await
    }

    async fn send(
        &self,
        request: http::request::Builder,
        addresses: AddressPolicy,
        purpose: Purpose,
    ) -> Result<Answer, ExchangeError> {
        let request = request
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|error| ExchangeError::new(ExchangeErrorKind::Forbidden).with_source(error))?;
        let limits = ExchangeLimits::new(self.deadline, MAX_BYTES, addresses).purpose(purpose);
        let response = self.exchange.send(request, limits).await?;
        Ok(self.received(response))
    }

    pub(super) fn received(&self, response: Response<Bytes>) -> Answer {
        Answer {
            response,
            received: self.clock.now(),
        }
    }
}

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.response.body()).ok()
    }

    /// The keys, where it is a JWK set, however bad.
    pub(super) fn key_set(&self) -> Option<Vec<Value>> {
        match self.json()?.get_mut("keys")?.take() {
            Value::Array(keys) => Some(keys),
            _ => None,
        }
    }

    pub(super) fn is_html(&self) -> bool {
        let body = self.response.body().trim_ascii_start();
        let begin = String::from_utf8_lossy(&body[..body.len().min(64)]).to_ascii_lowercase();
        ["<!doctype html", "<html", "<head", "<body"]
            .iter()
            .any(|tag| begin.starts_with(tag))
    }

    /// Whether it is a page that asks for a password.
    pub(super) fn is_login_page(&self) -> bool {
        let body = self.response.body();
        let page = String::from_utf8_lossy(&body[..body.len().min(MAX_PAGE_BYTES)]);
        let page = page.to_ascii_lowercase();
        self.is_html()
            && ["type=\"password\"", "type='password'", "type=password"]
                .iter()
                .any(|field| page.contains(field))
    }

    /// Where a redirect leads, relative to the URL that was asked.
    pub(super) fn redirect(&self, asked: &str) -> Option<Url> {
        if !self.status().is_redirection() {
            return None;
        }
        let target = self.response.headers().get(header::LOCATION)?;
        Url::parse(asked).ok()?.join(target.to_str().ok()?).ok()
    }

    /// By how many seconds the server's clock is ahead of ours; negative where it is behind.
    pub(super) fn clock_offset(&self) -> Option<i64> {
        exact_clock_offset(self.response.headers(), self.received)
    }

    /// What came, in words: status and kind of content.
    pub(super) fn words(&self, asked: &str) -> String {
        let status = self.status().as_u16();
        let shown = redact::url(asked);
        if self.status().is_redirection() {
            return match self.redirect(asked) {
                Some(target) => {
                    format!(
                        "{shown} answers {status}, a redirect to {}",
                        redact::url(target.as_str())
                    )
                }
                None => format!("{shown} answers {status}, a redirect to nowhere"),
            };
        }
        let content = if self.is_login_page() {
            "a login page"
        } else if self.is_html() {
            "an HTML page"
        } else if self.response.body().trim_ascii().is_empty() {
            "nothing in it"
        } else if self.key_set().is_some() {
            "a key set"
        } else if self.json().is_some() {
            "JSON"
        } else {
            "something that is no JSON"
        };
        format!("{shown} answers {status} with {content}")
    }
}
