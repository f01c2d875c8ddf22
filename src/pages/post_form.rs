//! A form of hidden fields, posted by a button or by itself.

use bytes::Bytes;
use html_escape::encode_double_quoted_attribute as escape;
use http::{HeaderValue, Response, header};

use crate::{
    pages::document::document,
    random::{self, RandomnessError},
};

/// A form of hidden fields that is posted to `action`.
pub(crate) struct PostForm(String);

impl PostForm {
    /// Starts a form. Names have to be plain words; the address and all values are escaped.
    pub(crate) fn new<'a>(
        action: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut form = format!("<form method=\"post\" action=\"{}\">\n", escape(action));
        for (name, value) in fields {
            let value = escape(value);
            form += &format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n");
        }
        Self(form)
    }

    /// The form with a button of this id and label.
    #[cfg(feature = "testing")]
    pub(crate) fn with_button(self, id: &str, label: &str) -> String {
        self.0 + &format!("<button id=\"{id}\">{label}</button>\n</form>\n")
    }

    /// The answer that makes a browser post the form: by a script, or by a button where scripts are off.
    pub(crate) fn posting_itself<B: From<Bytes>>(
        self,
        heading: &str,
        explanation: &str,
    ) -> Result<Response<B>, RandomnessError> {
        let nonce = random::text::<16>()?;
        let body = format!(
            "{}<p>{explanation}</p>\n<button>Continue</button>\n</form>\n\
             <script nonce=\"{nonce}\">document.forms[0].submit()</script>\n",
            self.0
        );
        let page = document(heading, Some(&nonce), &body);
        let mut response = Response::new(B::from(Bytes::from(page)));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        let policy =
            format!("default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'");
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }
}
