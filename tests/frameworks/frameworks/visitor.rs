//! A browser before an application that keeps sessions of its own.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response, request};
use http_body_util::Full;
use tower_lti::testing::{Browser, UrlService};

use crate::{
    axum::serve,
    kit::{App, NOW},
};

pub(crate) struct Visitor {
    address: SocketAddr,
    browser: Browser<UrlService, UrlService>,
}

impl Visitor {
    pub(crate) async fn before(app: axum::Router) -> Self {
        Self::at(serve(app).await)
    }

    fn at(address: SocketAddr) -> Self {
        let service = UrlService::new(&address.to_string());
        let browser = Browser::new(service.clone(), service);
        Self { address, browser }
    }

    /// Another browser.
    pub(crate) fn stranger(&self) -> Self {
        Self::at(self.address)
    }

    pub(crate) async fn launch(&mut self, kit: &App) -> Response<Bytes> {
        let request = self.browser.log_in(&kit.platform).await.unwrap();
        let token = kit.platform.id_token(&request, NOW).sign();
        let answer = self.browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 303, "{answer:?}");
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response<Bytes> {
        self.send(Request::get(path)).await
    }

    pub(crate) async fn send(&mut self, request: request::Builder) -> Response<Bytes> {
        let request = request.header("host", self.address.to_string());
        let request = request.body(Full::default()).unwrap();
        self.browser.send_launch(request).await
    }

    /// The names of the cookies that it holds.
    pub(crate) fn cookies(&mut self) -> Vec<String> {
        self.browser.cookies().keys().cloned().collect()
    }
}

/// The header that sets the cookie of this name, or of a name that begins so.
pub(crate) fn cookie_of<B>(answer: &Response<B>, name: &str) -> String {
    let cookies = answer.headers().get_all("set-cookie").iter();
    let mut cookies = cookies.map(|value| value.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with(name));
    cookie.expect("there is a cookie of that name").to_owned()
}
