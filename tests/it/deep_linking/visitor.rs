//! A person at a browser without scripts: pages, forms, redirects and cookies, over a real socket.

use std::collections::BTreeMap;

use bytes::Bytes;
use html_escape::decode_html_entities;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use tower::Service;
use tower_lti::testing::UrlService;

/// A page that is shown.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    /// The path and the query.
    pub(super) address: String,
    pub(super) html: String,
}

/// A form on a page.
#[derive(Clone, Debug)]
pub(super) struct Form {
    method: Method,
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Form {
    pub(super) fn field(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        let found = fields.find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn fill_in(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Page {
    /// The form with the button of this id.
    pub(super) fn form(&self, button: &str) -> Form {
        let button = format!("<button id=\"{button}\">");
        let (before, _) = self
            .html
            .split_once(&button)
            .unwrap_or_else(|| panic!("{button} in {}", self.html));
        form(before.rsplit_once("<form ").unwrap().1)
    }

    /// The first form.
    pub(super) fn first_form(&self) -> Form {
        let (_, after) = self.html.split_once("<form ").unwrap();
        form(after.split_once("</form>").unwrap().0)
    }

    /// Where a link leads that says so.
    pub(super) fn link(&self, says: &str) -> Option<String> {
        let (before, _) = self.html.split_once(&format!("\">{says}</a>"))?;
        let (_, address) = before.rsplit_once("href=\"")?;
        Some(decode_html_entities(address).into_owned())
    }

    /// The text of an element.
    pub(super) fn text(&self, id: &str) -> Option<&str> {
        let (_, after) = self.html.split_once(&format!(" id=\"{id}\""))?;
        let (_, text) = after.split_once('>')?;
        Some(text.split_once("</p>")?.0)
    }
}

fn form(html: &str) -> Form {
    let attribute = |tag: &str, name: &str| {
        let (_, after) = tag.split_once(&format!("{name}=\"")).unwrap_or(("", "\""));
        decode_html_entities(after.split_once('"').unwrap().0).into_owned()
    };
    let fields = html.split("<input ").skip(1);
    Form {
        method: match &*attribute(html, "method") {
            "get" => Method::GET,
            _ => Method::POST,
        },
        action: attribute(html, "action"),
        fields: fields
            .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
            .collect(),
    }
}

/// A person at a browser.
#[derive(Clone)]
pub(super) struct Visitor {
    base_url: String,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub(super) fn of(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    pub(super) async fn open(&mut self, address: &str) -> Page {
        self.request(Method::GET, address, String::new()).await
    }

    /// Submits a form, and presses "Continue" on each page that would go on by itself.
    pub(super) async fn submit(&mut self, form: &Form) -> Page {
        let mut page = self.submit_once(form).await;
        while page.html.contains("<button>Continue</button>") {
            page = self.submit_once(&page.first_form()).await;
        }
        page
    }

    pub(super) async fn submit_once(&mut self, form: &Form) -> Page {
        let fields = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form.fields)
            .finish();
        if form.method == Method::GET {
            return self.open(&format!("{}?{fields}", form.action)).await;
        }
        self.request(Method::POST, &form.action, fields).await
    }

    /// Sends a request, and follows redirects.
    async fn request(&mut self, method: Method, address: &str, body: String) -> Page {
        let (mut method, mut address, mut body) = (method, self.local(address), body);
        loop {
            let pairs = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let request = Request::builder()
                .method(method)
                .uri(&address)
                .header(header::COOKIE, pairs.collect::<Vec<_>>().join("; "))
                .header(header::ACCEPT, "text/html")
                .header(header::ORIGIN, &self.base_url)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Full::from(body))
                .unwrap();
            let authority = self.base_url.strip_prefix("http://").unwrap();
            let answer: Response<Full<Bytes>> =
                UrlService::new(authority).call(request).await.unwrap();
            self.keep_cookies(&answer);
            let Some(location) = answer.headers().get(header::LOCATION) else {
                let status = answer.status();
                let html = answer.into_body().collect().await.unwrap().to_bytes();
                let html = String::from_utf8(html.to_vec()).unwrap();
                return Page {
                    status,
                    address,
                    html,
                };
            };
            address = self.local(location.to_str().unwrap());
            (method, body) = (Method::GET, String::new());
        }
    }

    fn local(&self, address: &str) -> String {
        address
            .strip_prefix(&self.base_url)
            .unwrap_or(address)
            .to_owned()
    }

    fn keep_cookies(&mut self, answer: &Response<Full<Bytes>>) {
        for value in answer.headers().get_all(header::SET_COOKIE) {
            let (pair, attributes) = value.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
