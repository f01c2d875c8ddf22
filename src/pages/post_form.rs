//! A form of hidden fields, posted by a button or by itself.

use bytes::Bytes;
use html_escape::encode_double_quoted_attribute as escape;
use http::{HeaderValue, Response, header};

use crate::{
    pages::document::document,
    random::{self, RandomnessError},
};

/// Posts the form unless the page was loaded again or came out of the browser's history (Navigation Timing Level 2).
/// While it is under way, the button does nothing: platforms take a response once.
#[cfg(feature = "services")]
const SUBMIT_ONCE: &str = "const [form] = document.forms; const button = form.querySelector(\"button\"); \
    const lock = () => { button.disabled = true }; form.onsubmit = lock; \
    onpageshow = (event) => { if (event.persisted) button.disabled = false }; \
    const [visit] = performance.getEntriesByType(\"navigation\"); \
    if (!visit || visit.type === \"navigate\") { lock(); form.submit() }";

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
        Ok(self.page(
            heading,
            explanation,
            &nonce,
            "document.forms[0].submit()",
            "",
        ))
    }

    /// The same for what must not be posted twice: a page that is loaded again, or returned to, leaves it to the button.
    /// The policy says where the browser may post to. The nonce is a random one.
    #[cfg(feature = "services")]
    pub(crate) fn posting_itself_once<B: From<Bytes>>(
        self,
        heading: &str,
        explanation: &str,
        nonce: &str,
        form_policy: &str,
    ) -> Response<B> {
        let policy = format!("; {form_policy}");
        self.page(heading, explanation, nonce, SUBMIT_ONCE, &policy)
    }

    fn page<B: From<Bytes>>(
        self,
        heading: &str,
        explanation: &str,
        nonce: &str,
        script: &str,
        more_policy: &str,
    ) -> Response<B> {
        let body = format!(
            "{}<p>{explanation}</p>\n<button>Continue</button>\n</form>\n\
             <script nonce=\"{nonce}\">{script}</script>\n",
            self.0
        );
        let page = document(heading, Some(nonce), &body);
        let mut response = Response::new(B::from(Bytes::from(page)));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'{more_policy}"
        );
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}
