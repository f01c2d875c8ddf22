//! Any number of different launches, each after a login of its own.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tokio::runtime::Runtime;
use tower_lti::{
    LtiLogin, LtiTool,
    testing::{Browser, IdToken, Platform},
};

use super::{LAUNCH_PATH, id_token};

/// Some bytes in base64, with a few characters that a form escapes.
const AUTHENTICITY_TOKEN: &str =
    "q8Xv+Lr0m2/TbZk4Jw1cYhUe9sDfGaVnPi7oRxQ3lKzE5MtB6yHjOuSCpW+gN/dIXvLr0m2TbZk4Jw1cYhUe9s==";

/// Logs in as browsers do, and makes the launch that follows.
pub(crate) struct Posts {
    platform: Platform,
    tool: LtiTool,
    runtime: Runtime,
}

/// What a browser sends in a launch.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) cookie: String,
    pub(crate) form: Bytes,
    pub(crate) id_token: String,
}

impl Posts {
    pub(crate) fn new(platform: &Platform, tool: &LtiTool) -> Self {
        Self {
            platform: platform.clone(),
            tool: tool.clone(),
            runtime: super::runtime(),
        }
    }

    /// The next launch, a good one.
    pub(crate) fn next(&self) -> Post {
        self.next_with(|token| token)
    }

    /// The next launch, with another token than usual.
    pub(crate) fn next_with(&self, change: impl FnOnce(IdToken) -> IdToken) -> Post {
        let mut browser = Browser::new(LtiLogin::new(self.tool.clone()), ());
        let request = self
            .runtime
            .block_on(browser.log_in(&self.platform))
            .expect("a login");
        let id_token = change(id_token(&self.platform, &request)).sign();
        let pairs: Vec<_> = browser.cookies().iter().collect();
        let cookie = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        // Canvas sends the first and the last of these, too.
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("utf8", "✓")
            .append_pair("id_token", &id_token)
            .append_pair("state", request.state())
            .append_pair("authenticity_token", AUTHENTICITY_TOKEN)
            .finish();
        Post {
            cookie: cookie.collect::<Vec<_>>().join("; "),
            form: form.into(),
            id_token,
        }
    }
}

impl Post {
    /// The request that carries it.
    pub(crate) fn to_request(&self) -> Request<Full<Bytes>> {
        Request::post(LAUNCH_PATH)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", &self.cookie)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .body(Full::new(self.form.clone()))
            .expect("a request")
    }
}
