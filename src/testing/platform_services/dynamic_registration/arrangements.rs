//! How a test has tools register, and what it can look at afterwards.

use std::sync::Arc;

use serde_json::Value;

use super::{RegisteredTool, configuration::REGISTRATION_SECRET};
use crate::{
    claims::names,
    testing::{AuthenticationRequest, IdToken, PlatformServices},
};

/// Dynamic registration, by the rules of the dialect. The platform is its own base URL to tools that register: that is
/// their issuer.
impl PlatformServices {
    /// The URL of the platform's configuration.
    #[must_use]
    pub fn configuration_url(&self) -> String {
        self.lock().configuration_url()
    }

    /// Issues a registration token, which is good for one registration within an hour.
    #[must_use]
    pub fn issue_registration_token(&self) -> String {
        let mut state = self.lock();
        let now = state.now();
        state.registering.tokens.issue(now)
    }

    /// The address that an administrator's browser opens to register the tool whose registration URL this is: with the
    /// configuration's URL and a new registration token, or with a secret configuration URL where the product has that.
    #[must_use]
    pub fn registration_address(&self, registration_url: &str) -> String {
        let token = self.issue_registration_token();
        let state = self.lock();
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        if state.dialect.has_secret_configuration_url() {
            let url = state.configuration_url();
            let url = format!("{url}?{REGISTRATION_SECRET}={token}");
            parameters.append_pair("openid_configuration", &url);
        } else {
            parameters.append_pair("openid_configuration", &state.configuration_url());
            parameters.append_pair("registration_token", &token);
        }
        let separator = if registration_url.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{registration_url}{separator}{}", parameters.finish())
    }

    /// Changes the configuration before it is sent, from now on.
    pub fn alter_configuration(&self, alter: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.lock().registering.configuration = Some(Arc::new(alter));
    }

    /// Changes what registrations are answered with before it is sent, from now on. The tool is known by the client id
    /// that it is told.
    pub fn alter_registration_reply(&self, alter: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.lock().registering.reply = Some(Arc::new(alter));
    }

    /// The tools that have registered and are not removed, in order.
    #[must_use]
    pub fn registered_tools(&self) -> Vec<RegisteredTool> {
        self.lock().registering.tools.clone()
    }

    /// Activates a registered tool, as an administrator of the platform does.
    pub fn activate_tool(&self, client_id: &str) {
        for tool in &mut self.lock().registering.tools {
            tool.is_active |= tool.client_id == client_id;
        }
    }

    /// A good token of a launch of a registered tool from the course.
    pub fn id_token_for(
        &self,
        tool: &RegisteredTool,
        request: &AuthenticationRequest,
        now: u64,
    ) -> IdToken {
        let mut token = self.platform().id_token(request, now);
        for (name, value) in self.lock().launch_claims(&tool.scopes) {
            token = token.claim(&name, value);
        }
        token.for_tool(tool)
    }
}

impl IdToken {
    /// Makes it a message to this tool.
    pub(in crate::testing) fn for_tool(self, tool: &RegisteredTool) -> Self {
        self.claim("iss", tool.platform.issuer())
            .claim("aud", tool.client_id.as_str())
            .claim(names::DEPLOYMENT_ID, tool.deployment_id.as_str())
    }
}
