//! A platform that has asked for content, and responses that are right in everything.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tower_lti::testing::{
    AuthenticationRequest, DeepLinkingOptions, Findings, Platform, PlatformServices,
    ReceivedResponse, SigningKey, TestClock,
};

pub(super) const NOW: u64 = 1_700_000_000;
pub(super) const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";
pub(super) const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";

pub(super) struct Course {
    pub(super) platform: PlatformServices,
    pub(super) key: SigningKey,
    nonces: usize,
}

impl Course {
    pub(super) fn new() -> Self {
        let platform =
            PlatformServices::new("https://lms.test", "tool-1", "https://lms.test/services");
        Self::with(platform)
    }

    pub(super) fn with(platform: PlatformServices) -> Self {
        let key = SigningKey::shared(2, "tool-key");
        let set = json!({"keys": [key.jwk()]}).to_string();
        platform.use_tool_keys(move || set.clone());
        platform.use_clock(TestClock::at_unix(NOW));
        Self {
            platform,
            key,
            nonces: 0,
        }
    }

    /// A request; its settings.
    pub(super) fn ask(&self, options: &DeepLinkingOptions) -> Map<String, Value> {
        let claims = self.platform.deep_linking_claims(options);
        let settings = &claims[&format!("{DL}deep_linking_settings")];
        settings.as_object().unwrap().clone()
    }

    /// The claims of a good response to a request with these settings.
    pub(super) fn claims(
        &mut self,
        settings: &Map<String, Value>,
        items: Value,
    ) -> BTreeMap<String, Value> {
        self.nonces += 1;
        let mut claims = BTreeMap::from([
            ("iss".to_owned(), json!("tool-1")),
            ("aud".to_owned(), json!("https://lms.test")),
            ("sub".to_owned(), json!("tool-1")),
            ("iat".to_owned(), json!(NOW - 10)),
            ("exp".to_owned(), json!(NOW + 290)),
            ("nonce".to_owned(), json!(format!("nonce-{}", self.nonces))),
            (format!("{LTI}deployment_id"), json!("dep-1")),
            (
                format!("{LTI}message_type"),
                json!("LtiDeepLinkingResponse"),
            ),
            (format!("{LTI}version"), json!("1.3.0")),
            (format!("{DL}content_items"), items),
        ]);
        if let Some(data) = settings.get("data") {
            claims.insert(format!("{DL}data"), data.clone());
        }
        claims
    }

    /// Signs claims with the tool's key; the header may be changed.
    pub(super) fn sign(
        &self,
        claims: &BTreeMap<String, Value>,
        header: &[(&str, Option<Value>)],
    ) -> String {
        let nobody = AuthenticationRequest::from_query("", "https://tool.test/app");
        let mut token = Platform::new("https://lms.test", "tool-1")
            .id_token(&nobody, NOW)
            .raw_payload(json!(claims).to_string())
            .signed_by(&self.key)
            .header("alg", self.key.algorithm())
            .header("kid", self.key.id());
        for (name, value) in header {
            token = match value {
                Some(value) => token.header(name, value.clone()),
                None => token.without_header(name),
            };
        }
        token.sign()
    }

    pub(super) async fn receive(
        &self,
        claims: &BTreeMap<String, Value>,
    ) -> Result<ReceivedResponse, Findings> {
        let jwt = self.sign(claims, &[]);
        self.platform.receive_deep_linking_response(&jwt).await
    }

    /// What is found wrong with these items, where this is taken.
    pub(super) async fn judge(
        &mut self,
        options: &DeepLinkingOptions,
        items: Value,
    ) -> Result<ReceivedResponse, Findings> {
        let settings = self.ask(options);
        let claims = self.claims(&settings, items);
        self.receive(&claims).await
    }
}

/// The names of what is found, with item and member.
pub(super) fn named(outcome: Result<ReceivedResponse, Findings>) -> Vec<String> {
    match outcome {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(|finding| finding.to_string()).collect(),
    }
}
