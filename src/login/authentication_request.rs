//! The request that sends the browser to the platform.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::{
    pages::{PageWriter, PostForm, texts},
    platform_storage::NextRequest,
    random::RandomnessError,
};

/// The longest URL of a redirect, in bytes; a longer one becomes a form.
const MAX_URL_BYTES: usize = 2_000;

/// An authentication request (Security Framework 1.0 §5.1.1.2).
pub(crate) struct AuthenticationRequest<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) login_hint: &'a str,
    pub(crate) message_hint: Option<&'a str>,
    pub(crate) state: &'a str,
    pub(crate) nonce: &'a str,
}

impl AuthenticationRequest<'_> {
    /// The answer that takes the browser there: a redirect, or a form where that would be too long.
    pub(crate) fn to_response<B: From<Bytes>>(
        &self,
        page: impl FnOnce() -> PageWriter,
    ) -> Result<Response<B>, RandomnessError> {
        match self.location() {
            Some(location) => {
                let mut response = Response::new(B::from(Bytes::new()));
                *response.status_mut() = StatusCode::SEE_OTHER;
                response.headers_mut().insert(header::LOCATION, location);
                Ok(response)
            }
            None => self
                .form()
                .posting_itself(&page(), texts::OPENING, texts::TO_PLATFORM),
        }
    }

    /// The same for a page that takes the browser there once it has stored the secret.
    pub(crate) fn to_next(&self) -> NextRequest {
        let location = self.location();
        let url = location
            .as_ref()
            .and_then(|location| location.to_str().ok());
        match url {
            Some(url) => NextRequest::Url(url.to_owned()),
            None => NextRequest::Form(self.form()),
        }
    }

    /// `None` where the URL is too long for a redirect.
    fn location(&self) -> Option<HeaderValue> {
        let address = self.address();
        let location = HeaderValue::try_from(&address).ok();
        location.filter(|_| address.len() <= MAX_URL_BYTES)
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let always = [
            ("scope", "openid"),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("prompt", "none"),
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("login_hint", self.login_hint),
            ("state", self.state),
            ("nonce", self.nonce),
        ];
        let hint = self.message_hint.map(|hint| ("lti_message_hint", hint));
        always.into_iter().chain(hint)
    }

    /// The endpoint with its own query kept and ours after it.
    fn address(&self) -> String {
        let mut address = String::with_capacity(1_024);
        address.push_str(self.endpoint);
        if !self.endpoint.ends_with(['?', '&']) {
            address.push(if self.endpoint.contains('?') {
                '&'
            } else {
                '?'
            });
        }
        let start = address.len();
        let mut query = form_urlencoded::Serializer::for_suffix(address, start);
        query.extend_pairs(self.parameters());
        query.finish()
    }

    fn form(&self) -> PostForm {
        PostForm::new(self.endpoint, self.parameters())
    }
}
