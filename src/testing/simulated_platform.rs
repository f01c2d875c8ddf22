//! A small platform with pages of its own, for examples and for trying a tool out by hand.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use html_escape::encode_text as text;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::json;
use tower::Service;

use crate::{
    claims::names,
    clock::{Clock, SystemClock, unix_millis},
    pages::{PostForm, document},
    registration::Registration,
    testing::{AuthenticationRequest, Platform},
};

/// Who launches: the login hint, what the button says, the name, the role, the deployment.
const PEOPLE: [(&str, &str, &str, &str, &str); 4] = [
    (
        "learner",
        "Launch as learner",
        "Lea Lerner",
        "Learner",
        "dep-1",
    ),
    (
        "instructor",
        "Launch as instructor",
        "Ines Lehrer",
        "Instructor",
        "dep-1",
    ),
    (
        "new",
        "Launch from a new deployment",
        "Ines Lehrer",
        "Instructor",
        "",
    ),
    (
        "administrator",
        "Launch from a new deployment as administrator",
        "Ada Admin",
        "Administrator",
        "",
    ),
];

/// A small platform with a start page, an authorization endpoint and a key set, below `/platform`.
///
/// It is a service: mount it at `/` and at everything below `/platform`.
#[derive(Clone, Debug)]
pub struct SimulatedPlatform {
    platform: Platform,
    base_url: String,
    last: Arc<Mutex<Option<(String, String)>>>,
}

impl SimulatedPlatform {
    /// Creates the platform for a tool at the same address, such as `http://127.0.0.1:3000`.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        Self {
            platform: Platform::new("https://platform.example", "demo-tool")
                .at(&format!("{base_url}/platform")),
            base_url: base_url.to_owned(),
            last: Arc::default(),
        }
    }

    /// The tool's registration here.
    #[must_use]
    pub fn registration(&self) -> Registration {
        self.platform.registration()
    }

    /// Answers a request for one of its pages.
    #[must_use]
    pub fn respond(&self, path: &str, query: &str) -> Response<Full<Bytes>> {
        match path {
            "/" | "/platform" => page("Simulated platform", &self.start()),
            "/platform/jwks" => answer("application/json", self.platform.jwks_json()),
            "/platform/auth" => self.authorize(query),
            _ => {
                let mut response = page("Not found", "<p>There is no such page.</p>");
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        }
    }

    fn start(&self) -> String {
        let login_url = format!("{}/lti/login", self.base_url);
        let launch_url = format!("{}/lti/launch", self.base_url);
        let buttons: String = PEOPLE
            .iter()
            .map(|(hint, label, ..)| {
                let fields = [
                    ("iss", self.platform.issuer()),
                    ("client_id", self.platform.client_id()),
                    ("login_hint", *hint),
                    ("target_link_uri", &*launch_url),
                ];
                PostForm::new(&login_url, fields).with_button(hint, label)
            })
            .collect();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let replay = match &*last {
            Some((token, state)) => {
                let fields = [("id_token", &**token), ("state", &**state)];
                PostForm::new(&launch_url, fields).with_button("replay", "Replay the last launch")
            }
            None => {
                "<p>After a launch you can replay it from here, and see it refused.</p>".to_owned()
            }
        };
        format!(
            "<p>This page stands in for a course in a learning platform.</p>\n{buttons}\
             <h2>Once more</h2>\n{replay}\n"
        )
    }

    /// The authorization endpoint: signs whoever the login hint names in, and posts back.
    fn authorize(&self, query: &str) -> Response<Full<Bytes>> {
        let launch_url = format!("{}/lti/launch", self.base_url);
        let request = AuthenticationRequest::from_query(query, &launch_url);
        let person = PEOPLE
            .iter()
            .find(|(hint, ..)| *hint == request.parameter("login_hint"));
        let asks_rightly = request.parameter("client_id") == self.platform.client_id()
            && request.parameter("redirect_uri") == launch_url
            && request.parameter("response_type") == "id_token"
            && request.parameter("response_mode") == "form_post"
            && request.parameter("scope") == "openid"
            && request.parameter("prompt") == "none"
            && !request.nonce().is_empty();
        let (Some((_, _, name, role, deployment)), true) = (person, asks_rightly) else {
            let mut response = page(
                "The tool asked wrongly",
                "<p>The authentication request is not what this platform expects.</p>",
            );
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return response;
        };
        let now = unix_millis(SystemClock::new().now()) / 1_000;
        let new_deployment = format!("dep-{}", &request.nonce()[..request.nonce().len().min(12)]);
        let deployment = if deployment.is_empty() {
            &new_deployment
        } else {
            *deployment
        };
        let token = self
            .platform
            .id_token(&request, now)
            .claim("sub", format!("user-{}", request.parameter("login_hint")))
            .claim("name", *name)
            .claim(names::DEPLOYMENT_ID, deployment)
            .claim(
                names::ROLES,
                json!([format!(
                    "http://purl.imsglobal.org/vocab/lis/v2/membership#{role}"
                )]),
            )
            .claim(
                names::CONTEXT,
                json!({"id": "course-1", "label": "BIO1", "title": "Introduction to Biology"}),
            )
            .claim(
                names::RESOURCE_LINK,
                json!({"id": "link-1", "title": "Week 1: Cells"}),
            )
            .claim(
                names::LAUNCH_PRESENTATION,
                json!({"document_target": "window", "return_url": format!("{}/", self.base_url)}),
            )
            .sign();
        let state = request.state();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((token.clone(), state.to_owned()));
        let fields = [("id_token", &*token), ("state", state)];
        let posted = PostForm::new(&launch_url, fields)
            .posting_itself("Opening the tool", "The course opens the tool.");
        let mut response: Response<Full<Bytes>> = match posted {
            Ok(response) => response,
            Err(error) => return page("Out of order", &format!("<p>{error}</p>")),
        };
        let no_store = HeaderValue::from_static("no-store");
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, no_store);
        response
    }
}

impl<B> Service<Request<B>> for SimulatedPlatform {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let uri = request.uri();
        ready(Ok(self.respond(uri.path(), uri.query().unwrap_or_default())))
    }
}

fn page(title: &str, body: &str) -> Response<Full<Bytes>> {
    let page = document(&text(title), None, body);
    answer("text/html; charset=utf-8", page)
}

fn answer(content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
