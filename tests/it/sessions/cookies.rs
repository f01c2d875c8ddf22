//! The cookie of a session: its attributes, its bounds, and what it is no good for.

use std::collections::BTreeSet;

use http::header;
use tower_lti::{
    claims::names,
    error::LtiErrorKind::{SessionCookieMissing, SessionForged},
};

use crate::{
    app::App,
    sessions::{
        kind,
        visitor::{PREFIX, Visitor},
    },
};

/// How many bytes the session cookies take in a `Cookie` header.
fn bytes(visitor: &mut Visitor) -> usize {
    let cookies = visitor.browser.cookies().iter();
    let ours = cookies.filter(|(name, _)| name.starts_with(PREFIX));
    ours.map(|(name, value)| format!("{name}={value}; ").len())
        .sum()
}

/// The id that an address carries.
fn id_in(address: &str) -> &str {
    address.split_once("lti_session=").unwrap().1
}

// SESSION-02, COOKIE-01, COOKIE-02, COOKIE-03
#[tokio::test]
async fn a_session_s_cookie_is_kept_in_a_frame_and_for_this_host_alone() {
    let app = App::new();

    let answer = Visitor::of(&app).launch("biology").await;

    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookies: Vec<&str> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    let ours = cookies.iter().filter(|cookie| cookie.starts_with(PREFIX));
    let [cookie] = ours.collect::<Vec<_>>()[..] else {
        panic!("one cookie: {cookies:?}");
    };
    let attributes: BTreeSet<&str> = cookie.split("; ").skip(1).collect();
    let expected = [
        "HttpOnly",
        "SameSite=None",
        "Partitioned",
        "Secure",
        "Path=/",
        "Max-Age=43200",
    ];
    assert_eq!(attributes, BTreeSet::from(expected));
    for told in ["user-1", "biology", "lms.test", "dep-1"] {
        assert!(!cookie.contains(told), "{told}: {cookie}");
    }
}

// SESSION-03
#[tokio::test]
async fn a_browser_is_left_with_its_48_latest_sessions() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let mut addresses = Vec::new();
    for course in 0..60 {
        addresses.push(visitor.opens(&format!("course-{course}")).await);
        app.clock.advance(std::time::Duration::from_secs(1));
        visitor.at(app.clock.unix());

        let live = visitor.session_cookies().len();
        assert_eq!(live, 48.min(course + 1), "after course {course}");
        let size = bytes(&mut visitor);
        assert!(size <= 7_600, "{size} bytes after course {course}");
    }
    for (course, address) in addresses.iter().enumerate() {
        let answer = visitor.get(address).await;
        if course < 60 - 48 {
            assert_eq!(kind(&answer), Some(SessionCookieMissing), "{course}");
        } else {
            assert_eq!(
                crate::app::body(&answer)["course"],
                format!("course-{course}")
            );
        }
    }
}

// SESSION-03
#[tokio::test]
async fn session_cookies_stay_under_their_bytes_with_the_longest_names_there_are() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let long = "9".repeat(600);
    for other in 0..15 {
        let name = format!("{PREFIX}0000000{other:x}AAAAAAAA");
        visitor.browser.cookies().insert(name, long.clone());
    }

    let address = visitor.opens("biology").await;

    assert!(bytes(&mut visitor) <= 7_600);
    assert_eq!(visitor.sees(&address).await["course"], "biology");
    let kept = visitor.session_cookies();
    assert!(
        !kept.contains(&format!("{PREFIX}00000000AAAAAAAA")),
        "the oldest first"
    );
}

// SESSION-04
#[tokio::test]
async fn a_public_id_opens_nothing_in_another_browser() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let mut stranger = Visitor::of(&app);
    let own = stranger.opens("history").await;

    let refused = stranger.get(&address).await;

    assert_eq!(refused.status(), 401);
    assert_eq!(crate::app::code(&refused), "session_foreign");
    assert_eq!(kind(&refused), Some(SessionCookieMissing));
    assert_eq!(stranger.sees(&own).await["course"], "history");
}

// SESSION-07
#[tokio::test]
async fn a_cookie_that_was_altered_or_cut_opens_nothing() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let [name] = &visitor.session_cookies()[..] else {
        panic!("one cookie");
    };
    let value = visitor.browser.cookies()[name].clone();
    let mut altered: Vec<String> = (0..value.len())
        .map(|at| {
            let other = if &value[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &value[..at], &value[at + 1..])
        })
        .collect();
    altered.extend((0..value.len()).map(|end| value[..end].to_owned()));
    altered.extend(["A", "AAAA", "."].map(|more| format!("{value}{more}")));

    for other in altered {
        visitor
            .browser
            .cookies()
            .insert(name.clone(), other.clone());
        for address in [&*address, "/course"] {
            let refused = visitor.get(address).await;
            assert_eq!(kind(&refused), Some(SessionForged), "{other}");
            assert_eq!(refused.status(), 401);
        }
    }

    visitor.browser.cookies().insert(name.clone(), value);
    assert_eq!(visitor.sees(&address).await["course"], "biology");
}

// SESSION-07
#[tokio::test]
async fn two_cookies_that_were_swapped_open_nothing() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let history = visitor.opens("history").await;
    let names = [&biology, &history].map(|address| format!("{PREFIX}{}", id_in(address)));
    let cookies = visitor.browser.cookies();
    let values = [1, 0].map(|other: usize| cookies[&names[other]].clone());
    cookies.extend(names.into_iter().zip(values));

    for address in [&biology, &history] {
        let refused = visitor.get(address).await;
        assert_eq!(kind(&refused), Some(SessionForged), "{address}");
    }
}

// SESSION-07
#[tokio::test]
async fn a_cookie_that_came_twice_counts_for_none() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let [name] = &visitor.session_cookies()[..] else {
        panic!("one cookie");
    };
    let value = visitor.browser.cookies()[name].clone();
    for twice in [
        format!("{name}={value}; {name}={value}"),
        format!("{name}={value}; {name}=planted"),
        format!("{name}=planted; {name}={value}"),
    ] {
        for address in [&*address, "/course"] {
            let request = http::Request::get(address)
                .header(header::COOKIE, &*twice)
                .header(header::ACCEPT, "application/json")
                .body(http_body_util::Full::default())
                .unwrap();
            let refused = visitor.browser.send_raw_launch(request).await;
            assert_eq!(kind(&refused), Some(SessionCookieMissing), "{twice}");
        }
    }
}

// SESSION-07
#[tokio::test]
async fn a_cookie_without_its_prefix_or_of_another_kind_is_no_session() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    visitor.opens("biology").await;
    let [name] = &visitor.session_cookies()[..] else {
        panic!("one cookie");
    };
    let value = visitor.browser.cookies().remove(name).unwrap();
    for other in [
        name.trim_start_matches("__Host-").to_owned(),
        name.replace("-session-", "-s-"),
        name.to_lowercase(),
    ] {
        visitor.browser.cookies().clear();
        visitor
            .browser
            .cookies()
            .insert(other.clone(), value.clone());
        let refused = visitor.get("/course").await;
        assert_eq!(crate::app::code(&refused), "launch_required", "{other}");
    }
}

// SESSION-16
#[tokio::test]
async fn pages_of_a_session_are_kept_by_no_cache_and_tell_other_sites_no_path() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let launched = visitor.launch("biology").await;
    let address = crate::sessions::visitor::location(&launched);
    let shown = visitor.get(&address).await;
    for answer in [&launched, &shown] {
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers()[header::REFERRER_POLICY], "strict-origin");
    }

    let said = [
        ("x-cache", "private, max-age=60"),
        ("x-referrer", "same-origin"),
    ];
    let own = visitor.send(http::Method::GET, &address, &said).await;

    assert_eq!(own.headers()[header::CACHE_CONTROL], "private, max-age=60");
    assert_eq!(own.headers()[header::REFERRER_POLICY], "same-origin");
}

// SESSION-15
#[tokio::test]
async fn a_launch_that_is_answered_with_an_error_leaves_no_session() {
    for status in ["400", "403", "500", "503"] {
        let app = App::new();
        let mut visitor = Visitor::of(&app);
        let answer = visitor
            .launch_as("user-1", "biology", &[("x-answer", status)])
            .await;

        assert_eq!(answer.status().as_str(), status);
        assert!(visitor.session_cookies().is_empty(), "{status}");
        let address = crate::sessions::visitor::location(&answer);
        assert_eq!(address, "/course", "{status}");
    }
}

// SESSION-03: what is done about them grows with their number, and no faster
#[tokio::test]
async fn thousands_of_cookies_cost_no_more_than_a_browser_s_and_open_nothing() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    visitor.opens("biology").await;
    let own = visitor.browser.cookies().clone();
    let own: Vec<String> = own
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let tool = crate::sessions::tool_of(&app.tool);
    let ask = async |many: u32, address: &str| {
        let mut cookies = own.clone();
        cookies.extend((0..many).map(|number| format!("{PREFIX}{number}=")));
        let request = http::Request::get(address)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT, "application/json")
            .body(http_body_util::Full::default())
            .unwrap();
        let began = std::time::Instant::now();
        let answer = tower::ServiceExt::oneshot(tool.clone(), request).await;
        (answer.unwrap().status().as_u16(), began.elapsed())
    };

    let mut fastest = std::time::Duration::MAX;
    for _ in 0..3 {
        let (status, took) = ask(20_000, "/open").await;
        assert_eq!(status, 200);
        fastest = fastest.min(took);
    }

    // Comparing each with each takes half a minute.
    assert!(fastest.as_secs() < 2, "{fastest:?}");
    assert_eq!(ask(199, "/course").await.0, 200);
    assert_eq!(ask(200, "/course").await.0, 401);
}

// SESSION-03, COOKIE-02: a page of links in frames, with ids as long as Canvas's
#[tokio::test]
async fn the_frames_of_one_page_keep_a_session_each() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let mut logins = Vec::new();
    for _ in 0..40 {
        logins.push(visitor.browser.log_in(&visitor.platform).await.unwrap());
    }
    let deployment = format!("1234567:{}", "f".repeat(40));
    let mut addresses = Vec::new();
    for (frame, login) in logins.iter().enumerate() {
        let token = visitor.platform.id_token(login, app.clock.unix());
        let token = token
            .claim(names::DEPLOYMENT_ID, &*deployment)
            .claim(names::CONTEXT, serde_json::json!({"id": frame.to_string()}));
        let answer = visitor.browser.launch(login, &token.sign()).await;
        addresses.push(crate::sessions::visitor::location(&answer));
    }

    for (frame, address) in addresses.iter().enumerate() {
        let seen = visitor.sees(address).await;
        assert_eq!(seen["course"], frame.to_string());
        assert_eq!(seen["deployment"], deployment);
    }
}
