//! The service at the URL that an administrator pastes.

use crate::{
    dynamic_registration::ToolProfile, live_registrations::LiveRegistrations, tool::LtiTool,
};

/// Who may register a platform.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RegistrationAccess {
    /// Anybody who knows the URL: for trying the tool out.
    InsecureAnybody,
}

/// The Tower service at the URL that an administrator pastes into a platform.
#[derive(Clone, Debug)]
pub struct LtiRegistration {
    tool: LtiTool,
    registrations: LiveRegistrations,
    profile: ToolProfile,
    access: RegistrationAccess,
    needs_approval: bool,
}

impl LtiRegistration {
    /// Registers what comes in `registrations`.
    #[must_use]
    pub fn new(
        tool: LtiTool,
        registrations: LiveRegistrations,
        profile: ToolProfile,
        access: RegistrationAccess,
    ) -> Self {
        Self {
            tool,
            registrations,
            profile,
            access,
            needs_approval: false,
        }
    }

    /// Sets whether a registration is kept as pending until it is approved. Default: it counts at once.
    #[must_use]
    pub fn approval_required(mut self, required: bool) -> Self {
        self.needs_approval = required;
        let _ = (
            &self.tool,
            &self.registrations,
            &self.access,
            &self.profile.client_name,
            &self.profile.login_url,
            &self.profile.jwks_url,
        );
        self
    }
}
