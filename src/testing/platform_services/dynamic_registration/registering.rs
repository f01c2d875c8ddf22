//! What the platform keeps of tools that register.

use std::sync::Arc;

use serde_json::Value;

use super::{RegisteredTool, registration_token::RegistrationTokens};
use crate::testing::platform_services::{state::State, tool_key_set::ToolKeySet};

/// What a test makes of JSON that is about to be sent.
pub(super) type Alteration = Arc<dyn Fn(&mut Value) + Send + Sync>;

/// The tools that have registered, and the rules for those that do.
#[derive(Default)]
pub(in crate::testing::platform_services) struct Registering {
    pub(super) tokens: RegistrationTokens,
    pub(super) tools: Vec<RegisteredTool>,
    /// How many there ever were.
    pub(super) count: usize,
    pub(super) configuration: Option<Alteration>,
    pub(super) reply: Option<Alteration>,
}

/// A tool as its messages are judged.
pub(in crate::testing::platform_services) struct KnownTool {
    pub(in crate::testing::platform_services) client_id: String,
    pub(in crate::testing::platform_services) issuer: String,
    pub(in crate::testing::platform_services) keys: ToolKeySet,
    pub(in crate::testing::platform_services) scopes: Vec<String>,
}

impl State {
    /// What a token of registrations is called where it must not be shown.
    pub(in crate::testing::platform_services) fn registration_token_name(
        &self,
        text: &str,
    ) -> Option<String> {
        let registering = &self.registering;
        let mut tools = registering.tools.iter();
        match registering.tokens.number(text) {
            Some(number) => Some(format!("registration #{number}")),
            None => tools
                .find(|tool| tool.access_token == text)
                .map(|tool| format!("management #{}", tool.number)),
        }
    }

    /// The registered tool with this client id; else the one that is known from the start.
    pub(in crate::testing::platform_services) fn tool(&self, client_id: &Value) -> KnownTool {
        let mut tools = self.registering.tools.iter();
        match tools.find(|tool| *client_id == tool.client_id.as_str()) {
            Some(tool) => KnownTool {
                client_id: tool.client_id.clone(),
                issuer: tool.platform.issuer().to_owned(),
                keys: ToolKeySet::Url(tool.jwks_url.clone()),
                scopes: tool.scopes.clone(),
            },
            None => KnownTool {
                client_id: self.client_id.clone(),
                issuer: self.platform.issuer().to_owned(),
                keys: self.tool_keys.clone(),
                scopes: self.scopes.clone(),
            },
        }
    }
}
