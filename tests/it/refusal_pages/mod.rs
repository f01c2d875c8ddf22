//! What a refusal says to the person, and where it leads them.

mod cookies;
mod deployments;
mod own_answers;
mod sentences;
mod stylesheet;
mod way_back;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use serde_json::json;
use tower_lti::{
    LtiError, LtiLogin,
    claims::names,
    error::LtiErrorKind,
    testing::{AuthenticationRequest, Browser, IdToken},
};

use crate::{
    app::{App, Handler, NOW},
    onboarding::Answer,
};

/// A return address as Moodle's is, with the key of the person's session.
pub(super) const BACK: &str = "https://lms.test/return?course=1&sesskey=\"x";

/// How it stands on a page.
pub(super) const LINK: &str =
    "<a href=\"https://lms.test/return?course=1&amp;sesskey=&quot;x\">Back to your course</a>";

pub(super) type Person = Browser<LtiLogin, Handler>;

/// Begins a login, and makes a good token that names a return address.
pub(super) async fn arrive(app: &App, person: &mut Person) -> (AuthenticationRequest, IdToken) {
    let request = person.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .id_token(&request, NOW)
        .claim(names::LAUNCH_PRESENTATION, json!({"return_url": BACK}));
    (request, token)
}

/// A launch as a browser posts it, without cookies.
pub(super) fn post(
    request: &AuthenticationRequest,
    token: &IdToken,
    headers: &[(&str, &str)],
) -> Request<Full<Bytes>> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token.sign())
        .append_pair("state", request.state())
        .finish();
    let mut post = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
    for (name, value) in headers {
        post = post.header(*name, *value);
    }
    post.body(Full::from(form)).unwrap()
}

/// Launches with this token from the browser that logged in.
pub(super) async fn launch(
    person: &mut Person,
    request: &AuthenticationRequest,
    token: &IdToken,
) -> Answer {
    person.send_launch(post(request, token, &[])).await
}

pub(super) fn page(answer: &Answer) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

pub(super) fn error(answer: &Answer) -> &LtiError {
    answer.extensions().get().expect("it is a refusal")
}

pub(super) fn kind(answer: &Answer) -> LtiErrorKind {
    error(answer).kind()
}
