//! `/lti/register`, where platforms register: `LTI_REGISTER`.

use std::error::Error;

use tower_lti::{
    LtiTool,
    dynamic_registration::{LtiRegistration, RegistrationAccess, ToolMessage, ToolProfile},
    live_registrations::LiveRegistrations,
};

use crate::NAME;

/// Who may register a platform.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Register {
    /// Anybody, and it counts at once.
    Open,
    /// Anybody; it counts once it is approved in the file.
    Approve,
}

impl Register {
    pub(crate) fn from_variable(value: Option<&str>) -> Result<Option<Self>, String> {
        match value {
            None => Ok(None),
            Some("open") => Ok(Some(Self::Open)),
            Some("approve") => Ok(Some(Self::Approve)),
            Some(other) => Err(format!(
                "LTI_REGISTER is {other:?}, and must be open or approve"
            )),
        }
    }

    /// The service at the address that administrators paste into their platform.
    pub(crate) fn service(
        self,
        tool: &LtiTool,
        registrations: &LiveRegistrations,
        base_url: &str,
    ) -> Result<LtiRegistration, Box<dyn Error>> {
        let profile = ToolProfile::new(
            NAME,
            format!("{base_url}/lti/login"),
            format!("{base_url}/lti/jwks.json"),
        )
        .description("Shows what a launch says, and adds links to itself to a course.")
        .target_link_uri(format!("{base_url}/lti/launch"))
        .add_message(ToolMessage::deep_linking().label("Add a link to the example"))
        .uses_grades()
        .uses_rosters()
        .claims(["iss", "sub", "name", "given_name", "family_name", "email"]);
        // For trying the tool out. Yours wants invites, or a check of its own, and the bounds that are taken away below.
        let access = RegistrationAccess::InsecureAnybody;
        let service = LtiRegistration::new(tool.clone(), registrations.clone(), profile, access)?;
        Ok(service
            .approval_required(self == Self::Approve)
            .per_minute(None)
            .max_pending(None))
    }
}
