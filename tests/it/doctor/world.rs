//! A platform and a tool on loopback, under names of their own, and a good registration of the one at the other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{Router, routing::post};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, LtiTool,
    doctor::{Doctor, Report, Severity},
    keys::LtiJwks,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits, HttpsClient},
    registration::Registrations,
    testing::Platform,
};

use crate::connected::tool_key;

const GUIDE: &str = include_str!("../../../src/guide/doctor.md");

pub(crate) const TOKEN: &str = "an-access-token-that-nobody-shows";

/// One answer of the platform.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new(200, body.to_string())
    }

    pub(crate) fn page(body: &str) -> Self {
        Self::new(
            200,
            format!("<!DOCTYPE html><html><body>{body}</body></html>"),
        )
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::new(302, "").with("location", to)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn token() -> Self {
        let body = json!({"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600});
        Self::json(&body)
    }
}

/// A request for a token as the platform reads it.
#[derive(Clone)]
pub(crate) struct TokenAsked {
    pub(crate) assertion: String,
    pub(crate) claims: Value,
    pub(crate) scopes: Vec<String>,
}

type Replies = Arc<Mutex<HashMap<String, Reply>>>;

type Tokens = Arc<dyn Fn(&TokenAsked) -> Reply + Send + Sync>;

/// What answers at the platform, by host and path.
#[derive(Clone)]
pub(crate) struct World {
    client: HttpsClient,
    replies: Replies,
    tokens: Arc<Mutex<Tokens>>,
    asked: Arc<Mutex<Vec<String>>>,
    platform: String,
    tool: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::over(&HttpsClient::new()).await
    }

    /// With a client that others use, too: making one takes long.
    pub(crate) async fn over(client: &HttpsClient) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let world = Self {
            client: client.clone(),
            replies: Arc::default(),
            tokens: Arc::new(Mutex::new(Arc::new(|_: &TokenAsked| Reply::token()))),
            asked: Arc::default(),
            platform: listener.local_addr().unwrap().to_string(),
            tool: tool_server().await,
        };
        world.serve(listener);
        let keys = Platform::new("https://lms.test", "tool-1").jwks_json();
        world.answers("lms.test/jwks", Reply::new(200, keys));
        let page = "<form><input type=\"password\"></form>";
        world.answers("lms.test/auth", Reply::page(page));
        world
    }

    /// Answers at a host and a path.
    pub(crate) fn answers(&self, place: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(place.to_owned(), reply);
    }

    /// Answers requests for tokens, at whatever place.
    pub(crate) fn tokens(&self, answer: impl Fn(&TokenAsked) -> Reply + Send + Sync + 'static) {
        *self.tokens.lock().unwrap() = Arc::new(answer);
    }

    /// The good key set of the platform.
    pub(crate) fn keys(&self) -> Value {
        let keys = Platform::new("https://lms.test", "tool-1").jwks_json();
        serde_json::from_str(&keys).unwrap()
    }

    /// Each request that the platform got: method, host and path.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Where the platform is, over plain http; hosts are the first segments of its paths.
    pub(crate) fn platform_url(&self) -> String {
        format!("http://{}", self.platform)
    }

    /// Where the tool is, over plain http.
    pub(crate) fn tool_url(&self) -> String {
        format!("http://{}", self.tool)
    }

    /// A client that finds all hosts on loopback.
    pub(crate) fn client(&self) -> Rerouted {
        Rerouted {
            client: self.client.clone(),
            replies: Arc::clone(&self.replies),
            platform: self.platform.clone(),
            tool: self.tool.clone(),
        }
    }

    /// The doctor of this registration, with the tool's keys and its public URLs.
    pub(crate) fn doctor(&self, json: &str) -> Doctor {
        Doctor::for_json(json)
            .exchange(self.client())
            .tool_keys(tool_key())
            .login_url("https://tool.test/lti/login")
            .launch_url("https://tool.test/lti/launch")
            .key_set_url("https://tool.test/lti/jwks.json")
    }

    fn serve(&self, listener: TcpListener) {
        let world = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let world = world.clone();
                let service =
                    hyper::service::service_fn(move |request| world.clone().reply(request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
    }

    async fn reply(
        self,
        request: Request<hyper::body::Incoming>,
    ) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let place = request.uri().path()[1..].to_owned();
        let method = request.method().clone();
        self.asked.lock().unwrap().push(format!("{method} {place}"));
        let form = request.into_body().collect().await?.to_bytes();
        let known = self.replies.lock().unwrap().get(&place).cloned();
        let reply = match known {
            Some(reply) => reply,
            None if method == "POST" => {
                let answer = self.tokens.lock().unwrap().clone();
                answer(&token_asked(&form))
            }
            None if place.ends_with("/token") => Reply::new(400, r#"{"error":"invalid_request"}"#),
            None => Reply::new(404, "not found"),
        };
        let mut response = Response::builder().status(reply.status);
        for (name, value) in &reply.headers {
            response = response.header(*name, value);
        }
        Ok(response.body(Full::from(reply.body)).unwrap())
    }
}

fn token_asked(form: &[u8]) -> TokenAsked {
    let fields: HashMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
    let claims = fields["client_assertion"].split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    TokenAsked {
        assertion: fields["client_assertion"].clone(),
        claims: serde_json::from_slice(&claims).unwrap(),
        scopes: fields["scope"].split(' ').map(str::to_owned).collect(),
    }
}

/// A tool on loopback that believes itself at `https://tool.test`.
async fn tool_server() -> String {
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::default())
        .tool_keys(tool_key())
        .build()
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let router = router(&tool);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    authority
}

pub(crate) fn router(tool: &LtiTool) -> Router {
    Router::new()
        .route("/lti/launch", post(async || "opened"))
        .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch"))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool.clone()))
}

/// Sends what is for `tool.test` to the tool unless the platform answers in its place, and what is for any other host to the platform, with the host in the path.
/// What the address policy forbids it refuses as it would be.
#[derive(Clone, Debug)]
pub(crate) struct Rerouted {
    client: HttpsClient,
    replies: Replies,
    platform: String,
    tool: String,
}

impl Exchange for Rerouted {
    fn send(&self, mut request: Request<Bytes>, mut limits: ExchangeLimits) -> ExchangeFuture<'_> {
        if let Err(error) = limits.addresses.check_uri(request.uri()) {
            return Box::pin(async { Err(error) });
        }
        let (host, path) = (request.uri().host().unwrap(), request.uri().path());
        let place = format!("{host}{path}");
        let uri = match host {
            "tool.test" if !self.replies.lock().unwrap().contains_key(&place) => {
                format!("http://{}{path}", self.tool)
            }
            "closed.test" => "http://127.0.0.1:1/".to_owned(),
            _ => format!("http://{}/{host}{path}", self.platform),
        };
        *request.uri_mut() = uri.parse::<Uri>().unwrap();
        request.extensions_mut().clear();
        limits.addresses.loopback_http = true;
        self.client.send(request, limits)
    }
}

/// A good registration, as an object to make wrong in one thing.
pub(crate) fn good() -> Value {
    json!({
        "issuer": "https://lms.test",
        "client_id": "tool-1",
        "authorization_endpoint": "https://lms.test/auth",
        "token_endpoint": "https://lms.test/token",
        "jwks_url": "https://lms.test/jwks",
    })
}

/// The checks that found something wrong, each once, in alphabetical order; in both forms of the report.
pub(crate) fn wrong_checks(report: &Report) -> Vec<String> {
    let text = report.to_string();
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    for secret in [TOKEN, "eyJ", "PRIVATE KEY"] {
        assert!(
            !text.contains(secret) && !report.to_json().contains(secret),
            "{text}"
        );
    }
    let mut checks = Vec::new();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), report.findings().len());
    for (finding, written) in report.findings().iter().zip(findings) {
        assert_eq!(written["check"], finding.check);
        assert!(
            GUIDE.contains(&format!("`{}`", finding.check)),
            "{}",
            finding.check
        );
        assert_eq!(written["who"], finding.who.as_str());
        assert!(text.contains(&format!("{}: {}", finding.severity.as_str(), finding.check)));
        assert!(text.contains(&finding.seen) && written["seen"] == finding.seen.as_str());
        if finding.severity > Severity::Note {
            assert!(
                !finding.wanted.is_empty() && !finding.remedy.is_empty(),
                "{text}"
            );
            assert!(text.contains(&finding.remedy));
            checks.push(finding.check.to_owned());
        }
    }
    checks.sort();
    checks.dedup();
    checks
}
