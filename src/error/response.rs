//! The answer that a rejection becomes: a page, or JSON where that is asked for.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::{
    error::{ErrorCode, LtiError},
    pages::{Choice, ErrorPage, NextStep, PageWriter, form_policy, harden, tell_origin},
};

/// Marks an answer that no tool has looked at, with the headers of the request that it answers.
#[derive(Clone)]
pub(crate) struct Unanswered(pub(crate) HeaderMap);

impl LtiError {
    /// The default answer: HTML, or JSON where `Accept` asks for it.
    ///
    /// It holds the code, the message, the remedy, the spec section and the reference, and nothing
    /// from the request, the store or the platform but the signed return address.
    ///
    /// In the tool's [look](crate::pages::Appearance) and [languages](crate::languages) where the tool has asked for the
    /// answer; otherwise in the crate's look and English. Inside a launch layer it becomes what the tool answers: see
    /// [`LtiToolBuilder::error_response`](crate::tool::LtiToolBuilder::error_response).
    #[must_use]
    pub fn to_response<B: From<Bytes>>(&self, request_headers: &HeaderMap) -> Response<B> {
        let mut response = self.default_response(request_headers);
        let unanswered = Unanswered(request_headers.clone());
        response.extensions_mut().insert(unanswered);
        response
    }

    pub(crate) fn default_response<B: From<Bytes>>(
        &self,
        request_headers: &HeaderMap,
    ) -> Response<B> {
        let body = if wants_json(request_headers) {
            self.json()
        } else {
            self.html(&self.pages.writer(request_headers))
        };
        let mut response = Response::new(B::from(Bytes::from(body)));
        *response.status_mut() = self.status();
        *response.headers_mut() = self.headers(request_headers);
        response.extensions_mut().insert(self.clone());
        response
    }

    /// The headers of the default answer.
    pub(crate) fn headers(&self, request_headers: &HeaderMap) -> HeaderMap {
        let content_type = if wants_json(request_headers) {
            "application/json"
        } else {
            "text/html; charset=utf-8"
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(
            header::VARY,
            HeaderValue::from_static("accept, accept-language"),
        );
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy());
        harden(&mut headers);
        if self.way_back_form().is_some() {
            tell_origin(&mut headers);
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("LTI"));
        }
        if let Some(pause) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(pause.as_secs()));
        }
        headers
    }

    /// What the page may load, and where its form may lead: the stylesheet alone, and the platform.
    fn policy(&self) -> HeaderValue {
        const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
        let form = self.way_back_form().and_then(|(action, _)| {
            HeaderValue::try_from(format!("{POLICY}; {}", form_policy(action))).ok()
        });
        form.unwrap_or(HeaderValue::from_static(POLICY))
    }

    /// The links of the page that asks which session is meant.
    #[cfg(feature = "sessions")]
    fn choices<'a>(&'a self, page: &'a PageWriter) -> Vec<Choice<'a>> {
        let choices = self.session_choices().iter();
        choices.map(|choice| choice.to_link(page)).collect()
    }

    #[cfg(not(feature = "sessions"))]
    fn choices(&self, _: &PageWriter) -> Vec<Choice<'_>> {
        Vec::new()
    }

    fn json(&self) -> String {
        serde_json::json!({
            "error": self.code().as_str(),
            "message": self.message(),
            "remedy": self.remedy(),
            "spec": self.spec_ref(),
            "ref": self.reference(),
        })
        .to_string()
    }

    fn html(&self, page: &PageWriter) -> String {
        let wording = self.wording();
        let choices = self.choices(page);
        ErrorPage {
            heading: wording.heading,
            message: wording.message,
            remedy: wording.remedy,
            next_step: match self.code() {
                ErrorCode::CookieMissing if self.cookies_blocked() != Some(false) => {
                    NextStep::NewWindow
                }
                ErrorCode::OnboardingUnfinished => NextStep::TryAgain,
                _ => NextStep::None,
            },
            choices: &choices,
            way_back: self.way_back(),
            way_back_form: self.way_back_form(),
            administrator: wording.administrator,
            code: self.code().as_str(),
            reference: self.reference(),
        }
        .html(page)
    }
}

/// Adds the headers of the default answer that an answer of somebody else's lacks. One that it has, it
/// keeps.
pub(crate) fn add_missing<B>(response: &mut Response<B>, defaults: &HeaderMap) {
    let redirects = response.status().is_redirection();
    let headers = response.headers_mut();
    for name in defaults.keys() {
        // In a redirect it would ask the browser to wait before it follows.
        let unfit = redirects && name == header::RETRY_AFTER;
        if unfit || headers.contains_key(name) {
            continue;
        }
        for value in defaults.get_all(name) {
            headers.append(name, value.clone());
        }
    }
}

/// Whether JSON is named in `Accept` and HTML is not.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let named = |wanted: &str| {
        headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next())
            .any(|range| range.trim().eq_ignore_ascii_case(wanted))
    };
    named("application/json") && !named("text/html")
}
