//! How a tool answers what it rejects.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header, request::Parts};

use crate::{
    error::{LtiError, LtiErrorKind, Unanswered, add_missing},
    observe::{FlowSpan, Outcome, event},
    tool::LtiTool,
};

/// The methods that are allowed where a request came to.
#[derive(Clone, Copy)]
pub(crate) enum AllowedMethods {
    Get,
    Post,
    GetAndPost,
}

impl AllowedMethods {
    /// As the header `Allow` has them.
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::GetAndPost => "GET, POST",
        })
    }

    /// As the log has them.
    fn words(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::GetAndPost => "GET or POST",
        }
    }
}

/// Builds the answer to a rejection in place of the default one.
pub(super) type ErrorResponder =
    Arc<dyn Fn(&LtiError, &HeaderMap) -> Response<Bytes> + Send + Sync>;

/// The headers that say how a body is written.
const BODY_HEADERS: [HeaderName; 4] = [
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
    header::ETAG,
];

impl LtiTool {
    /// The answer to a rejection: what [`error_response`](crate::tool::LtiToolBuilder::error_response) makes of
    /// it, or the default one.
    ///
    /// Logins and launches are answered by it, and so is every [`LtiError`] that a handler or an extractor
    /// answers with inside of an [`LtiLaunchLayer`](crate::LtiLaunchLayer), on whichever path. Call it where
    /// no such layer stands around a handler.
    #[must_use]
    pub fn error_response<B: From<Bytes>>(
        &self,
        error: &LtiError,
        request_headers: &HeaderMap,
    ) -> Response<B> {
        let pages = self.pages();
        let dressed = (!pages.is_default()).then(|| error.clone().with_pages(pages));
        let error = dressed.as_ref().unwrap_or(error);
        let Some(respond) = &self.0.error_responder else {
            return error.default_response(request_headers);
        };
        let mut response = respond(error, request_headers);
        add_missing(&mut response, &error.headers(request_headers));
        let extensions = response.extensions_mut();
        extensions.remove::<Unanswered>();
        extensions.insert(error.clone());
        response.map(B::from)
    }

    /// Rejects a login or a launch: adds what is known of the request to the error, logs it, and answers.
    pub(crate) fn reject<B: From<Bytes>>(
        &self,
        error: LtiError,
        parts: &Parts,
        allowed: AllowedMethods,
        visit: &FlowSpan,
    ) -> (Response<B>, Outcome) {
        let error = visit.complete(error.of_request(parts, allowed.words()));
        let permit = visit.log_permit(|| self.log_permit(&error));
        #[cfg(feature = "doctor")]
        if permit.is_granted {
            self.keep_refusal(&error);
        }
        event::rejected(&error, permit, || self.permits_error(&error));
        let mut response = self.error_response(&error, &parts.headers);
        if error.kind() == LtiErrorKind::MethodNotAllowed {
            let headers = response.headers_mut();
            headers.entry(header::ALLOW).or_insert(allowed.header());
        }
        (response, Outcome::from(&error))
    }

    /// Whether rejections are answered by a function of the application's own, or by pages that look or speak like the
    /// tool.
    pub(crate) fn has_own_answers(&self) -> bool {
        self.0.error_responder.is_some() || !self.pages().is_default()
    }

    /// What is answered in place of an extractor or a handler that answered with an [`LtiError`], where
    /// the tool has [own answers](Self::has_own_answers). `headers` are those of the request, where the
    /// response brings none.
    pub(crate) fn own_answer_to<B>(
        &self,
        response: &mut Response<B>,
        headers: impl FnOnce() -> HeaderMap,
    ) -> Option<Response<Bytes>> {
        if !self.has_own_answers() {
            return None;
        }
        let extensions = response.extensions_mut();
        let Unanswered(brought) = extensions.remove()?;
        let error = extensions.get::<LtiError>()?.clone();
        let headers = if brought.is_empty() {
            headers()
        } else {
            brought
        };
        let mut answer = self.error_response(&error, &headers);
        // What the handler added, such as a cookie, stays; what describes its body does not.
        let mut added = std::mem::take(response.headers_mut());
        for name in BODY_HEADERS {
            added.remove(name);
        }
        add_missing(&mut answer, &added);
        let extensions = std::mem::take(response.extensions_mut());
        answer.extensions_mut().extend(extensions);
        Some(answer)
    }
}
