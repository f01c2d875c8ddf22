//! One step of the browser from page to page: the request, and whose page sends it.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use url::Url;

use super::{AskedService, Browser};

/// A request that opens a page.
#[derive(Clone)]
pub(super) struct Navigation {
    pub(super) method: Method,
    pub(super) url: Url,
    /// The body of a post.
    pub(super) form: String,
    pub(super) sender: Sender,
}

/// Whose page sends the browser there.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Sender {
    /// One of the same origin: the tool's own.
    SameOrigin,
    /// One of this origin, which is another.
    Elsewhere(String),
}

impl Navigation {
    pub(super) fn get(url: Url, sender: Sender) -> Self {
        Self {
            method: Method::GET,
            url,
            form: String::new(),
            sender,
        }
    }

    pub(super) fn post(url: Url, form: String, sender: Sender) -> Self {
        Self {
            method: Method::POST,
            url,
            form,
            sender,
        }
    }

    /// The same after a redirect with this status (Fetch, HTTP-redirect fetch).
    pub(super) fn redirected(&self, status: u16, url: Url) -> Self {
        match status {
            307 | 308 => Self {
                url,
                ..self.clone()
            },
            _ => Self::get(url, self.sender.clone()),
        }
    }

    /// As it is told where a test failed; without the query, which may be long.
    pub(super) fn told(&self) -> String {
        format!("{} {}", self.method, self.url.path())
    }

    pub(super) fn request(&self) -> Request<Full<Bytes>> {
        let mut address = self.url.path().to_owned();
        if let Some(query) = self.url.query() {
            address = format!("{address}?{query}");
        }
        let host = &self.url[url::Position::BeforeHost..url::Position::AfterPort];
        let (site, origin) = match &self.sender {
            Sender::SameOrigin => ("same-origin", self.url.origin().ascii_serialization()),
            Sender::Elsewhere(origin) => ("cross-site", origin.clone()),
        };
        let mut request = Request::builder()
            .method(&self.method)
            .uri(address)
            .header(header::HOST, host)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-site", site);
        if self.method == Method::POST {
            request = request
                .header(header::ORIGIN, origin)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::from(self.form.clone()));
        request.expect("the address is one")
    }
}

impl<L, A> Browser<L, A> {
    /// Sends it to the service that is there.
    pub(super) async fn send_navigation(&mut self, step: &Navigation) -> Response<Bytes>
    where
        L: AskedService,
        A: AskedService,
    {
        let is_login = step.url.path() == self.login_path;
        let mut request = step.request();
        let headers = request.headers_mut();
        let cookies = self.cookie_header();
        if !cookies.is_empty()
            && let Ok(cookies) = HeaderValue::try_from(cookies)
        {
            headers.insert(header::COOKIE, cookies);
        }
        if let Ok(accept) = HeaderValue::try_from(&self.accept) {
            headers.insert(header::ACCEPT, accept);
        }
        let place = if self.in_frame { "iframe" } else { "document" };
        headers.insert("sec-fetch-dest", HeaderValue::from_static(place));
        let answer = match is_login {
            true => self.login.ask(request).await,
            false => self.launch.ask(request).await,
        };
        self.keep_cookies(&answer);
        answer
    }
}
