//! The pages of a registration: what they say, who may frame them, what they hold.

use serde_json::json;
use tower_lti::dynamic_registration::{RegistrationAccess, RegistrationTerms};

use super::{
    platform::{LTI, Platform},
    world::{CLOSE, World, confirm, get},
};

// REG-04, ADV-81, S30
#[tokio::test]
async fn the_first_page_names_the_issuer_on_its_one_button_and_is_framed_by_the_platform_alone() {
    let world = World::start().await;
    let service = world
        .open()
        .add_frame_ancestor("https://canvas.school.example/x");
    let shown = get(&service, &world.platform.query(Some("t"))).await;
    let base = &world.platform.url;
    assert_eq!(shown.body.matches("<form").count(), 1);
    assert_eq!(shown.body.matches("<button").count(), 1);
    assert_eq!(shown.body.matches("<input").count(), 1);
    let button = format!("<button id=\"register\">Register with {base}</button>");
    assert!(shown.body.contains(&button), "{}", shown.body);
    let policy = shown.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'nonce-"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'self'; base-uri 'none'"),
        "{policy}"
    );
    let framed = format!("frame-ancestors 'self' {base} https://canvas.school.example");
    assert!(policy.ends_with(&framed), "{policy}");
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    assert_eq!(shown.header("x-frame-options"), "");
}

// S28, S30
#[tokio::test]
async fn what_the_platform_names_elsewhere_stands_on_the_first_page() {
    let world = World::start().await;
    let query = world.platform.query(None);
    let heading = "names addresses elsewhere";
    let shown = get(&world.open(), &query).await;
    assert!(!shown.body.contains(heading), "{}", shown.body);
    for (member, words) in [
        ("authorization_endpoint", "users sign in at"),
        ("token_endpoint", "access tokens come from"),
        (
            "authorization_server",
            "access tokens are asked for in the name of",
        ),
        ("jwks_uri", "keys are at"),
    ] {
        let mut configuration = world.platform.configuration();
        configuration[member] = json!("https://other.example/x");
        world.platform.has(configuration);
        let shown = get(&world.open(), &query).await;
        assert!(shown.body.contains(heading), "{}", shown.body);
        let line = format!("{words} https://other.example");
        assert!(shown.body.contains(&line), "{member}: {}", shown.body);
    }
}

// REG-04, S30: a page of an attacker's cannot have it clicked unseen.
#[tokio::test]
async fn what_rests_on_a_sign_in_is_framed_by_none_that_the_request_names() {
    let world = World::start().await;
    let check = |_| async { Some(RegistrationTerms::new()) };
    let service = world.service(RegistrationAccess::checked(check));
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    let policy = shown.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
    let service = service.add_frame_ancestor("https://lms.example");
    let shown = get(&service, &query).await;
    let done = confirm(&service, &query, &shown).await;
    for page in [shown, done] {
        let policy = page.header("content-security-policy");
        let framed = "frame-ancestors 'self' https://lms.example";
        assert!(policy.ends_with(framed), "{policy}");
    }
}

// REG-09, ADV-81
#[tokio::test]
async fn the_close_message_stands_on_the_last_page_under_a_nonce_of_its_own() {
    let world = World::start().await;
    let service = world.open();
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    assert!(!shown.body.contains(CLOSE));
    let done = confirm(&service, &query, &shown).await;
    let policy = done.header("content-security-policy");
    let nonce = policy.split_once("script-src 'nonce-").unwrap().1;
    let nonce = nonce.split_once('\'').unwrap().0;
    let script = format!(
        "<script nonce=\"{nonce}\">(window.opener || window.parent).postMessage({{subject:\"{CLOSE}\"}}, \"*\")</script>"
    );
    assert!(done.body.contains(&script), "{}", done.body);
    assert_eq!(done.body.matches("<script").count(), 1);
    assert!(policy.contains("form-action 'none'"), "{policy}");
    assert!(policy.contains(&format!("frame-ancestors 'self' {}", world.platform.url)));
    assert_eq!(done.header("cache-control"), "no-store");
}

// S28
#[tokio::test]
async fn a_token_goes_to_another_address_only_if_the_page_says_so() {
    let world = World::start().await;
    let other = Platform::start().await;
    let mut configuration = world.platform.configuration();
    configuration["registration_endpoint"] = json!(format!("{}/register", other.url));
    world.platform.has(configuration);
    let service = world.open();
    let query = world.platform.query(Some("t0ken"));
    let shown = get(&service, &query).await;
    let told = format!(
        "one-time token, goes to another address: {}/register",
        other.url
    );
    assert!(shown.body.contains(&told), "{}", shown.body);
    assert!(other.heard().is_empty());
    assert_eq!(confirm(&service, &query, &shown).await.status, 200);
    assert_eq!(
        other.posted()[0].authorization.as_deref(),
        Some("Bearer t0ken")
    );

    let plain = get(&service, &Platform::start().await.query(Some("t0ken"))).await;
    assert!(!plain.body.contains("another address"), "{}", plain.body);
}

// REG-04, S30: nothing that a platform chose is more than text.
#[tokio::test]
async fn what_a_platform_says_of_itself_is_text_on_the_page() {
    let world = World::start().await;
    let mut configuration = world.platform.configuration();
    configuration[LTI]["product_family_code"] = json!("<img src=x onerror=alert(1)>");
    configuration[LTI]["version"] = json!("1 \u{202e}evil");
    world.platform.has(configuration);
    let service = world.open();
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    let done = confirm(&service, &query, &shown).await;
    assert_eq!(done.status, 200);
    for page in [shown, done] {
        assert!(!page.body.contains("<img"), "{}", page.body);
        assert!(!page.body.contains('\u{202e}'), "{}", page.body);
    }
}
