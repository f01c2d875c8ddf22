//! One login whose launch can be posted again and again.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Response;
use tower_lti::{
    LtiLogin, RedisStore,
    testing::{AuthenticationRequest, Browser},
};

use crate::{
    app::{App, Handler},
    history::Answer,
    now,
};

/// A login, and all that its browser needs to launch.
#[derive(Clone)]
pub(crate) struct Login {
    browser: Browser<LtiLogin, Handler>,
    cookies: BTreeMap<String, String>,
    request: AuthenticationRequest,
    token: String,
}

impl Login {
    pub(crate) async fn at(app: &App<RedisStore>) -> Self {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        Self {
            cookies: browser.cookies().clone(),
            token: app.platform.id_token(&request, now()).sign(),
            request,
            browser,
        }
    }

    /// Posts the launch, the cookie of its login kept, and returns the status.
    pub(crate) async fn launch(&mut self) -> u16 {
        self.post().await.status().as_u16()
    }

    /// The same, and how long it took.
    pub(crate) async fn timed_launch(&mut self) -> (u16, Duration) {
        let began = Instant::now();
        (self.launch().await, began.elapsed())
    }

    /// Posts the launch from a browser that did not log in, and returns the status.
    pub(crate) async fn launch_from_another_browser(&mut self) -> u16 {
        self.browser.cookies().clear();
        let answer = self.browser.launch(&self.request, &self.token).await;
        answer.status().as_u16()
    }

    /// Posts the launch at another tool that has the same secret, and returns the status.
    pub(crate) async fn at_another_tool(&self, app: &App<RedisStore>) -> u16 {
        let mut browser = app.browser();
        *browser.cookies() = self.cookies.clone();
        let answer = browser.launch(&self.request, &self.token).await;
        answer.status().as_u16()
    }

    pub(crate) async fn post(&mut self) -> Response<Bytes> {
        *self.browser.cookies() = self.cookies.clone();
        self.browser.launch(&self.request, &self.token).await
    }

    /// Posts the launch, as one to be checked with others.
    pub(crate) async fn answer(&mut self, launch: usize, is_first: bool) -> Answer {
        let sent = Instant::now();
        let response = self.post().await;
        Answer::new(launch, is_first, sent, &response)
    }
}
