//! The registration endpoint (RFC 7591 §3).

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header};
use serde_json::Value;

use super::{
    RegisteredTool, configuration::registration_secret, metadata, vocabulary::TOOL_CONFIGURATION,
};
use crate::testing::{
    Dialect, PlatformServices,
    platform_services::{access::bearer, reply::Reply, state::State, tool_key_set::ToolKeySet},
};

impl PlatformServices {
    /// Registers a tool.
    pub(in crate::testing::platform_services) async fn register(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Reply {
        let judged = self.lock().judge_registration(uri, headers, body);
        let metadata = match judged {
            Ok(metadata) => metadata,
            Err(reply) => return reply,
        };
        let dialect = self.lock().dialect;
        if dialect.fetches_keys_first() {
            let keys = ToolKeySet::Url(metadata["jwks_uri"].as_str().unwrap_or("").to_owned());
            if let Err(problem) = keys.look_at().await {
                return dialect.refuse_metadata("invalid_client_metadata", &problem.to_string());
            }
        }
        let mut state = self.lock();
        // Another request may have used the token meanwhile.
        match state.judge_registration(uri, headers, body) {
            Ok(metadata) => state.add_tool(metadata, &secret(uri, headers)),
            Err(reply) => reply,
        }
    }
}

impl State {
    /// Token, media type and metadata. An error is the answer.
    fn judge_registration(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Value, Reply> {
        let secret = secret(uri, headers);
        let known = self.registering.tokens.check(secret.as_deref(), self.now());
        known.map_err(|problem| self.dialect.refuse_token(problem))?;
        let wrong = |what: &str| {
            let dialect = self.dialect;
            Err(dialect.refuse_metadata("invalid_client_metadata", what))
        };
        let content_type = headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next());
        if media_type.map(str::trim) != Some("application/json") {
            return wrong("the body is not sent as application/json");
        }
        let Ok(metadata) = serde_json::from_slice(body) else {
            return wrong("the body is no JSON");
        };
        metadata::check(&metadata, self.dialect)
            .map_err(|(error, what)| self.dialect.refuse_metadata(error, &what))?;
        if self.dialect == Dialect::Brightspace && self.is_there(&metadata) {
            return wrong("there is a tool with this domain");
        }
        Ok(metadata)
    }

    /// Whether another tool has this domain.
    fn is_there(&self, metadata: &Value) -> bool {
        let domain = &metadata[TOOL_CONFIGURATION]["domain"];
        let mut tools = self.registering.tools.iter();
        tools.any(|tool| tool.metadata[TOOL_CONFIGURATION]["domain"] == *domain)
    }

    fn add_tool(&mut self, metadata: Value, secret: &Option<String>) -> Reply {
        self.registering.tokens.use_up(secret.as_deref());
        self.registering.count += 1;
        let number = self.registering.count;
        let client_id = self.new_client_id(number);
        let mut tool = RegisteredTool {
            number,
            client_id: String::new(),
            platform: self.platform.clone(),
            deployment_id: number.to_string(),
            scopes: self.granted(&metadata),
            jwks_url: metadata["jwks_uri"].as_str().unwrap_or("").to_owned(),
            is_active: !self.dialect.leaves_registrations_inactive(),
            access_token: crate::random::text::<18>().expect("there are random bytes"),
            metadata,
            reply: Value::Null,
        };
        let mut reply = self.registration_reply(&tool, &client_id);
        if let Some(alter) = &self.registering.reply {
            alter(&mut reply);
        }
        // What was answered is what the tool knows.
        tool.client_id = match &reply["client_id"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        tool.platform = self
            .platform
            .for_tool(&self.registration_issuer(), &tool.client_id);
        tool.reply = reply.clone();
        if !self.deployments.contains(&tool.deployment_id) {
            self.deployments.push(tool.deployment_id.clone());
        }
        self.registering.tools.push(tool);
        let status = match self.dialect {
            Dialect::Moodle | Dialect::Canvas | Dialect::Sakai => StatusCode::OK,
            _ => StatusCode::CREATED,
        };
        Reply::json(status, "application/json; charset=utf-8", &reply)
    }
}

/// What entitles to register: the bearer token, or what stands in the URL.
fn secret(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    registration_secret(uri).or_else(|| bearer(headers).map(str::to_owned))
}
