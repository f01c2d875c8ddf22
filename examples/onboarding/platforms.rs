//! Registered platforms, and what an administrator decides about them.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_lti::{live_registrations::RegistrationChangeError, registration::RegistrationStatus};

use crate::{
    Site,
    admin::{Action, Platform},
    pages,
};

#[derive(Deserialize)]
pub(crate) struct Decision {
    #[serde(flatten)]
    platform: Platform,
    action: Action,
}

pub(crate) async fn decide(
    State(site): State<Site>,
    Form(decision): Form<Decision>,
) -> Result<Response, Response> {
    let id = decision.platform.id();
    let registrations = &site.registrations;
    let decided = match decision.action {
        Action::Approve | Action::Enable => registrations
            .set_status(&id, RegistrationStatus::Active)
            .await
            .map(drop),
        Action::Disable => registrations
            .set_status(&id, RegistrationStatus::Disabled)
            .await
            .map(drop),
        // Its deployments stay: the guide `live_registrations` says how they are shut before.
        Action::Remove => registrations.remove(&id).await,
    };
    match decided {
        // Where somebody else removed it meanwhile, the list says so.
        Ok(()) | Err(RegistrationChangeError::Unknown) => {
            Ok(Redirect::to("/admin/deployments").into_response())
        }
        Err(error) => Err(pages::problem(&error).into_response()),
    }
}
