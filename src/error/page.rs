//! The answer that a refusal becomes: a page, or JSON where that is asked for.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::error::{ErrorCode, LtiError};

/// How long to wait before trying again, where the error does not say.
const DEFAULT_RETRY_AFTER_SECS: u64 = 2;

impl LtiError {
    /// The default answer: HTML, or JSON where `Accept` asks for it.
    ///
    /// It holds the code, the message, the remedy, the spec section and the reference, and nothing
    /// from the request, the store or the platform.
    #[must_use]
    pub fn to_response<B: From<Bytes>>(&self, request_headers: &HeaderMap) -> Response<B> {
        let (content_type, body) = if wants_json(request_headers) {
            ("application/json", self.json())
        } else {
            ("text/html; charset=utf-8", self.html())
        };
        let mut response = Response::new(B::from(Bytes::from(body)));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
        );
        harden(headers);
        match self.status() {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("LTI"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                let secs = self
                    .retry_after
                    .map_or(DEFAULT_RETRY_AFTER_SECS, |pause| pause.as_secs().max(1));
                headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
            }
            _ => {}
        }
        response.extensions_mut().insert(self.clone());
        response
    }

    fn json(&self) -> String {
        serde_json::json!({
            "error": self.code().as_str(),
            "message": self.code().message(),
            "remedy": self.remedy(),
            "spec": self.spec_ref(),
            "ref": self.reference(),
        })
        .to_string()
    }

    fn html(&self) -> String {
        let message = self.code().message();
        let remedy = self.remedy();
        let code = self.code().as_str();
        let reference = self.reference();
        let heading = match self.code() {
            ErrorCode::OnboardingUnfinished => "The tool is not open yet",
            _ => "The tool could not be opened",
        };
        let again = match self.code() {
            ErrorCode::CookieMissing => {
                "<p>If the tool was shown inside a page of your course, choose &ldquo;open in new window&rdquo; there.</p>"
            }
            // An empty address is the one that was just asked for, with its ticket.
            ErrorCode::OnboardingUnfinished => "<p><a href=\"\">Try again</a></p>",
            _ => "",
        };
        let back = self.way_back.as_deref().map_or_else(String::new, |url| {
            let url = html_escape::encode_double_quoted_attribute(url);
            format!("<p><a href=\"{url}\">Back to your course</a></p>\n")
        });
        let administrator = self
            .code()
            .administrator_remedy()
            .map_or_else(String::new, |remedy| {
                format!("<p>If you run the course or the platform: {remedy}</p>\n")
            });
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{heading}</title>\n\
             <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#222}}\
             small{{color:#555}}</style>\n</head>\n<body>\n<main>\n<h1>{heading}</h1>\n\
             <p>{message}</p>\n<p><strong>{remedy}</strong></p>\n{administrator}{back}{again}\n\
             <p><small>Code {code}, reference {reference}</small></p>\n</main>\n</body>\n</html>\n"
        )
    }
}

/// The headers that every answer of ours carries.
pub(crate) fn harden(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
}

/// Whether JSON is named in `Accept` and HTML is not.
fn wants_json(headers: &HeaderMap) -> bool {
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
