//! What a rejection can say of the request itself: its method, and what its body calls itself.

use http::{HeaderMap, HeaderName, header, request::Parts};

use crate::error::{LtiError, LtiErrorKind};

impl LtiError {
    /// Adds what came in place of a form, or of a method that is allowed.
    pub(crate) fn of_request(self, parts: &Parts, methods: &'static str) -> Self {
        match self.kind() {
            LtiErrorKind::MethodNotAllowed => {
                self.with_came(parts.method.as_str()).with_expected(methods)
            }
            LtiErrorKind::MediaType => of_media_type(self, &parts.headers),
            _ => self,
        }
    }
}

fn of_media_type(error: LtiError, headers: &HeaderMap) -> LtiError {
    let text = |name: HeaderName| {
        let value = headers.get(name)?.as_bytes();
        Some(String::from_utf8_lossy(value).into_owned())
    };
    let (field, came) = match text(header::CONTENT_ENCODING) {
        Some(encoding) => ("content-encoding", encoding),
        None => (
            "content-type",
            text(header::CONTENT_TYPE).unwrap_or_else(|| "none".to_owned()),
        ),
    };
    error
        .with_fixed_field(field)
        .with_came(&came)
        .with_expected("application/x-www-form-urlencoded, in UTF-8 and without encoding")
}
