//! Launches without their cookie: verified, asked back for the secret, and nothing used up.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header;
use serde_json::{Value, json};
use tower_lti::{
    LtiLogin,
    error::{LtiError, LtiErrorKind},
    testing::{Browser, SigningKey},
};

use super::{Visitor, data, field};
use crate::app::{App, Handler, NOW, code};

// STORE-15, COOKIE-07
#[tokio::test]
async fn a_launch_that_brings_its_cookie_takes_no_detour() {
    let app = App::new();
    let mut browser = app.browser().with_platform_storage("_parent").in_frame();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();

    let form = format!("id_token={token}&state={}", request.state());
    let answer = browser.post_launch(form).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(app.calls(), 1);
    assert!(data(&answer).is_none());
}

// N34, STORE-15
#[tokio::test]
async fn a_launch_that_was_used_is_told_so_at_once_and_not_asked_back() {
    let app = App::new();
    let mut browser = app.browser().with_platform_storage("_parent").in_frame();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);

    // Its cookie is gone, as after a reload.
    let form = format!("id_token={token}&state={}", request.state());
    let again = browser.post_launch(form).await;

    assert_eq!(again.status(), 409);
    assert_eq!(code(&again), "replay_detected");
    let cleared = again.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cleared.contains("Max-Age=0"));
    assert_eq!(app.calls(), 1);
}

// STORE-12, STORE-14, STORE-17, ADV-92
#[tokio::test]
async fn a_launch_without_its_cookie_is_verified_and_asked_back_for_the_secret() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let stored = visitor.browser.stored().clone();
    let (key, _) = stored.iter().next().unwrap();

    let answer = visitor.arrive().await;

    assert_eq!(answer.status(), 200);
    assert_eq!(app.calls(), 0, "no handler before the browser is proven");
    assert_eq!(app.store.nonce_count(), 0);
    assert_eq!(app.store.deployment_count(), 0);
    assert_eq!(
        data(&answer).unwrap(),
        json!({
            "step": "read",
            "origin": "https://lms.test",
            "frame": "post_message_forwarding",
            "key": key,
            "wait_ms": 2_000,
            "has_probe": false,
        })
    );
    let headers = answer.headers();
    assert!(!headers.contains_key(header::SET_COOKIE));
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(
        headers[header::REFERRER_POLICY],
        "strict-origin",
        "the form has to tell its origin"
    );
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"));
    assert!(policy.ends_with("; form-action https:; base-uri 'none'"));
    let page = String::from_utf8_lossy(answer.body()).into_owned();
    assert!(
        page.contains(
            "<form method=\"post\" action=\"https://tool.test/lti/launch\" id=\"lti-next\""
        )
    );
    assert!(
        page.contains(
            "<noscript><p><strong>Open the tool again from your course, in a new window."
        )
    );
    let form = visitor.browser.completion(&answer).unwrap();
    assert_eq!(field(&form, "id_token"), visitor.token);
    assert_eq!(field(&form, "state"), visitor.request.state());
    assert_eq!(field(&form, "lti_storage_secret"), stored[key]);
}

// STORE-12
#[tokio::test]
async fn a_token_that_is_wrong_is_refused_before_any_page() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let good = app.platform.id_token(&visitor.request, NOW);
    for (wrong, token, expected) in [
        (
            "signed by a stranger",
            good.clone().signed_by(&SigningKey::shared(3, "k1")).sign(),
            "token_rejected",
        ),
        (
            "of another nonce",
            good.clone().claim("nonce", "another").sign(),
            "token_rejected",
        ),
        (
            "for another target",
            good.clone()
                .claim(
                    "https://purl.imsglobal.org/spec/lti/claim/target_link_uri",
                    "https://tool.test/app/other",
                )
                .sign(),
            "launch_invalid",
        ),
    ] {
        visitor.token = token;
        let answer = visitor.arrive().await;
        assert_eq!(code(&answer), expected, "{wrong}");
        assert_eq!(app.store.nonce_count(), 0);
    }
}

// LAUNCH-11
#[tokio::test]
async fn a_platform_that_refuses_is_told_of_without_the_cookie_too() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let state = visitor.request.state().to_owned();
    let answer = visitor
        .browser
        .post_launch(format!("error=login_required&state={state}"))
        .await;
    assert_eq!(code(&answer), "platform_error");
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
}

// COOKIE-07, STORE-01
#[tokio::test]
async fn a_login_that_named_no_storage_is_not_asked_back() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    browser.cookies().clear();
    // Nobody has signed this one.
    let form = format!(
        "id_token={token}&state={}&lti_storage_target=_parent",
        request.state()
    );
    let answer = browser.post_launch(form).await;
    assert_eq!(code(&answer), "cookie_missing");
}

// STORE-14
#[tokio::test]
async fn a_login_that_is_too_old_is_refused_whatever_is_stored() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    app.clock.advance(std::time::Duration::from_secs(600));
    assert_eq!(code(&visitor.arrive().await), "state_expired");
}

// N34, ADV-89
#[tokio::test]
async fn a_platform_that_gave_nothing_leads_to_the_advice_for_blocked_cookies() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    visitor.browser.stored().clear();
    let form = visitor.completion().await;

    let answer = visitor.complete(&form).await;

    assert_eq!(answer.status(), 401);
    assert_eq!(code(&answer), "cookie_missing");
    let error = answer.extensions().get::<LtiError>().unwrap();
    assert_eq!(error.kind(), LtiErrorKind::StorageSilent);
    assert_eq!(error.cookies_blocked(), Some(true));
    assert!(error.remedy().contains("in a new window"));
    assert_eq!(app.store.nonce_count(), 0);
}

/// The values in the state of a login.
async fn state_of(app: &App, mut browser: Browser<LtiLogin, Handler>) -> Vec<Value> {
    let request = browser.log_in(&app.platform).await.unwrap();
    let (payload, _) = request.state().split_once('.').unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

// STORE-01, STORE-14
#[tokio::test]
async fn an_instance_of_the_version_before_reads_a_state_whatever_it_names() {
    let app = App::new();
    let plain = state_of(&app, app.browser()).await;
    let storing = state_of(&app, app.browser().with_platform_storage("_parent")).await;

    // It reads eleven elements, and the parameters of the login; one element more it would refuse.
    assert_eq!(plain.len(), 11);
    assert_eq!(storing.len(), 12);
    assert_eq!(storing[11], json!([["lti_storage_target", "_parent"]]));
}

// PG02, PG03
#[tokio::test]
async fn the_page_of_a_launch_bears_the_tool_s_name_and_leaves_no_text_untranslated() {
    let app = App::with(crate::pages::marked);
    let answer = Visitor::at(&app).await.arrive().await;
    let page = std::str::from_utf8(answer.body()).unwrap();
    assert!(page.contains("\"step\":\"read\""), "{page}");
    crate::pages::assert_marked(page, &[]);
}
