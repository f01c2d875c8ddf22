//! The tool's own name and languages on the pages of a registration.

use axum::body::Body;
use http::{Request, header};
use tower_lti::dynamic_registration::RegistrationAccess;

use super::world::{World, confirm, get, send};
use crate::pages::{assert_marked, marked};

// PG02, PG03
#[tokio::test]
async fn the_pages_of_a_registration_bear_the_tool_s_name_and_leave_no_text_untranslated() {
    let world = World::start().await;
    let tool = world.other_tool(marked);
    let service = world.service_of(&tool, RegistrationAccess::InsecureAnybody);
    let query = world.platform.query(Some("a-token"));

    let request = Request::get(format!("/lti/register?{query}"))
        .header(header::ACCEPT_LANGUAGE, "de-CH")
        .body(Body::empty());
    let german = send(&service, request.unwrap()).await;
    assert!(
        german.body.contains("<html lang=\"de\">"),
        "{}",
        german.body
    );
    assert!(
        german.body.contains("Eine Lernplattform bittet"),
        "{}",
        german.body
    );

    let shown = get(&service, &query).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_marked(&shown.body, &[]);
    let done = confirm(&service, &query, &shown).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_marked(&done.body, &[]);
    let refused = confirm(&service, &query, &shown).await;
    assert!(!refused.status.is_success());
    assert_marked(&refused.body, &[]);
}
