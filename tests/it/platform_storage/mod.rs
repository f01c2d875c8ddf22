//! Launches whose cookies are blocked: the platform's storage stands in for them, and the server decides.
//!
//! What the pages' script does is shown in a real browser; here is what a login and a launch answer, and what a
//! completion is let in for.

mod completions;
mod costs;
mod launches;
mod logins;
mod policies;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use serde_json::Value;
use tower_lti::{
    LtiLogin,
    testing::{AuthenticationRequest, Browser},
};

use crate::app::{App, Handler, NOW};

pub(super) const TARGET: &str = "https://tool.test/app";

/// The data of a page.
pub(super) fn data(answer: &Response<Bytes>) -> Option<Value> {
    let page = std::str::from_utf8(answer.body()).unwrap();
    let start = "<script type=\"application/json\" id=\"lti-storage\">";
    let (_, data) = page.split_once(start)?;
    let (data, _) = data.split_once("</script>").unwrap();
    Some(serde_json::from_str(data).unwrap())
}

pub(super) fn encode(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

pub(super) fn fields(form: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes())
        .into_owned()
        .collect()
}

pub(super) fn field(form: &str, name: &str) -> String {
    let fields: BTreeMap<_, _> = fields(form).into_iter().collect();
    fields[name].clone()
}

/// A form with one field altered, or left out.
pub(super) fn altered(form: &str, name: &str, value: Option<&str>) -> String {
    let mut fields = fields(form);
    match value {
        Some(value) => {
            let field = fields.iter_mut().find(|(known, _)| known == name);
            value.clone_into(&mut field.unwrap().1);
        }
        None => fields.retain(|(known, _)| known != name),
    }
    encode(&fields)
}

/// A completion from a page of this origin, or from none.
pub(super) fn completion_from(form: &str, origins: &[&str]) -> Request<Full<Bytes>> {
    let mut request = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_LENGTH, form.len());
    for origin in origins {
        request = request.header(header::ORIGIN, *origin);
    }
    request.body(Full::from(form.to_owned())).unwrap()
}

/// Somebody whose browser keeps no cookies, in a frame of a platform that stores, once the platform has answered.
pub(super) struct Visitor {
    pub(super) browser: Browser<LtiLogin, Handler>,
    pub(super) request: AuthenticationRequest,
    pub(super) token: String,
}

impl Visitor {
    pub(super) async fn of(app: &App, browser: Browser<LtiLogin, Handler>) -> Self {
        let browser = browser.with_platform_storage("post_message_forwarding");
        let mut browser = browser.in_frame().block_cookies();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        Self {
            browser,
            request,
            token,
        }
    }

    pub(super) async fn at(app: &App) -> Self {
        Self::of(app, app.browser()).await
    }

    pub(super) fn launch_form(&self) -> String {
        let fields = [("id_token", &*self.token), ("state", self.request.state())];
        let owned = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        encode(&owned)
    }

    /// Posts the launch as the platform does.
    pub(super) async fn arrive(&mut self) -> Response<Bytes> {
        let form = self.launch_form();
        self.browser.post_launch(form).await
    }

    /// The form that the page after the launch posts.
    pub(super) async fn completion(&mut self) -> String {
        let page = self.arrive().await;
        assert_eq!(page.status(), 200);
        self.browser.completion(&page).unwrap()
    }

    pub(super) async fn complete(&mut self, form: &str) -> Response<Bytes> {
        let request = self.request.clone();
        self.browser.complete(&request, form.to_owned()).await
    }
}
