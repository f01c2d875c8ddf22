//! Launches, step by step.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use tower::Service;
use url::Url;

use super::{Browser, send::send, storage_page::StoragePage};
use crate::testing::AuthenticationRequest;

impl<L, A> Browser<L, A> {
    /// Posts a launch, and returns the answer. Where that is the page that reads what the platform has stored, the launch
    /// is completed as that page does, and the answer to that is returned.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn launch<R>(
        &mut self,
        request: &AuthenticationRequest,
        id_token: &str,
    ) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", id_token)
            .append_pair("state", request.state())
            .finish();
        let answer = self.post_launch(form).await;
        match self.completion(&answer) {
            Some(form) => self.complete(request, form).await,
            None => answer,
        }
    }

    /// The form that completes a launch without cookies: what the tool's page posts once it has read what the platform
    /// had stored. `None` where the answer is no such page.
    pub fn completion(&mut self, answer: &Response<Bytes>) -> Option<String> {
        let page = StoragePage::of(answer).filter(|page| !page.is_of_login())?;
        Some(page.completion(self.stored()))
    }

    /// Posts the form that completes a launch, from the tool's own page, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn complete<R>(
        &mut self,
        request: &AuthenticationRequest,
        form: impl Into<Bytes>,
    ) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let own = Url::parse(request.parameter("redirect_uri"));
        let origin = own.map_or_else(
            |_| "null".to_owned(),
            |url| url.origin().ascii_serialization(),
        );
        let request = Request::post(&self.launch_path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, &self.accept)
            .header(header::ORIGIN, origin)
            .body(Full::new(form.into()))
            .expect("the launch's address is one");
        self.send_launch(request).await
    }

    /// Posts any form to the launch path, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn post_launch<R>(&mut self, form: impl Into<Bytes>) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let request = Request::post(&self.launch_path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, &self.accept)
            .body(Full::new(form.into()))
            .expect("the launch's address is one");
        self.send_launch(request).await
    }

    /// Sends any request to the launch service with the cookies, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn send_launch<R>(&mut self, mut request: Request<Full<Bytes>>) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        if let Ok(cookies) = self.cookie_header().try_into() {
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        if self.in_frame {
            let frame = HeaderValue::from_static("iframe");
            request.headers_mut().insert("sec-fetch-dest", frame);
        }
        self.send_raw_launch(request).await
    }

    /// Sends a request to the launch service just as it is, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn send_raw_launch<R>(&mut self, request: Request<Full<Bytes>>) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let response = send(&mut self.launch, request).await;
        self.keep_cookies(&response);
        response
    }
}
