//! Who is in the course, for teachers.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};

use crate::{Site, pages};

pub(crate) async fn show(
    State(site): State<Site>,
    Path(launch_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(launch) = site.sessions.find(&launch_id, &headers) else {
        return pages::unknown_launch();
    };
    let roles = launch.claims().roles();
    if !roles.is_instructor() && !roles.is_context_administrator() {
        return pages::for_teachers();
    }
    let members = match site.services.roster(&launch) {
        Ok(roster) => roster.collect().await,
        Err(error) => Err(error),
    };
    match members {
        Ok(members) => pages::roster(members.as_slice(), &launch_id),
        Err(error) => pages::refused(&error),
    }
}
