//! Recognises requests that belong to another endpoint, so that the log says to which.
//!
//! Used only where a request is rejected anyway.

use crate::{
    error::{LtiError, LtiErrorKind},
    form::Fields,
};

/// Where a request came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    Login,
    Launch,
}

impl Fields<'_> {
    /// What these fields are, if they are something that belongs elsewhere.
    pub(crate) fn misdirected(&self, came_to: Address) -> Option<LtiError> {
        let has = |name| self.get(name).is_some();
        let (kind, hint) = if self.is_lti_1_1() {
            (
                LtiErrorKind::Lti11Launch,
                "set the tool up on the platform as LTI 1.3",
            )
        } else if has("grant_type") || has("client_assertion") {
            (
                LtiErrorKind::AccessTokenRequest,
                "the token URL of whoever asks is the platform's, not the tool's",
            )
        } else if has("openid_configuration") {
            (
                LtiErrorKind::RegistrationRequest,
                "register the tool on the platform by hand",
            )
        } else if has("response_type") && has("redirect_uri") {
            (
                LtiErrorKind::OwnAuthenticationRequest,
                "authorization_endpoint in the registration is the tool's address and has to be the platform's",
            )
        } else if has("JWT") && !has("id_token") && !has("state") {
            (
                LtiErrorKind::DeepLinkingResponse,
                "it goes to deep_link_return_url, which the platform named in its request",
            )
        } else if came_to == Address::Login && (has("id_token") || (has("error") && has("state"))) {
            (
                LtiErrorKind::AnswerAtLoginUrl,
                "the platform has the login URL where it needs the launch URL, its redirect URI",
            )
        } else if came_to == Address::Launch && self.is_login() {
            (
                LtiErrorKind::LoginAtLaunchUrl,
                "the platform has the launch URL where it needs the login URL, or the launch layer covers the login",
            )
        } else {
            return None;
        };
        let error = LtiError::from(kind).with_hint(hint);
        Some(error.of_client(self.get("iss"), self.get("client_id")))
    }

    fn is_lti_1_1(&self) -> bool {
        let is_old = |version: &str| version.starts_with("LTI-1p") || version.starts_with("LTI-2");
        // No message of LTI 1.3 has these fields.
        self.get("oauth_consumer_key").is_some()
            || self.get("lti_message_type").is_some()
            || self.get("lti_version").is_some_and(is_old)
    }

    /// Two of the fields that only a login has.
    fn is_login(&self) -> bool {
        let only_there = ["iss", "login_hint", "target_link_uri", "lti_message_hint"];
        let there = only_there.iter().filter(|name| self.get(name).is_some());
        there.count() >= 2
    }
}
