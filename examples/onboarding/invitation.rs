//! Invitations: addresses that administrators of platforms paste into them, each for one registration.

use std::time::Duration;

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_lti::{
    LtiTool,
    dynamic_registration::{
        LtiRegistration, RegistrationAccess, RegistrationTerms, ToolProfile, ToolProfileError,
    },
    live_registrations::LiveRegistrations,
};

use crate::{Site, pages};

/// Where platforms register.
pub(crate) const PATH: &str = "/lti/register";

/// How long an invitation is good for.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The service there: by invitation alone, and approved by an administrator of the tool.
pub(crate) fn registering(
    tool: &LtiTool,
    registrations: &LiveRegistrations,
    base_url: &str,
) -> Result<LtiRegistration, ToolProfileError> {
    let profile = ToolProfile::new(
        "Onboarding example",
        format!("{base_url}/lti/login"),
        format!("{base_url}/lti/jwks.json"),
    );
    let invited = RegistrationAccess::Invited;
    let service = LtiRegistration::new(tool.clone(), registrations.clone(), profile, invited)?;
    Ok(service.approval_required(true))
}

#[derive(Deserialize)]
pub(crate) struct Invited {
    name: String,
}

/// Makes an invitation, and shows it this once.
pub(crate) async fn invite(
    State(site): State<Site>,
    Form(invited): Form<Invited>,
) -> Result<Response, Response> {
    let url = format!("{}{PATH}", site.base_url);
    let terms = RegistrationTerms::new().name(invited.name.trim());
    match site.registering.invite(&url, LIFETIME, terms) {
        Ok(address) => Ok(pages::invitation(&address)),
        Err(error) => Err(pages::problem(&error).into_response()),
    }
}
