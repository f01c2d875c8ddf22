//! A client that signs and sends whatever it is told to.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Map, Value, json};
use tower::Service;
use tower_lti::testing::{
    AuthenticationRequest, Platform, PlatformServices, SigningKey, TestClock, UrlService,
};

pub(super) const NOW: u64 = 1_700_000_000;

pub(super) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
pub(super) const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
pub(super) const RESULT: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
pub(super) const MEMBERS: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) reason: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(super) fn link(&self) -> String {
        let link = self
            .headers
            .get("link")
            .map(|link| link.as_bytes().to_vec());
        String::from_utf8(link.unwrap_or_default()).unwrap()
    }
}

pub(super) struct Client {
    pub(super) services: PlatformServices,
    pub(super) key: SigningKey,
    ids: usize,
}

impl Client {
    pub(super) async fn start() -> Self {
        let services = PlatformServices::start().await;
        let key = SigningKey::shared(2, "tool-key");
        let set = json!({"keys": [key.jwk()]}).to_string();
        services.use_tool_keys(move || set.clone());
        services.use_clock(TestClock::at_unix(NOW));
        Self {
            services,
            key,
            ids: 0,
        }
    }

    /// Good claims of an assertion.
    pub(super) fn claims(&mut self) -> Map<String, Value> {
        self.ids += 1;
        let claims = json!({
            "iss": "tool-1",
            "sub": "tool-1",
            "aud": self.services.token_url(),
            "iat": NOW - 10,
            "exp": NOW + 280,
            "jti": format!("assertion-{}", self.ids),
        });
        claims.as_object().unwrap().clone()
    }

    pub(super) fn sign(&self, claims: &Map<String, Value>) -> String {
        let nobody = AuthenticationRequest::from_query("", "https://tool.test/app");
        Platform::new("https://lms.test", "tool-1")
            .id_token(&nobody, NOW)
            .raw_payload(Value::Object(claims.clone()).to_string())
            .signed_by(&self.key)
            .header("kid", self.key.id())
            .sign()
    }

    pub(super) async fn ask_with(&self, assertion: &str, scope: &str) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .append_pair("client_assertion", assertion)
            .append_pair("scope", scope)
            .finish();
        let request = Request::post(self.services.token_url())
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request, body).await.unwrap()
    }

    pub(super) async fn ask(&mut self, scope: &str) -> Answer {
        let claims = self.claims();
        self.ask_with(&self.sign(&claims), scope).await
    }

    pub(super) async fn token(&mut self, scope: &str) -> String {
        let answer = self.ask(scope).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub(super) async fn get(&mut self, url: &str, media_type: &str, scope: &str) -> Answer {
        let token = self.token(scope).await;
        let request = Request::get(url)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", media_type);
        self.send(request, String::new()).await.unwrap()
    }

    pub(super) async fn post(
        &mut self,
        url: &str,
        media_type: &str,
        scope: &str,
        body: &Value,
    ) -> Answer {
        let token = self.token(scope).await;
        let request = Request::post(url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", media_type);
        self.send(request, body.to_string()).await.unwrap()
    }

    pub(super) async fn score(&mut self, score: &Value) -> Answer {
        let item = self.services.line_item();
        let url = match item.split_once('?') {
            Some((path, query)) => format!("{path}/scores?{query}"),
            None => format!("{item}/scores"),
        };
        self.post(&url, "application/vnd.ims.lis.v1.score+json", SCORE, score)
            .await
    }

    /// Sends a request to its absolute URL.
    pub(super) async fn send(
        &self,
        request: http::request::Builder,
        body: String,
    ) -> Result<Answer, std::io::Error> {
        let mut request = request.body(Full::from(body)).unwrap();
        let base_url = self.services.base_url();
        let authority = base_url.strip_prefix("http://").unwrap();
        let path = request.uri().path_and_query().unwrap().as_str().to_owned();
        *request.uri_mut() = path.parse().unwrap();
        let response: Response<Full<Bytes>> = UrlService::new(authority).call(request).await?;
        let reason = response.extensions().get::<hyper::ext::ReasonPhrase>();
        let reason = reason.map_or_else(String::new, |reason| {
            String::from_utf8_lossy(reason.as_bytes()).into_owned()
        });
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status,
            reason,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        })
    }
}

/// A good score of 42.5 of 50 for `user-1`.
pub(super) fn good_score(timestamp: &str) -> Value {
    json!({
        "userId": "user-1",
        "scoreGiven": 42.5,
        "scoreMaximum": 50,
        "comment": "Well <b>done</b>",
        "timestamp": timestamp,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    })
}

/// The payload of a token, as it was sent.
pub(super) fn with_payload(token: &str, payload: &Value) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[1] = URL_SAFE_NO_PAD.encode(payload.to_string());
    parts.join(".")
}
