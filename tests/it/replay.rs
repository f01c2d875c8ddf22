//! State, browser and nonce: a launch is let in once, and only where it began.

use std::time::Duration;

use futures_util::future::join_all;
use tower_lti::{LoginSecret, testing::Platform};

use crate::app::{App, NOW, code};

fn secret(byte: u8) -> LoginSecret {
    LoginSecret::from_bytes(vec![byte; 32]).unwrap()
}

// LAUNCH-67, R01, R10, P5
#[tokio::test]
async fn a_replayed_launch_is_refused_and_creates_nothing() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().clone();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    *browser.cookies() = cookies;
    let answer = browser.launch(&request, &token).await;
    assert_eq!(
        (answer.status().as_u16(), code(&answer).as_str()),
        (409, "replay_detected")
    );
    assert_eq!(app.calls(), 1);
}

// R3 of the rules: of N posts of one token, one succeeds
#[tokio::test(flavor = "multi_thread")]
async fn of_64_posts_of_one_token_one_succeeds() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let posts = (0..64).map(|_| {
        let (mut browser, request, token) = (browser.clone(), request.clone(), token.clone());
        tokio::spawn(async move { browser.launch(&request, &token).await.status().as_u16() })
    });
    let mut statuses: Vec<u16> = join_all(posts)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(
        statuses[1..].iter().all(|status| *status == 409),
        "{statuses:?}"
    );
    assert_eq!((app.calls(), app.platform.fetches()), (1, 1));
}

// LAUNCH-97, D01
#[tokio::test(flavor = "multi_thread")]
async fn of_64_first_launches_all_succeed_and_one_creates() {
    let app = App::new();
    let launches = (0..64).map(|_| {
        let mut browser = app.browser();
        let platform = app.platform.clone();
        tokio::spawn(async move {
            let request = browser.log_in(&platform).await.unwrap();
            let token = platform.id_token(&request, NOW).sign();
            let answer = browser.launch(&request, &token).await;
            assert_eq!(answer.status(), 200);
            crate::app::body(&answer)["created"] == true
        })
    });
    let created = join_all(launches)
        .await
        .into_iter()
        .filter(|created| *created.as_ref().unwrap());
    assert_eq!(created.count(), 1);
    assert_eq!(app.store.deployment_count(), 1);
}

// LAUNCH-20, COOKIE-07, LOGIN-18, B01, B02, B03, B16, B25, R09
#[tokio::test]
async fn a_launch_from_another_browser_is_refused() {
    let app = App::new();
    let mut ours = app.browser();
    let request = ours.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();

    let mut theirs = app.browser();
    let answer = theirs.launch(&request, &token).await;
    assert_eq!(
        (answer.status().as_u16(), code(&answer).as_str()),
        (401, "cookie_missing")
    );

    theirs.log_in(&app.platform).await.unwrap();
    assert_eq!(
        code(&theirs.launch(&request, &token).await),
        "cookie_missing"
    );

    let (name, value) = ours
        .cookies()
        .iter()
        .next()
        .map(|(n, v)| (n.clone(), v.clone()))
        .unwrap();
    theirs.cookies().insert(name.clone(), "guessed".into());
    assert_eq!(
        code(&theirs.launch(&request, &token).await),
        "state_invalid"
    );

    theirs.cookies().clear();
    theirs
        .cookies()
        .insert(name.trim_start_matches("__Host-").to_owned(), value);
    assert_eq!(
        code(&theirs.launch(&request, &token).await),
        "cookie_missing"
    );

    assert_eq!((app.store.nonce_count(), app.platform.fetches()), (0, 0));
    assert_eq!(ours.launch(&request, &token).await.status(), 200);
}

// LAUNCH-21, LAUNCH-22, B04: every bit of the state counts
#[tokio::test]
async fn a_state_with_any_bit_flipped_is_refused() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let state = request.state().as_bytes();
    for bit in 0..state.len() * 8 {
        let mut flipped = state.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let escaped: String = flipped.iter().map(|byte| format!("%{byte:02x}")).collect();
        let answer = browser
            .post_launch(format!("id_token={token}&state={escaped}"))
            .await;
        assert!(matches!(answer.status().as_u16(), 400 | 401), "bit {bit}");
    }
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));
}

// LOGIN-20, B05, B06, B07, B08, X61
#[tokio::test]
async fn a_state_is_good_for_ten_minutes_and_for_secrets_that_are_kept() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    app.clock.advance(Duration::from_secs(600));
    let token = app.platform.id_token(&request, NOW + 600).sign();
    assert_eq!(
        code(&browser.launch(&request, &token).await),
        "state_expired"
    );

    let request = browser.log_in(&app.platform).await.unwrap();
    app.clock.set_wall_unix(NOW + 300);
    let token = app.platform.id_token(&request, NOW + 300).sign();
    assert_eq!(
        code(&browser.launch(&request, &token).await),
        "state_invalid"
    );

    let old = App::with(|builder| builder.login_secret(secret(1)).allow_volatile_store(true));
    let request = old.browser().log_in(&old.platform).await.unwrap();
    for (previous, status) in [(1, 200), (3, 401)] {
        let mut login = old.browser();
        let request_again = login.log_in(&old.platform).await.unwrap();
        let new = App::with(|builder| {
            builder
                .login_secret(secret(2))
                .add_previous_login_secret(secret(previous))
                .allow_volatile_store(true)
        });
        let mut browser = new.browser();
        *browser.cookies() = login.cookies().clone();
        let token = new.platform.id_token(&request_again, NOW).sign();
        assert_eq!(
            browser.launch(&request_again, &token).await.status(),
            status
        );
    }
    drop(request);
}

// LAUNCH-22, LAUNCH-66, B09, B10, B11
#[tokio::test]
async fn a_token_of_another_login_or_registration_is_refused() {
    let same_issuer = Platform::new("https://lms.test", "tool-2");
    let other = Platform::new("https://other.test", "tool-3");
    let (two, three) = (same_issuer.clone(), other.clone());
    let app = App::with(move |builder| {
        let ours = Platform::new("https://lms.test", "tool-1");
        let all = [
            ours.registration(),
            two.registration(),
            three.registration(),
        ];
        builder.registrations(tower_lti::registration::Registrations::new(all).unwrap())
    });
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let second = browser.log_in(&app.platform).await.unwrap();
    for token in [
        app.platform.id_token(&second, NOW).sign(),
        same_issuer.id_token(&request, NOW).sign(),
        other.id_token(&request, NOW).sign(),
    ] {
        assert_eq!(
            code(&browser.launch(&request, &token).await),
            "token_rejected"
        );
    }
    assert_eq!(app.store.nonce_count(), 0);
    for request in [request, second] {
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
    }
}

// LAUNCH-61, LAUNCH-68, R05: while a token would be accepted, its nonce is remembered
#[tokio::test]
async fn a_replay_is_refused_for_as_long_as_the_token_lives() {
    for second in (0..1_000).step_by(7) {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let cookies = browser.cookies().clone();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
        app.clock.advance(Duration::from_secs(second));
        *browser.cookies() = cookies;
        let status = browser.launch(&request, &token).await.status().as_u16();
        assert_eq!(
            status,
            if second < 360 { 409 } else { 401 },
            "after {second} s"
        );
    }
}

// X59
#[tokio::test]
async fn a_state_from_before_a_volatile_store_began_is_refused() {
    let fixed = |builder: tower_lti::LtiToolBuilder| {
        builder.login_secret(secret(1)).allow_volatile_store(true)
    };
    let before = App::with(fixed);
    let mut browser = before.browser();
    let request = browser.log_in(&before.platform).await.unwrap();
    let after = App::with(|builder| {
        let later = tower_lti::testing::TestClock::at_unix(NOW + 5);
        fixed(builder).clock(later)
    });
    let mut again = after.browser();
    *again.cookies() = browser.cookies().clone();
    let token = after.platform.id_token(&request, NOW).sign();
    assert_eq!(code(&again.launch(&request, &token).await), "state_expired");
}
