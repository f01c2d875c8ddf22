//! The form by which a registration is confirmed: it counts once, as it was shown.

use std::time::Duration;

use axum::body::Body;
use http::Request;

use super::world::{World, confirm, get, post, send};

// ADV-82
#[tokio::test]
async fn a_form_that_is_not_what_was_shown_posts_nothing() {
    let world = World::start().await;
    let other = World::start().await;
    let service = world.open();
    let query = world.platform.query(Some("t"));
    let shown = get(&service, &query).await;
    let foreign = get(&other.open(), &query).await;
    let handle = shown.handle();
    let flipped = |at: usize| {
        let mut bytes = handle.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    for (wrong, form, status, code) in [
        ("empty", String::new(), 400, "form_altered"),
        (
            "an empty handle",
            "registration=".to_owned(),
            400,
            "form_altered",
        ),
        (
            "another name",
            format!("handle={handle}"),
            400,
            "form_altered",
        ),
        (
            "a field more",
            format!("registration={handle}&client_name=x"),
            400,
            "form_altered",
        ),
        (
            "an empty field more",
            format!("registration={handle}&x"),
            400,
            "form_altered",
        ),
        (
            "twice",
            format!("registration={handle}&registration={handle}"),
            400,
            "form_altered",
        ),
        (
            "no escape",
            format!("registration={handle}&%zz=1"),
            400,
            "form_altered",
        ),
        (
            "the first byte",
            format!("registration={}", flipped(0)),
            400,
            "handle_invalid",
        ),
        (
            "a byte within",
            format!("registration={}", flipped(handle.len() / 2)),
            400,
            "handle_invalid",
        ),
        (
            "cut",
            format!("registration={}", &handle[..handle.len() - 1]),
            400,
            "handle_invalid",
        ),
        (
            "longer",
            format!("registration={handle}AAAA"),
            400,
            "handle_invalid",
        ),
        (
            "another tool's",
            format!("registration={}", foreign.handle()),
            400,
            "handle_invalid",
        ),
        (
            "too long",
            format!("registration={}", "A".repeat(200_000)),
            413,
            "form_too_large",
        ),
    ] {
        let page = post(&service, &query, form).await;
        assert_eq!(page.status, status, "{wrong}: {}", page.body);
        page.assert_refused(status, code);
    }
    let json = Request::post(format!("/lti/register?{query}"))
        .header("content-type", "application/json")
        .body(Body::from(format!("{{\"registration\":\"{handle}\"}}")));
    send(&service, json.unwrap())
        .await
        .assert_refused(415, "unsupported_media_type");
    assert!(world.platform.posted().is_empty());

    // None of them has used it up.
    assert_eq!(confirm(&service, &query, &shown).await.status, 200);
    confirm(&service, &query, &shown)
        .await
        .assert_refused(409, "handle_used");
    assert_eq!(world.platform.posted().len(), 1);
}

// ADV-82
#[tokio::test]
async fn of_forms_that_are_sent_at_once_one_counts() {
    let world = World::start().await;
    let service = world.open();
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    let racing = (0..8).map(|_| confirm(&service, &query, &shown));
    let pages = futures_util::future::join_all(racing).await;
    let done = pages.iter().filter(|page| page.status == 200).count();
    let used = pages.iter().filter(|page| page.status == 409).count();
    assert_eq!((done, used), (1, 7));
    assert_eq!(world.platform.posted().len(), 1);
    assert_eq!(world.records().await.len(), 1);
}

// ADV-82
#[tokio::test]
async fn a_form_is_good_for_fifteen_minutes() {
    let world = World::start().await;
    let service = world.open();
    let query = world.platform.query(None);
    let [early, late] = [get(&service, &query).await, get(&service, &query).await];
    world.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(confirm(&service, &query, &early).await.status, 200);
    world.clock.advance(Duration::from_secs(1));
    confirm(&service, &query, &late)
        .await
        .assert_refused(410, "handle_expired");
    // A clock that is set back makes nothing young again.
    world.clock.set_wall_unix(1_800_000_000);
    confirm(&service, &query, &late)
        .await
        .assert_refused(410, "handle_expired");
    assert_eq!(world.platform.posted().len(), 1);
}
