//! Where the browser ended up.

use std::{fmt, ops::Deref};

use bytes::Bytes;
use http::{Response, header};
use serde_json::Value;
use url::Url;

use super::{Form, form_reader, markup, refusal};

/// How much of a page's text is quoted.
const MOST_QUOTED: usize = 600;

/// Where the browser ended up: the last answer, with what can be read and done on that page.
///
/// It derefs to the answer, for `status()`, `headers()` and `body()`. What it asserts fails with what came instead: the way,
/// the status, the reason of a refusal, and the text. `Debug` shows the same.
///
/// # Examples
///
/// ```
/// # use axum::{Form, Router, response::{Html, Redirect}, routing::{get, post}};
/// # #[derive(serde::Deserialize)] struct Answer { answer: String }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tower_lti::testing::Browser;
///
/// let app = Router::new()
///     .route("/quiz", get(|| async {
///         Html("<h1>Cells</h1><form method='post' action='/answers'><input name='answer'><button>Send</button></form>")
///     }))
///     .route("/answers", post(|Form(sent): Form<Answer>| async move { sent.answer }));
/// let mut browser = Browser::for_app(app);
///
/// let quiz = browser.get("/quiz").await;
/// quiz.assert_ok().assert_text("Cells");
///
/// let answered = browser.submit(quiz.form().fill("answer", "42")).await;
/// assert_eq!(answered.text(), "42");
/// assert_eq!(answered.path(), "/answers");
/// # }
/// ```
#[derive(Clone)]
pub struct Page {
    url: Url,
    way: Vec<String>,
    answer: Response<Bytes>,
}

impl Page {
    pub(in crate::testing) fn new(url: Url, way: Vec<String>, answer: Response<Bytes>) -> Self {
        Self { url, way, answer }
    }

    /// The address, such as `https://tool.test/course?id=1`.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The path of the address, such as `/course`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The requests that led here, in order, such as `GET /lti/login`, `POST /lti/launch` and `GET /course`.
    #[must_use]
    pub fn way(&self) -> &[String] {
        &self.way
    }

    /// The body as it came.
    ///
    /// # Panics
    ///
    /// Panics when it is no UTF-8.
    #[must_use]
    pub fn html(&self) -> &str {
        match std::str::from_utf8(self.answer.body()) {
            Ok(html) => html,
            Err(error) => panic!("the body is no text: {error}; {self:?}"),
        }
    }

    /// What can be read: of a page in HTML its text, without scripts and stylesheets and with one space wherever there is
    /// any; else the body.
    ///
    /// # Panics
    ///
    /// Panics when the body is no UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        match self.is_html() {
            true => markup::visible_text(self.html()),
            false => self.html().to_owned(),
        }
    }

    /// The title of a page in HTML; empty where it has none.
    #[must_use]
    pub fn title(&self) -> String {
        let html = String::from_utf8_lossy(self.answer.body());
        markup::text_of_first(&html, "title").unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// Panics when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(self.answer.body()) {
            Ok(json) => json,
            Err(error) => panic!("the body is no JSON: {error}; {self:?}"),
        }
    }

    /// The only form on the page.
    ///
    /// # Panics
    ///
    /// Panics when there is none, and when there are several.
    pub fn form(&self) -> Form {
        let forms = self.forms();
        match &*forms {
            [form] => form.clone(),
            [] => panic!("there is no form; {self:?}"),
            _ => panic!("there are several forms, `form_with` chooses one: {forms:?}; {self:?}"),
        }
    }

    /// The first form with this id, or with a button that says this.
    ///
    /// # Panics
    ///
    /// Panics when there is none.
    pub fn form_with(&self, id_or_button: &str) -> Form {
        let forms = self.forms();
        match forms.iter().find(|form| form.is(id_or_button)) {
            Some(form) => form.clone(),
            None => panic!("there is no form {id_or_button:?}, but {forms:?}; {self:?}"),
        }
    }

    /// All forms, in order.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        form_reader::forms(self.html(), &self.url)
    }

    /// Where the first link leads that says this: [`Browser::get`](crate::testing::Browser::get) follows it.
    ///
    /// # Panics
    ///
    /// Panics when there is none.
    #[must_use]
    pub fn link(&self, says: &str) -> String {
        let links = markup::links(self.html());
        let Some((_, leads)) = links.iter().find(|(said, _)| said == says) else {
            let said: Vec<_> = links.iter().map(|(said, _)| said).collect();
            panic!("there is no link {says:?}, but {said:?}; {self:?}");
        };
        self.url
            .join(leads)
            .map_or_else(|_| leads.clone(), String::from)
    }

    /// The code of a refusal of this crate, such as `replay_detected` ([`crate::error`]), whether it came as a page or as
    /// JSON.
    #[must_use]
    pub fn error_code(&self) -> Option<String> {
        refusal::code(&self.answer)
    }

    /// Asserts that the status is one of success.
    ///
    /// # Panics
    ///
    /// Panics when it is not.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        assert!(self.status().is_success(), "expected success; {self:?}");
        self
    }

    /// Asserts that this is the status, such as `403`.
    ///
    /// # Panics
    ///
    /// Panics when it is not.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        let came = self.status().as_u16();
        assert!(came == status, "expected the status {status}; {self:?}");
        self
    }

    /// Asserts that this can be read on the page.
    ///
    /// # Panics
    ///
    /// Panics when it cannot.
    #[track_caller]
    pub fn assert_text(&self, text: &str) -> &Self {
        let is_there = self.text().contains(text);
        assert!(is_there, "expected the text {text:?}; {self:?}");
        self
    }

    /// Asserts that this crate refused with this code, such as `replay_detected`.
    ///
    /// # Panics
    ///
    /// Panics when it did not, or with another code.
    #[track_caller]
    pub fn assert_refused(&self, code: &str) -> &Self {
        let is_so = self.error_code().as_deref() == Some(code);
        assert!(is_so, "expected a refusal with {code}; {self:?}");
        self
    }

    fn is_html(&self) -> bool {
        let content_type = self.headers().get(header::CONTENT_TYPE);
        content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
    }
}

impl Deref for Page {
    type Target = Response<Bytes>;

    fn deref(&self) -> &Self::Target {
        &self.answer
    }
}

/// What came, for whoever reads why a test failed.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} came from {}",
            self.status(),
            self.way.join(", then ")
        )?;
        if let Some(location) = self.headers().get(header::LOCATION) {
            write!(f, ", which leads to {location:?}")?;
        }
        if let Some(code) = self.error_code() {
            write!(f, ", refused with {code}")?;
        }
        if let Some(reason) = refusal::reason(&self.answer) {
            write!(f, " ({reason})")?;
        }
        let body = String::from_utf8_lossy(self.answer.body());
        let text = match self.is_html() {
            true => markup::visible_text(&body),
            false => body.into_owned(),
        };
        let quoted: String = text.chars().take(MOST_QUOTED).collect();
        let rest = if quoted.len() < text.len() {
            " […]"
        } else {
            ""
        };
        write!(f, ": {quoted:?}{rest}")
    }
}
