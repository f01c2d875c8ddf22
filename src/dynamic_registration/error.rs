//! Why the tool was not registered, and the page that says so.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

use crate::{
    dynamic_registration::RegistrationFailure,
    error::wants_json,
    pages::{Escaped, PageSettings, PageWriter, harden, texts},
    random::{self, RandomnessError},
    redact,
    service_error::ActionBy,
    store::StoreError,
};

/// The most characters of a platform's words, and of a value that came.
const MAX_CHARS: usize = 500;

/// How long to wait before a registration is begun again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The tool was not registered, or a registration not read, changed or removed.
///
/// It rides in the extensions of the response, too. `Debug` and `Display` show nothing that came from outside.
#[derive(Clone)]
pub struct DynamicRegistrationError {
    kind: RegistrationFailure,
    reference: String,
    subject: Option<String>,
    platform_status: Option<StatusCode>,
    platform_words: Option<String>,
    used_invite: bool,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl DynamicRegistrationError {
    pub(super) fn new(kind: RegistrationFailure) -> Self {
        Self {
            kind,
            reference: random::text::<9>().unwrap_or_default(),
            subject: None,
            platform_status: None,
            platform_words: None,
            used_invite: false,
            source: None,
        }
    }

    /// Says what it is about, in words that the page shows.
    pub(super) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(bounded(&subject.into()));
        self
    }

    pub(super) fn with_platform(mut self, status: StatusCode, words: Option<&str>) -> Self {
        self.platform_status = Some(status);
        self.platform_words = words.map(bounded);
        self
    }

    /// Says that the invitation is used up by this.
    pub(super) fn with_used_invite(mut self) -> Self {
        self.used_invite = true;
        self
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// What exactly went wrong.
    #[must_use]
    pub fn kind(&self) -> RegistrationFailure {
        self.kind
    }

    /// The stable code that the answer carries.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// Who has to do something.
    #[must_use]
    pub fn action_by(&self) -> ActionBy {
        self.kind.action_by()
    }

    /// What it is about: a member, an address, an issuer. For a page, not for a log.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The status that the platform answered with.
    #[must_use]
    pub fn platform_status(&self) -> Option<StatusCode> {
        self.platform_status
    }

    /// What the platform says, at most 500 characters. For a page, escaped, and not for a log.
    #[must_use]
    pub fn platform_words(&self) -> Option<&str> {
        self.platform_words.as_deref()
    }

    /// A random reference that stands on the page and in the log, and nowhere else.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The answer: HTML, or JSON where `Accept` asks for it. It holds no script.
    ///
    /// The page has the crate's look and is in English; that of [`LtiRegistration`](crate::dynamic_registration::LtiRegistration)
    /// looks and speaks as the tool does.
    #[must_use]
    pub fn to_response(&self, request_headers: &HeaderMap) -> Response<Full<Bytes>> {
        self.answer(&PageSettings::default(), request_headers)
    }

    pub(super) fn answer(
        &self,
        pages: &PageSettings,
        request_headers: &HeaderMap,
    ) -> Response<Full<Bytes>> {
        let (body, content_type) = if wants_json(request_headers) {
            (self.json(), "application/json")
        } else {
            (
                self.html(&pages.writer(request_headers)),
                "text/html; charset=utf-8",
            )
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
            ),
        );
        harden(headers);
        match self.status() {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER.as_secs().into());
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            }
            _ => {}
        }
        response.extensions_mut().insert(self.clone());
        response
    }

    fn json(&self) -> String {
        serde_json::json!({
            "error": self.code(),
            "message": self.kind.message(),
            "remedy": self.kind.remedy(),
            "subject": self.subject,
            "platform_status": self.platform_status.map(|status| status.as_u16()),
            "platform_says": self.platform_words,
            "invite_used": self.used_invite,
            "action_by": self.action_by().as_str(),
            "spec": self.kind.spec_ref(),
            "ref": self.reference,
        })
        .to_string()
    }

    /// The page. What this very registration is about is said in English on a page in any language.
    fn html(&self, page: &PageWriter) -> String {
        let english = page.english_attributes();
        let message = page.text(self.kind.message_text());
        let mut body =
            format!("<div class=\"alert bad\" tabindex=\"-1\" autofocus>\n<p>{message}</p>\n");
        if let Some(subject) = &self.subject {
            let subject = Escaped::text(subject).into_html();
            body += &format!("<p{english}>{subject}</p>\n");
        }
        body += "</div>\n";
        body += &self.platform_answer(page);
        let who = match self.action_by() {
            ActionBy::PlatformAdministrator => texts::FOR_PLATFORM,
            ActionBy::ToolOperator => texts::FOR_OPERATOR,
            _ => texts::FOR_ANYBODY,
        };
        let remedy = page.escaped(self.kind.remedy_text()).set_off();
        body += &format!("<p>{}</p>\n", page.fill(who, &[("remedy", remedy)]));
        if self.used_invite {
            let used = page.text(texts::INVITATION_USED);
            body += &format!("<p><strong>{used}</strong></p>\n");
        }
        let reference = page.fill(
            texts::SPEC_REFERENCE,
            &[
                ("code", Escaped::text(self.code())),
                ("spec", Escaped::text(self.kind.spec_ref())),
                ("reference", Escaped::text(&self.reference)),
            ],
        );
        body += &format!("<p><small>{reference}</small></p>\n");
        page.document(texts::NOT_REGISTERED, None, &body)
    }

    fn platform_answer(&self, page: &PageWriter) -> String {
        let Some(status) = self.platform_status else {
            return String::new();
        };
        let (sentence, words) = match &self.platform_words {
            Some(words) => {
                let words = Escaped::text(words).into_html();
                let quoted = format!("<blockquote>{words}</blockquote>\n");
                (texts::PLATFORM_SAYS, quoted)
            }
            None => (texts::PLATFORM_STATUS, String::new()),
        };
        let status = Escaped::text(status.as_str());
        let sentence = page.fill(sentence, &[("status", status)]);
        format!("<p>{sentence}</p>\n{words}")
    }
}

/// One line of at most so many characters, without those that are not shown or turn the direction of writing.
fn bounded(text: &str) -> String {
    let all = redact::shown(text);
    let mut shown: String = all.chars().take(MAX_CHARS).collect();
    if all.chars().count() > MAX_CHARS {
        shown.pop();
        shown.push('…');
    }
    shown
}

impl From<RegistrationFailure> for DynamicRegistrationError {
    fn from(kind: RegistrationFailure) -> Self {
        Self::new(kind)
    }
}

impl From<StoreError> for DynamicRegistrationError {
    fn from(error: StoreError) -> Self {
        Self::new(RegistrationFailure::StoreUnavailable).with_source(error)
    }
}

impl From<RandomnessError> for DynamicRegistrationError {
    fn from(error: RandomnessError) -> Self {
        Self::new(RegistrationFailure::StoreUnavailable).with_source(error)
    }
}

impl fmt::Debug for DynamicRegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRegistrationError")
            .field("kind", &self.kind)
            .field("reference", &self.reference)
            .field("platform_status", &self.platform_status)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for DynamicRegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dynamic registration failed: ")?;
        f.write_str(self.kind.code())
    }
}

impl Error for DynamicRegistrationError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
