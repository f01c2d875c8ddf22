//! What the platform answers a registration with: the metadata as it has taken it.

use serde_json::{Value, json};

use super::{
    RegisteredTool,
    metadata::texts,
    vocabulary::{CLAIMS, MESSAGES, TOOL_CONFIGURATION},
};
use crate::testing::{
    Dialect,
    platform_services::{call::MEMBERSHIP_READONLY, state::State},
};

impl State {
    /// The scopes that are granted of those that a tool asks for. Moodle has one switch for all grades.
    pub(super) fn granted(&self, metadata: &Value) -> Vec<String> {
        let asked: Vec<&str> = metadata["scope"]
            .as_str()
            .unwrap_or("")
            .split(' ')
            .collect();
        let asks_for_grades = asked.iter().any(|scope| is_for_grades(scope));
        let is_granted = |scope: &&String| {
            asked.contains(&scope.as_str())
                || (self.dialect == Dialect::Moodle && asks_for_grades && is_for_grades(scope))
        };
        self.scopes.iter().filter(is_granted).cloned().collect()
    }

    pub(super) fn registration_reply(&self, tool: &RegisteredTool, client_id: &Value) -> Value {
        let mut reply = tool.metadata.clone();
        reply["client_id"] = client_id.clone();
        reply["scope"] = tool.scopes.join(" ").into();
        cut(&mut reply[TOOL_CONFIGURATION], self.dialect);
        match self.dialect {
            Dialect::Moodle => {
                if reply.get("logo_uri").is_none() {
                    reply["logo_uri"] = "".into();
                }
                reply[TOOL_CONFIGURATION]["version"] = "1.3.0".into();
                reply[TOOL_CONFIGURATION]["deployment_id"] = tool.deployment_id.as_str().into();
            }
            Dialect::Sakai => reply["deployment_id"] = tool.deployment_id.as_str().into(),
            _ => {}
        }
        if self.dialect.has_client_configuration() {
            let url = format!("{}/registrations/{}", self.base_url, tool.number);
            reply["client_id_issued_at"] = self.now().into();
            reply["registration_client_uri"] = url.into();
            reply["registration_access_token"] = tool.access_token.as_str().into();
        }
        reply
    }

    /// What a new tool is called.
    pub(super) fn new_client_id(&self, number: usize) -> Value {
        match self.dialect {
            Dialect::Canvas => json!(10_000_000_000_000_u64 + number as u64),
            _ => json!(format!("registered-{number}")),
        }
    }
}

/// Takes out what the platform does not have. Moodle keeps content selection alone.
fn cut(tool: &mut Value, dialect: Dialect) {
    let [launch, _] = MESSAGES;
    if let Some(messages) = tool["messages"].as_array_mut() {
        messages.retain(|message| {
            let name = message["type"].as_str().unwrap_or("");
            MESSAGES.contains(&name) && (dialect != Dialect::Moodle || name != launch)
        });
    }
    let claims: Vec<&str> = texts(&tool["claims"])
        .filter(|claim| CLAIMS.contains(claim))
        .collect();
    tool["claims"] = json!(claims);
}

fn is_for_grades(scope: &str) -> bool {
    scope != MEMBERSHIP_READONLY && scope.contains("/lti-ags/")
}
