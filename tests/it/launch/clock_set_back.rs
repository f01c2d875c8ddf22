//! A machine's time of day that is set back while the tool runs.

use std::time::Duration;

use http::{Response, StatusCode};
use tower_lti::{
    MemoryStore,
    error::{LtiError, LtiErrorKind},
    testing::TestClock,
};

use crate::app::{App, NOW};

fn kind<B>(answer: &Response<B>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

// X66: for as long as the token could seem good by the time of day, its nonce is remembered, or the
// login is known to be over
#[tokio::test]
async fn a_used_launch_is_not_let_in_again_whenever_and_however_far_the_time_is_set_back() {
    for back in [30, 61, 100, 300, 600, 3_000] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let cookies = browser.cookies().clone();
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), StatusCode::OK);

        app.clock.advance(Duration::from_secs(20));
        app.clock.set_wall_unix(NOW + 20 - back);
        for _ in 0..500 {
            app.clock.advance(Duration::from_secs(10));
            browser.cookies().clone_from(&cookies);
            let status = browser.launch(&request, &token).await.status().as_u16();
            assert!(matches!(status, 401 | 409), "{back} s back: {status}");
        }
        assert_eq!(app.calls(), 1);
    }
}

#[tokio::test]
async fn a_login_is_over_after_ten_minutes_even_where_the_time_of_day_says_less() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    app.clock.advance(Duration::from_secs(600));
    app.clock.set_wall_unix(NOW + 300);
    let token = app.platform.id_token(&request, NOW + 300).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(kind(&answer), Some(LtiErrorKind::StateExpired));
}

#[tokio::test]
async fn a_time_set_back_after_the_start_keeps_nobody_out() {
    for back in [1, 59, 3_600] {
        let app = App::new();
        app.clock.set_wall_unix(NOW - back);
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW - back).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(kind(&answer), None, "{back} s back");
    }
}

// X67
#[tokio::test]
async fn an_hour_ahead_and_back_again_all_is_as_before() {
    let app = App::new();
    let mut browser = app.browser();
    let early = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&early, NOW).sign();
    app.clock.set_wall_unix(NOW + 3_600);
    let answer = browser.launch(&early, &token).await;
    assert_eq!(kind(&answer), Some(LtiErrorKind::StateExpired));
    app.clock.set_wall_unix(NOW);
    assert_eq!(
        browser.launch(&early, &token).await.status(),
        StatusCode::OK
    );

    let late = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&late, NOW).sign();
    assert_eq!(browser.launch(&late, &token).await.status(), StatusCode::OK);
    assert_eq!(app.platform.fetches(), 1);
}

/// Another instance's count of time says nothing here: what is left is the time of day.
#[tokio::test]
async fn a_login_of_another_instance_is_measured_by_the_time_of_day() {
    let secret =
        || tower_lti::LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
    let shared = MemoryStore::default();
    let [first, second] = [0, 1_000_000].map(|uptime| {
        let clock = TestClock::at_unix(NOW - uptime);
        clock.advance(Duration::from_secs(uptime));
        App::with(|builder| {
            builder
                .clock(clock.clone())
                .store(shared.clone())
                .login_secret(secret())
                .insecure_allow_volatile_store()
        })
    });
    for (one, other) in [(&first, &second), (&second, &first)] {
        let mut login = one.browser();
        let request = login.log_in(&one.platform).await.unwrap();
        let mut launch = other.browser();
        launch.cookies().clone_from(login.cookies());
        let token = other.platform.id_token(&request, NOW).sign();
        assert_eq!(kind(&launch.launch(&request, &token).await), None);
    }
}
