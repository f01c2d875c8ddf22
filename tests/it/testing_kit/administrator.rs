//! An administrator, who brings a tool to the kit's platform to be registered there.

use http::Request;
use serde_json::{Value, json};
use tower_lti::testing::{Dialect, SigningKey};

use super::client::{Answer, Client, SCORE};

pub(super) const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";

/// What a good tool sends.
pub(super) fn metadata(jwks_url: &str) -> Value {
    json!({
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": "https://tool.test/lti/login",
        "redirect_uris": ["https://tool.test/lti/launch"],
        "jwks_uri": jwks_url,
        "client_name": "A tool",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": SCORE,
        TOOL: {
            "domain": "tool.test",
            "target_link_uri": "https://tool.test/lti/launch",
            "claims": ["iss", "sub", "name", "shoe_size"],
            "messages": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest"},
                {"type": "LtiFutureRequest"},
            ],
        },
    })
}

/// An administrator, and the tool that is registered.
pub(super) struct Course {
    pub(super) client: Client,
    pub(super) jwks_url: String,
}

impl Course {
    pub(super) async fn start(dialect: Dialect) -> Self {
        let client = Client::start().await;
        client.services.speak(dialect);
        let key = SigningKey::shared(2, "tool-key");
        let set = json!({"keys": [key.jwk()]}).to_string();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let jwks_url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/jwks.json", axum::routing::get(async || set));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { client, jwks_url }
    }

    /// What the administrator's browser brings to the tool: configuration URL and token.
    pub(super) fn brought(&self) -> (String, Option<String>) {
        let address = self
            .client
            .services
            .registration_address("https://tool.test/register?invite=1");
        let query = address.strip_prefix("https://tool.test/register?invite=1&");
        let parameters: Vec<(String, String)> = form_urlencoded::parse(query.unwrap().as_bytes())
            .into_owned()
            .collect();
        let value = |name: &str| {
            let mut all = parameters.iter();
            all.find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        (
            value("openid_configuration").unwrap(),
            value("registration_token"),
        )
    }

    pub(super) async fn send(
        &self,
        method: &str,
        url: &str,
        token: Option<&str>,
        body: String,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.client.send(request, body).await.unwrap()
    }

    /// The configuration, as the tool fetches it.
    pub(super) async fn configuration(&self, url: &str, token: Option<&str>) -> Value {
        let answer = self.send("GET", url, token, String::new()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Registers a tool that sends this.
    pub(super) async fn register(&self, metadata: &Value) -> Answer {
        let (url, token) = self.brought();
        let configuration = self.configuration(&url, token.as_deref()).await;
        let endpoint = configuration["registration_endpoint"].as_str().unwrap();
        let body = metadata.to_string();
        self.send("POST", endpoint, token.as_deref(), body).await
    }
}
