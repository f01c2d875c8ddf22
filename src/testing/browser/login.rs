//! Logins, step by step: what the platform is asked.

use std::fmt;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use tower::Service;

use super::{Browser, refused::Refused, send::send, storage_page::StoragePage};
use crate::testing::{AuthenticationRequest, Platform};

impl<L, A> Browser<L, A> {
    /// Begins a login as the platform's page would, and returns what the platform is asked.
    ///
    /// # Errors
    ///
    /// Fails when the login is rejected, and when its page opens the tool in a new window instead.
    pub async fn log_in<R>(&mut self, platform: &Platform) -> Result<AuthenticationRequest, Refused>
    where
        L: Service<Request<Full<Bytes>>, Response = Response<R>>,
        L::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let target = self.target_link_uri.clone();
        // Finished at once: a serializer may not be held over an await.
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("iss", platform.issuer())
            .append_pair("client_id", platform.client_id())
            .append_pair("login_hint", "hint-1")
            .append_pair("target_link_uri", &target)
            .extend_pairs(&self.extra)
            .finish();
        let response = self.get_login(&query).await;
        let location = response
            .headers()
            .get(header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .map(str::to_owned);
        match location
            .as_deref()
            .and_then(|location| location.split_once('?'))
        {
            Some((_, query)) => Ok(AuthenticationRequest::from_query(query, &target)),
            None => match self.go_on(&response) {
                Some(query) => Ok(AuthenticationRequest::from_query(&query, &target)),
                None => Err(Refused(response)),
            },
        }
    }

    /// Does what a page before the authentication request does, and returns the query of the latter.
    pub(super) fn go_on(&mut self, response: &Response<Bytes>) -> Option<String> {
        let page = StoragePage::of(response).filter(StoragePage::is_of_login)?;
        let is_stored = self
            .stored
            .as_mut()
            .is_some_and(|stored| page.store(stored));
        (is_stored || !self.blocks_cookies() || !self.in_frame).then(|| page.next_query())
    }

    /// Sends a login with this query, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn get_login<R>(&mut self, query: &str) -> Response<Bytes>
    where
        L: Service<Request<Full<Bytes>>, Response = Response<R>>,
        L::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let mut request = Request::get(format!("{}?{query}", self.login_path))
            .header(header::COOKIE, self.cookie_header())
            .header(header::ACCEPT, &self.accept);
        if self.in_frame {
            request = request.header("sec-fetch-dest", "iframe");
        }
        let request = request.body(Full::default());
        let request = request.expect("the login's address is one");
        let response = send(&mut self.login, request).await;
        self.keep_cookies(&response);
        response
    }
}
