//! Completions: what lets a launch in whose cookie is missing, once, and what does not.

use std::time::Duration;

use http::{HeaderValue, header};
use tower_lti::{
    LoginSecret, MemoryStore,
    error::{LtiError, LtiErrorKind},
};

use super::{Visitor, altered, completion_from, field};
use crate::app::{App, code};

const OWN: &str = "https://tool.test";

fn kind(answer: &http::Response<bytes::Bytes>) -> LtiErrorKind {
    let error = answer.extensions().get::<LtiError>();
    error.expect("it is refused").kind()
}

// STORE-13, ADV-89
#[tokio::test]
async fn a_completion_lets_the_launch_in_once() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let form = visitor.completion().await;

    assert_eq!(visitor.complete(&form).await.status(), 200);
    assert_eq!(app.calls(), 1);
    assert_eq!(app.store.nonce_count(), 1);

    let again = visitor.complete(&form).await;
    assert_eq!(again.status(), 409);
    assert_eq!(code(&again), "replay_detected");
    // From the start as well: the platform's form once more.
    let again = visitor.arrive().await;
    assert_eq!(again.status(), 409);
    assert_eq!(code(&again), "replay_detected");
    assert_eq!(app.calls(), 1);
}

// S31, S33, S34: each is refused, uses nothing up, and the honest one gets in after them all
#[tokio::test]
async fn a_completion_with_anything_altered_or_missing_is_refused() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let mut other = Visitor::at(&app).await;
    let form = visitor.completion().await;
    let foreign = other.completion().await;
    let of_other = |name| field(&foreign, name);
    let handle = field(&form, "lti_storage_handle");
    let flipped = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let state = visitor.request.state().to_owned();
    for (name, value, expected) in [
        ("id_token", None, "malformed_request"),
        ("id_token", Some(flipped(&visitor.token)), "state_invalid"),
        ("id_token", Some(of_other("id_token")), "state_invalid"),
        ("state", None, "malformed_request"),
        ("state", Some(flipped(&state)), "state_invalid"),
        ("state", Some(of_other("state")), "state_invalid"),
        ("lti_storage_handle", None, "malformed_request"),
        (
            "lti_storage_handle",
            Some(String::new()),
            "malformed_request",
        ),
        (
            "lti_storage_handle",
            Some(flipped(&handle)),
            "state_invalid",
        ),
        (
            "lti_storage_handle",
            Some(of_other("lti_storage_handle")),
            "state_invalid",
        ),
        // What is signed as a state is no handle.
        ("lti_storage_handle", Some(state.clone()), "state_invalid"),
        ("lti_storage_secret", None, "malformed_request"),
        ("lti_storage_secret", Some(String::new()), "cookie_missing"),
        (
            "lti_storage_secret",
            Some("guess".to_owned()),
            "state_invalid",
        ),
        (
            "lti_storage_secret",
            Some(of_other("lti_storage_secret")),
            "state_invalid",
        ),
        (
            "lti_storage_secret",
            Some("x".repeat(100_000)),
            "state_invalid",
        ),
    ] {
        let wrong = altered(&form, name, value.as_deref());
        let answer = visitor.complete(&wrong).await;
        let what = format!("{name}: {:?}", value.as_deref().map(str::len));
        assert!(answer.status().is_client_error(), "{what}");
        assert_eq!(code(&answer), expected, "{what}");
    }
    for twice in [
        "lti_storage_handle",
        "lti_storage_secret",
        "state",
        "id_token",
    ] {
        let answer = visitor.complete(&format!("{form}&{twice}=x")).await;
        assert_eq!(code(&answer), "malformed_request", "{twice} twice");
    }
    let with_error = altered(&form, "id_token", None) + "&error=login_required";
    assert_eq!(
        code(&visitor.complete(&with_error).await),
        "malformed_request"
    );
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));

    assert_eq!(visitor.complete(&form).await.status(), 200);
    assert_eq!(other.complete(&foreign).await.status(), 200);
}

// S33: forms that another site's page makes a browser post
#[tokio::test]
async fn a_completion_has_to_come_from_a_page_of_the_tool() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let form = visitor.completion().await;
    for origins in [
        &[][..],
        &["null"],
        &["https://lms.test"],
        &["http://tool.test"],
        &["https://tool.test:8443"],
        &["https://tool.test.evil.test"],
        &["https://tool.test/"],
        &["https://TOOL.test"],
        &[OWN, OWN],
        &["https://tool.test, https://tool.test"],
    ] {
        let request = completion_from(&form, origins);
        let answer = visitor.browser.send_raw_launch(request).await;
        assert_eq!(answer.status(), 401, "{origins:?}");
        assert_eq!(kind(&answer), LtiErrorKind::StorageOriginMismatch);
    }
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));

    let request = completion_from(&form, &[OWN]);
    let answer = visitor.browser.send_raw_launch(request).await;
    assert_eq!(answer.status(), 200);
}

// S33
#[tokio::test]
async fn a_handle_is_good_for_two_minutes() {
    for (seconds, refused) in [(119, None), (120, Some(LtiErrorKind::StorageHandleExpired))] {
        let app = App::new();
        let mut visitor = Visitor::at(&app).await;
        let form = visitor.completion().await;
        app.clock.advance(Duration::from_secs(seconds));

        let answer = visitor.complete(&form).await;

        match refused {
            None => assert_eq!(answer.status(), 200),
            Some(expected) => {
                assert_eq!(kind(&answer), expected);
                assert_eq!(code(&answer), "state_expired");
                // The launch itself is as good as it was.
                let form = {
                    let secret = field(&form, "lti_storage_secret");
                    let fresh = visitor.completion().await;
                    altered(&fresh, "lti_storage_secret", Some(&secret))
                };
                assert_eq!(visitor.complete(&form).await.status(), 200);
            }
        }
    }
}

// S33: the time of day is set back, and the handle ages all the same
#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_handle_younger() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let form = visitor.completion().await;
    app.clock.advance(Duration::from_secs(121));
    app.clock.set_wall_unix(crate::app::NOW);
    let answer = visitor.complete(&form).await;
    assert_eq!(kind(&answer), LtiErrorKind::StorageHandleExpired);
}

// S34, STORE-15: the secret counts, and a cookie beside it changes nothing
#[tokio::test]
async fn a_cookie_beside_the_secret_changes_nothing() {
    let app = App::new();
    let mut browser = app.browser().with_platform_storage("_parent").in_frame();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().clone();
    browser.cookies().clear();
    let token = app.platform.id_token(&request, crate::app::NOW).sign();
    let page = browser
        .post_launch(format!("id_token={token}&state={}", request.state()))
        .await;
    let form = browser.completion(&page).unwrap();
    *browser.cookies() = cookies.clone();

    let wrong = altered(&form, "lti_storage_secret", Some("guess"));
    let refused = browser.complete(&request, wrong).await;
    assert_eq!(kind(&refused), LtiErrorKind::StorageSecretWrong);
    for value in browser.cookies().values_mut() {
        "planted".clone_into(value);
    }
    let let_in = browser.complete(&request, form).await;
    assert_eq!(let_in.status(), 200);
    let cleared: Vec<&HeaderValue> = let_in
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .collect();
    let [cleared] = cleared[..] else {
        panic!("{cleared:?}");
    };
    assert!(
        cleared.to_str().unwrap().contains("Max-Age=0"),
        "the login is over"
    );
}

// STORE-13: no instance remembers anything of it
#[tokio::test]
async fn another_instance_with_the_same_secret_completes_a_launch() {
    let store = MemoryStore::default();
    let instance = |secret: &str| {
        let secret = LoginSecret::from_bytes(secret).unwrap();
        App::over(store.clone(), |builder, _| builder.login_secret(secret))
    };
    let ours = "a secret that only tests may know";
    let (one, two) = (instance(ours), instance(ours));
    let stranger = instance("another secret, that nobody else knows");
    let mut visitor = Visitor::at(&one).await;
    let form = visitor.completion().await;

    visitor.browser = stranger.browser();
    assert_eq!(code(&visitor.complete(&form).await), "state_invalid");
    visitor.browser = two.browser();
    assert_eq!(visitor.complete(&form).await.status(), 200);
}

// S33, STORE-13: of many at once one opens the tool
#[tokio::test]
async fn of_many_completions_at_once_one_gets_in() {
    let app = App::new();
    let mut visitor = Visitor::at(&app).await;
    let form = visitor.completion().await;
    let all = (0..20).map(|_| {
        let mut browser = visitor.browser.clone();
        let request = completion_from(&form, &[OWN]);
        async move { browser.send_raw_launch(request).await.status().as_u16() }
    });
    let mut answers = futures_util::future::join_all(all).await;
    answers.sort_unstable();
    assert_eq!(answers[0], 200);
    assert!(
        answers[1..].iter().all(|status| *status == 409),
        "{answers:?}"
    );
    assert_eq!(app.calls(), 1);
}
