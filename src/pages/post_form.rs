//! A form of hidden fields, posted by a button or by itself.

use bytes::Bytes;
use html_escape::encode_double_quoted_attribute as escape;
use http::Response;

use crate::{
    page_text::PageText,
    pages::{PageWriter, scripted_page::scripted_page, texts},
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

/// A form of hidden fields.
pub(crate) struct PostForm {
    /// Those of the form's start tag, each with a space before it.
    attributes: String,
    fields: String,
}

impl PostForm {
    /// Starts a form that is posted to `action`. The address, and all names and values, are escaped.
    pub(crate) fn new<'a>(
        action: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let form = Self::to_this_address(fields);
        form.with_attributes(&format!(" action=\"{}\"", escape(action)))
    }

    /// Starts a form that is posted to the address of the page that it stands on.
    pub(crate) fn to_this_address<'a>(
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut written = String::new();
        for (name, value) in fields {
            let (name, value) = (escape(name), escape(value));
            written += &format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n");
        }
        Self {
            attributes: String::new(),
            fields: written,
        }
    }

    /// Adds to the form's start tag, as it is; a space comes first.
    pub(crate) fn with_attributes(mut self, attributes: &str) -> Self {
        self.attributes += attributes;
        self
    }

    /// The form with this inside, behind its fields.
    pub(crate) fn with_inside(self, inside: &str) -> String {
        let Self { attributes, fields } = self;
        format!("<form method=\"post\"{attributes}>\n{fields}{inside}\n</form>\n")
    }

    /// The form with a button of this id and label.
    pub(crate) fn with_button(self, id: &str, label: &str) -> String {
        self.with_inside(&format!("<button id=\"{id}\">{label}</button>"))
    }

    /// The answer that makes a browser post the form: by a script, or by a button where scripts are off.
    pub(crate) fn posting_itself<B: From<Bytes>>(
        self,
        page: &PageWriter,
        heading: PageText,
        explanation: PageText,
    ) -> Result<Response<B>, RandomnessError> {
        let nonce = random::text::<16>()?;
        let script = "document.forms[0].submit()";
        Ok(self.page(page, [heading, explanation], &nonce, script, ""))
    }

    /// The same for what must not be posted twice: a page that is loaded again, or returned to, leaves it to the button.
    /// The policy says where the browser may post to. The nonce is a random one.
    #[cfg(feature = "services")]
    pub(crate) fn posting_itself_once<B: From<Bytes>>(
        self,
        page: &PageWriter,
        explanation: PageText,
        nonce: &str,
        form_policy: &str,
    ) -> Response<B> {
        let policy = format!("; {form_policy}");
        let texts = [texts::SENDING, explanation];
        self.page(page, texts, nonce, SUBMIT_ONCE, &policy)
    }

    fn page<B: From<Bytes>>(
        self,
        page: &PageWriter,
        [heading, explanation]: [PageText; 2],
        nonce: &str,
        script: &str,
        more_policy: &str,
    ) -> Response<B> {
        let body = self.with_inside(&format!(
            "<p>{}</p>\n<button>{}</button>",
            page.text(explanation),
            page.text(texts::CONTINUE)
        ));
        scripted_page(page, heading, &body, nonce, script, more_policy)
    }
}
