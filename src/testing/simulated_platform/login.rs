//! How the platform begins a launch: the parameters of a login, as a form and as an address.

use super::simulated_platform::SimulatedPlatform;
use crate::pages::PostForm;

/// A login that the platform begins.
pub(super) struct Login<'a> {
    /// Whose it is.
    pub(super) login_hint: &'a str,
    /// What it is for; empty for the link that is there from the start.
    pub(super) message_hint: &'a str,
    /// Where it leads, if not to the tool's launch URL.
    pub(super) target: Option<&'a str>,
}

impl SimulatedPlatform {
    pub(super) fn login_url(&self) -> String {
        format!("{}/lti/login", self.base_url)
    }

    pub(super) fn launch_url(&self) -> String {
        format!("{}/lti/launch", self.base_url)
    }

    /// The form that begins it, to be completed with a button.
    pub(super) fn login_form(&self, login: &Login<'_>) -> PostForm {
        let launch_url = self.launch_url();
        PostForm::new(&self.login_url(), self.parameters(login, &launch_url))
    }

    /// The address that begins it, for a frame.
    pub(super) fn login_address(&self, login: &Login<'_>) -> String {
        let launch_url = self.launch_url();
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.parameters(login, &launch_url))
            .finish();
        format!("{}?{query}", self.login_url())
    }

    fn parameters<'a>(
        &'a self,
        login: &Login<'a>,
        launch_url: &'a str,
    ) -> Vec<(&'static str, &'a str)> {
        let mut parameters = vec![
            ("iss", self.platform.issuer()),
            ("client_id", self.platform.client_id()),
            ("login_hint", login.login_hint),
            ("target_link_uri", login.target.unwrap_or(launch_url)),
        ];
        if !login.message_hint.is_empty() {
            parameters.push(("lti_message_hint", login.message_hint));
        }
        parameters
    }
}
