//! Who is in the course, for teachers.

use axum::{extract::State, response::Response};
use tower_lti::session::LtiSession;

use crate::{Site, pages};

pub(crate) async fn show(State(site): State<Site>, session: LtiSession) -> Response {
    let launch = session.launch();
    let roles = launch.claims().roles();
    if !roles.is_instructor() && !roles.is_context_administrator() {
        return pages::for_teachers();
    }
    let members = match site.services.roster(launch) {
        Ok(roster) => roster.collect().await,
        Err(error) => Err(error),
    };
    match members {
        Ok(members) => pages::roster(members.as_slice(), &session),
        Err(error) => pages::refused(&error),
    }
}
