//! A person in a tool that keeps sessions: launches, and then clicks.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header, request};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::{ServiceExt, util::BoxCloneSyncService};
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, LtiTool,
    claims::{MessageType, names},
    launch::ResponseBody,
    session::{LtiSession, LtiSessionLayer},
    testing::{Browser, Platform},
};

use crate::app::App;

type Body = ResponseBody<ResponseBody<Full<Bytes>>>;

/// The tool: its launch layer, its session layer and its pages.
pub(crate) type Tool = BoxCloneSyncService<Request<Full<Bytes>>, Response<Body>, Infallible>;

/// A browser before the tool.
pub(crate) struct Visitor {
    pub(crate) browser: Browser<LtiLogin, Tool>,
    pub(crate) platform: Platform,
    now: u64,
}

/// What all pages of the tool but the launch answer from.
pub(super) const ORIGIN: &str = "https://tool.test";

pub(crate) fn tool_of(tool: &LtiTool) -> Tool {
    let sessions = LtiSessionLayer::new(tool.clone()).unwrap();
    tool_with(tool, sessions.reference_in_path("/tool"))
}

pub(super) fn tool_with(tool: &LtiTool, sessions: LtiSessionLayer) -> Tool {
    let launches = LtiLaunchLayer::new(tool.clone())
        .add_path("/lti/launch")
        .accept_message_type(MessageType::DeepLinking);
    BoxCloneSyncService::new(launches.layer(sessions.layer(pages())))
}

/// The pages of the tool.
pub(super) fn pages() -> BoxCloneSyncService<Request<Full<Bytes>>, Response<Full<Bytes>>, Infallible>
{
    BoxCloneSyncService::new(tower::service_fn(|request: Request<Full<Bytes>>| async {
        let headers = request.headers().clone();
        let answer = page(request).await;
        Ok(answer.unwrap_or_else(|error| error.to_response(&headers)))
    }))
}

async fn page(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, LtiError> {
    let (parts, body) = request.into_parts();
    let mut answer = match parts.uri.path() {
        "/open" => Response::new(Full::from("open to all")),
        "/lti/launch" => {
            let launch = parts.extensions.get::<LaunchContext>().unwrap();
            assert!(!launch.is_from_session());
            let session = LtiSession::of_request(&parts).await?;
            assert!(session.launch().claims().sub() == launch.claims().sub());
            let mut answer = Response::new(Full::default());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            let course = header::HeaderValue::from_static("/course");
            answer.headers_mut().insert(header::LOCATION, course);
            answer
        }
        path => {
            let session = LtiSession::of_request(&parts).await?;
            match path {
                "/save" => {
                    let body = body.collect().await.unwrap().to_bytes();
                    let data: Value = serde_json::from_slice(&body).unwrap();
                    session.set_data(&data).await?;
                }
                "/sign-out" => session.end().await?,
                _ => {}
            }
            Response::new(Full::from(seen(&session).to_string()))
        }
    };
    say(&parts, &mut answer);
    Ok(answer)
}

/// What a page sees, as JSON.
fn seen(session: &LtiSession) -> Value {
    let launch = session.launch();
    json!({
        "sub": launch.claims().sub(),
        "course": launch.claims().context().map(|context| context.id()),
        "deployment": launch.deployment().id().as_str(),
        "from_session": launch.is_from_session(),
        "without_cookies": launch.is_without_cookies(),
        "created": launch.deployment_created(),
        "id": session.id(),
        "reference": session.reference(),
        "handle": session.handle(),
        "secret": session.secret(),
        "link": session.url("/next"),
        "data": session.data::<Value>().unwrap(),
    })
}

/// Lets the request say what the page answers with.
fn say(parts: &request::Parts, answer: &mut Response<Full<Bytes>>) {
    if let Some(status) = parts.headers.get("x-answer") {
        let status: u16 = status.to_str().unwrap().parse().unwrap();
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    }
    for (said, name) in [
        ("x-location", header::LOCATION),
        ("x-cache", header::CACHE_CONTROL),
        ("x-referrer", header::REFERRER_POLICY),
    ] {
        if let Some(value) = parts.headers.get(said) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
}

impl Visitor {
    pub(crate) fn of<S>(app: &App<S>) -> Self {
        Self::before(app, tool_of(&app.tool))
    }

    pub(super) fn before<S>(app: &App<S>, tool: Tool) -> Self {
        Self {
            browser: Browser::new(LtiLogin::new(app.tool.clone()), tool),
            platform: app.platform.clone(),
            now: app.clock.unix(),
        }
    }

    /// Launches from a course, and returns the answer to the launch.
    pub(crate) async fn launch(&mut self, course: &str) -> Response<Bytes> {
        self.launch_as("user-1", course, &[]).await
    }

    pub(crate) async fn launch_as(
        &mut self,
        sub: &str,
        course: &str,
        headers: &[(&str, &str)],
    ) -> Response<Bytes> {
        let login = self.browser.log_in(&self.platform).await.unwrap();
        let token = self.platform.id_token(&login, self.now);
        let title = format!("Course {course}");
        let token = token
            .claim("sub", sub)
            .claim(names::CONTEXT, json!({"id": course, "title": title}));
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &token.sign())
            .append_pair("state", login.state())
            .finish();
        let mut request = Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(form)).unwrap();
        self.browser.send_launch(request).await
    }

    /// Launches, and returns the address that the browser is led to.
    pub(crate) async fn opens(&mut self, course: &str) -> String {
        let answer = self.launch(course).await;
        assert_eq!(answer.status(), 303, "{answer:?}");
        location(&answer)
    }

    /// Launches at a later time than the app began.
    pub(super) fn at(&mut self, now: u64) {
        self.now = now;
    }

    pub(crate) async fn get(&mut self, address: &str) -> Response<Bytes> {
        self.send(Method::GET, address, &[]).await
    }

    /// Opens a page, which has to be there.
    pub(crate) async fn sees(&mut self, address: &str) -> Value {
        let answer = self.get(address).await;
        assert_eq!(answer.status(), 200, "{answer:?}");
        crate::app::body(&answer)
    }

    /// Posts as a form on a page of the tool's own does.
    pub(crate) async fn post(&mut self, address: &str, body: &str) -> Response<Bytes> {
        let request = Request::post(address)
            .header("origin", ORIGIN)
            .header(header::ACCEPT, "application/json")
            .body(Full::from(body.to_owned()))
            .unwrap();
        self.browser.send_launch(request).await
    }

    /// Sends a request with the browser's cookies and these headers.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(address);
        if !headers.iter().any(|(name, _)| *name == "accept") {
            request = request.header(header::ACCEPT, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::default()).unwrap();
        self.browser.send_launch(request).await
    }

    /// The names of the session cookies that the browser has.
    pub(super) fn session_cookies(&mut self) -> Vec<String> {
        let cookies = self.browser.cookies().keys();
        let ours = cookies.filter(|name| name.starts_with(PREFIX));
        ours.cloned().collect()
    }
}

/// What the names of session cookies begin with.
pub(super) const PREFIX: &str = "__Host-lti-session-";

pub(super) fn location(answer: &Response<Bytes>) -> String {
    let location = answer.headers().get(header::LOCATION);
    location.unwrap().to_str().unwrap().to_owned()
}

/// A request of a browser that keeps no cookies, with the launch that the launch layer would have proven.
pub(super) async fn with_launch(
    tool: &LtiTool,
    launch: LaunchContext,
    headers: &[(&str, &str)],
) -> Response<Bytes> {
    let mut request = Request::post("/lti/launch");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Full::default()).unwrap();
    request.extensions_mut().insert(launch);
    let sessions = LtiSessionLayer::new(tool.clone()).unwrap();
    let answer = sessions.layer(pages()).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, body)
}
