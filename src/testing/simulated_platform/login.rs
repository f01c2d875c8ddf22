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
    /// Where the tool opens.
    pub(super) opening: Opening,
}

/// Where the tool opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// In place of the page.
    Whole,
    /// In a frame of the page.
    Frame,
    /// In another window, whose opener the page is.
    Window,
}

impl Opening {
    /// Adds to a form's button where the answer is shown.
    pub(super) fn of_form(self, form: &str) -> String {
        let place = match self {
            Self::Whole => return form.to_owned(),
            Self::Frame => "target=\"tool\"",
            Self::Window => "target=\"_blank\" rel=\"opener\"",
        };
        form.replacen("<form ", &format!("<form {place} "), 1)
    }
}

impl SimulatedPlatform {
    pub(super) fn login_url(&self) -> String {
        format!("{}/lti/login", self.tool_url)
    }

    pub(super) fn launch_url(&self) -> String {
        format!("{}/lti/launch", self.tool_url)
    }

    /// The form that begins it, to be completed with a button.
    pub(super) fn login_form(&self, login: &Login<'_>) -> PostForm {
        let (launch_url, storage) = (self.launch_url(), self.storage());
        let parameters = self.parameters(login, &launch_url, storage.target());
        PostForm::new(&self.login_url(), parameters)
    }

    /// The address that begins it, for a frame.
    pub(super) fn login_address(&self, login: &Login<'_>) -> String {
        let (launch_url, storage) = (self.launch_url(), self.storage());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.parameters(login, &launch_url, storage.target()))
            .finish();
        format!("{}?{query}", self.login_url())
    }

    fn parameters<'a>(
        &'a self,
        login: &Login<'a>,
        launch_url: &'a str,
        storage_target: Option<&'a str>,
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
        // In place of the page there is no page left that stores.
        if let (Some(target), true) = (storage_target, login.opening != Opening::Whole) {
            parameters.push(("lti_storage_target", target));
        }
        parameters
    }
}
