//! How long a session lasts.

use std::time::Duration;

use http::header;
use tower_lti::{
    error::LtiErrorKind::{SessionAmbiguous, SessionOver},
    tool::Limits,
};

use crate::{
    app::App,
    sessions::{kind, visitor::Visitor},
};

const MINUTE: Duration = Duration::from_secs(60);

fn app(change: impl FnOnce(Limits) -> Limits) -> App {
    App::with(|builder| builder.limits(change(Limits::default())))
}

// SESSION-10
#[tokio::test]
async fn a_session_is_over_once_it_was_not_used_for_two_hours() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    for _ in 0..3 {
        app.clock.advance(119 * MINUTE);
        visitor.sees(&address).await;
    }

    app.clock.advance(120 * MINUTE);

    let refused = visitor.get(&address).await;
    assert_eq!(kind(&refused), Some(SessionOver));
    assert_eq!(refused.status(), 401);
}

// SESSION-10
#[tokio::test]
async fn a_session_is_over_twelve_hours_after_its_launch_however_much_it_is_used() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    for _ in 0..11 {
        app.clock.advance(60 * MINUTE);
        visitor.sees(&address).await;
    }
    app.clock.advance(60 * MINUTE - Duration::from_millis(1));
    visitor.sees(&address).await;

    app.clock.advance(Duration::from_millis(1));

    assert_eq!(kind(&visitor.get(&address).await), Some(SessionOver));
    // Nor does data that is kept make it last longer.
    assert_eq!(kind(&visitor.get(&address).await), Some(SessionOver));
}

// SESSION-10
#[tokio::test]
async fn lifetimes_are_set_and_bounded() {
    let app = app(|limits| {
        let limits = limits.session_lifetime(30 * MINUTE);
        limits.session_idle_timeout(5 * MINUTE)
    });
    let mut visitor = Visitor::of(&app);
    let answer = visitor.launch("biology").await;
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    assert!(cookies.any(|cookie| cookie.contains("Max-Age=1800")));
    let address = crate::sessions::visitor::location(&answer);
    app.clock.advance(4 * MINUTE);
    visitor.sees(&address).await;
    app.clock.advance(5 * MINUTE);
    assert_eq!(kind(&visitor.get(&address).await), Some(SessionOver));

    for (given, most) in [(Duration::MAX, 7 * 24 * 60), (Duration::ZERO, 1)] {
        let app = self::app(|limits| {
            let limits = limits.session_lifetime(given);
            limits.session_idle_timeout(Duration::MAX)
        });
        let mut visitor = Visitor::of(&app);
        let address = visitor.opens("biology").await;
        app.clock.advance(most * MINUTE - Duration::from_millis(1));
        visitor.sees(&address).await;
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(kind(&visitor.get(&address).await), Some(SessionOver));
    }
}

// SESSION-10: a limit that was lowered counts for sessions that were there before, and a higher one does not
#[tokio::test]
async fn the_shorter_of_two_instances_lifetimes_counts() {
    let long = App::over(tower_lti::MemoryStore::default(), |builder, _| builder);
    let short = App::over(long.store.clone(), |builder, _| {
        builder.limits(Limits::default().session_lifetime(10 * MINUTE))
    });
    let mut there = Visitor::of(&long);
    let begun_long = there.opens("biology").await;
    let mut here = Visitor::of(&short);
    let begun_short = here.opens("history").await;
    here.browser
        .cookies()
        .extend(there.browser.cookies().clone());
    *there.browser.cookies() = here.browser.cookies().clone();
    for app in [&long, &short] {
        app.clock.advance(11 * MINUTE);
    }

    assert_eq!(there.get(&begun_long).await.status(), 200);
    for address in [&begun_long, &begun_short] {
        assert_eq!(kind(&here.get(address).await), Some(SessionOver));
    }
    assert_eq!(kind(&there.get(&begun_short).await), Some(SessionOver));
}

// SESSION-10: a page that polls without saying which it means keeps none of them
#[tokio::test]
async fn of_several_sessions_none_is_kept_for_longer_but_the_one_that_is_taken() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    for course in ["biology", "history"] {
        visitor.opens(course).await;
    }
    for _ in 0..3 {
        app.clock.advance(30 * MINUTE);
        assert_eq!(kind(&visitor.get("/course").await), Some(SessionAmbiguous));
    }
    app.clock.advance(30 * MINUTE);
    assert_eq!(kind(&visitor.get("/course").await), Some(SessionOver));

    visitor.at(app.clock.unix());
    visitor.opens("physics").await;
    for _ in 0..3 {
        app.clock.advance(90 * MINUTE);
        assert_eq!(visitor.sees("/course").await["course"], "physics");
    }
}
