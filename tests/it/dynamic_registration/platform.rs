//! A platform on a real socket that answers what it is told to, and keeps what it heard.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::Response,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify, task::yield_now};

pub(crate) const LTI: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";
pub(crate) const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";

/// One request that came.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) accept: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Heard {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What is answered.
#[derive(Clone)]
pub(crate) enum Reply {
    Json(u16, Value),
    Raw(u16, &'static str, String),
    Redirect(u16, String),
    /// This, once so many are under way, or after a while; they count as one less then.
    Until(Arc<AtomicUsize>, usize, Box<Self>),
    /// This, once it is told.
    Once(Arc<Notify>, Box<Self>),
    Hang,
    /// A body that never ends.
    Endless,
    /// This many bytes of body.
    Long(usize),
}

type Answering = Arc<dyn Fn(&Heard) -> Reply + Send + Sync>;

/// A platform on loopback.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answering: Arc<Mutex<Answering>>,
}

impl Platform {
    /// Answers as Moodle does, in short.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let platform = Self {
            heard: Arc::default(),
            answering: Arc::new(Mutex::new(Arc::new(|_| Reply::Hang))),
            url,
        };
        platform.answers(good(platform.url.clone()));
        let app = Router::new().fallback(serve).with_state(platform.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        platform
    }

    pub(crate) fn answers(&self, answering: impl Fn(&Heard) -> Reply + Send + Sync + 'static) {
        *self.answering.lock().unwrap() = Arc::new(answering);
    }

    /// Answers to a registration with this, and otherwise as before.
    pub(crate) fn replies(&self, reply: Reply) {
        let before = good(self.url.clone());
        self.answers(move |heard| match heard.method.as_str() {
            "POST" => reply.clone(),
            _ => before(heard),
        });
    }

    /// Has this configuration.
    pub(crate) fn has(&self, configuration: Value) {
        let before = good(self.url.clone());
        self.answers(move |heard| match heard.method.as_str() {
            "GET" => Reply::Json(200, configuration.clone()),
            _ => before(heard),
        });
    }

    /// Registers the tool with what was sent, a client id, and this change.
    pub(crate) fn changes(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        let before = good(self.url.clone());
        self.answers(move |heard| match heard.method.as_str() {
            "POST" => {
                let mut reply = echo(heard, "client-1");
                change(&mut reply);
                Reply::Json(201, reply)
            }
            _ => before(heard),
        });
    }

    /// Registers the tool once it is told.
    pub(crate) fn waits(&self, told: &Arc<Notify>) {
        let (told, before) = (Arc::clone(told), good(self.url.clone()));
        self.answers(move |heard| match heard.method.as_str() {
            "POST" => Reply::Once(Arc::clone(&told), Box::new(before(heard))),
            _ => before(heard),
        });
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The registrations that were posted.
    pub(crate) fn posted(&self) -> Vec<Heard> {
        let heard = self.heard();
        heard
            .into_iter()
            .filter(|one| one.method == "POST")
            .collect()
    }

    /// The query by which it opens the registration URL.
    pub(crate) fn query(&self, token: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(
            "openid_configuration",
            &format!("{}/configuration", self.url),
        );
        if let Some(token) = token {
            query.append_pair("registration_token", token);
        }
        query.finish()
    }

    pub(crate) fn configuration(&self) -> Value {
        configuration(&self.url)
    }
}

pub(crate) fn configuration(base: &str) -> Value {
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/auth"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/jwks"),
        "registration_endpoint": format!("{base}/register"),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": [
            "openid",
            "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
            "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
            "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
            "https://purl.imsglobal.org/spec/lti-ags/scope/score",
            "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
        ],
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "email"],
        LTI: {
            "product_family_code": "moodle",
            "version": "4.5",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["User.id"],
        },
    })
}

/// What was sent, with a client id.
pub(crate) fn echo(heard: &Heard, client_id: impl Into<Value>) -> Value {
    let mut reply = heard.json();
    reply["client_id"] = client_id.into();
    reply
}

fn good(base: String) -> impl Fn(&Heard) -> Reply + Send + Sync {
    move |heard| match heard.method.as_str() {
        "GET" => Reply::Json(200, configuration(&base)),
        _ => Reply::Json(200, echo(heard, "client-1")),
    }
}

async fn serve(State(platform): State<Platform>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let body = body.collect().await.unwrap().to_bytes();
    let heard = Heard {
        method: parts.method.to_string(),
        host: header("host").unwrap_or_default(),
        path: parts.uri.to_string(),
        authorization: header("authorization"),
        accept: header("accept").unwrap_or_default(),
        content_type: header("content-type").unwrap_or_default(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    platform.heard.lock().unwrap().push(heard.clone());
    let answering = Arc::clone(&*platform.answering.lock().unwrap());
    answer(answering(&heard)).await
}

async fn answer(reply: Reply) -> Response {
    let whole = |status: u16, kind: &str, body: Body| {
        let response = Response::builder().status(status);
        response.header("content-type", kind).body(body).unwrap()
    };
    match reply {
        Reply::Json(status, json) => whole(status, "application/json", json.to_string().into()),
        Reply::Raw(status, kind, body) => whole(status, kind, body.into()),
        Reply::Redirect(status, to) => {
            let response = Response::builder().status(status);
            response.header("location", to).body(Body::empty()).unwrap()
        }
        Reply::Until(running, enough, reply) => {
            for _ in 0..1_000 {
                if running.load(Ordering::SeqCst) >= enough {
                    break;
                }
                yield_now().await;
            }
            // Whoever came too many would be there by now.
            for _ in 0..100 {
                yield_now().await;
            }
            running.fetch_sub(1, Ordering::SeqCst);
            Box::pin(answer(*reply)).await
        }
        Reply::Once(told, reply) => {
            told.notified().await;
            Box::pin(answer(*reply)).await
        }
        Reply::Hang => std::future::pending().await,
        Reply::Endless => {
            let chunk = Bytes::from_static(&[b' '; 16 * 1024]);
            let endless = futures_util::stream::repeat_with(move || {
                Ok::<_, std::convert::Infallible>(chunk.clone())
            });
            whole(200, "application/json", Body::from_stream(endless))
        }
        Reply::Long(bytes) => whole(200, "application/json", " ".repeat(bytes).into()),
    }
}
