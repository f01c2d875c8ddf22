//! What a handle is good for, and for whom.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Response, header};
use tower_lti::{
    LoginSecret, MemoryStore,
    claims::names,
    error::LtiErrorKind::{
        self, DeepLinkingHandleExpired, DeepLinkingHandleForeign, DeepLinkingHandleForged,
    },
    testing::LaunchContextBuilder,
    tool::Limits,
};

use super::picker::{self, Picker, app_over, request, settings};
use crate::{
    app::{App, NOW},
    connected::tool_key,
};

const MINUTE: Duration = Duration::from_secs(60);

fn refused<S>(app: &App<S>, picker: &Picker) -> Option<LtiErrorKind> {
    let opened = picker.opened(&app.tool);
    opened.err().map(|error| error.kind())
}

// DL-08, ADV-89
#[tokio::test]
async fn no_handle_is_made_for_a_browser_that_keeps_no_cookies() {
    let app = picker::app();
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
        .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
        .claim(names::DEEP_LINKING_SETTINGS, settings())
        .without_cookies()
        .build();
    let request = launch.deep_linking_request().unwrap();

    let refused = request.handle(&app.tool, &HeaderMap::new()).unwrap_err();

    assert_eq!(refused.kind(), LtiErrorKind::CookiesNeeded);
    assert_eq!(refused.code().as_str(), "cookie_missing");
    assert!(refused.remedy().contains("in a new window"));
    let secret = "a session's secret of its own";
    assert!(request.handle_for_session(&app.tool, secret).is_ok());
}

// DL-08, ADV-74, S22
#[tokio::test]
async fn a_handle_brings_back_what_the_launch_said_and_tells_it_to_nobody() {
    let app = picker::app();
    let request = request(&app).await;
    let handle = request.handle(&app.tool, &HeaderMap::new()).unwrap();
    assert_eq!(format!("{handle:?}"), "DeepLinkingHandle(..)");
    let picker = Picker::shown(handle, &HeaderMap::new());

    let opened = picker.opened(&app.tool).unwrap();

    assert_eq!(opened.deployment(), request.launch().deployment().key());
    assert_eq!(opened.user(), Some("user-1"));
    assert_eq!(opened.settings(), request.settings());
    let data = settings()["data"].as_str().unwrap().to_owned();
    assert_eq!(opened.settings().data(), Some(&*data));
    let bytes = URL_SAFE_NO_PAD.decode(&picker.handle).unwrap();
    let (_, secret) = picker.cookie().split_once('=').unwrap();
    for told in [
        "user-1", "lms.test", "tool-1", "dep-1", "opaque", "link", secret,
    ] {
        let is_told = bytes
            .windows(told.len())
            .any(|part| part == told.as_bytes());
        assert!(!is_told, "{told}");
    }
    let shown = format!("{opened:?} {request:?}");
    let shown = format!("{shown} {:?}", opened.respond());
    for told in ["user-1", "opaque", "lms.test/return"] {
        assert!(!shown.contains(told), "{told}: {shown}");
    }
}

// ADV-74
#[tokio::test]
async fn a_handle_s_cookie_is_kept_in_a_frame_and_for_this_host_alone() {
    let app = picker::app();
    let handle = request(&app)
        .await
        .handle(&app.tool, &HeaderMap::new())
        .unwrap();

    let page = handle.with_cookie(Response::new(()));

    let cookies: Vec<&HeaderValue> = page.headers().get_all(header::SET_COOKIE).iter().collect();
    let [cookie] = cookies[..] else {
        panic!("one cookie: {cookies:?}");
    };
    let attributes: BTreeSet<&str> = cookie.to_str().unwrap().split("; ").skip(1).collect();
    assert!(cookie.to_str().unwrap().starts_with("__Host-lti-d-"));
    let expected = [
        "HttpOnly",
        "SameSite=None",
        "Partitioned",
        "Secure",
        "Path=/",
        "Max-Age=3600",
    ];
    assert_eq!(attributes, BTreeSet::from(expected));
}

// S22
#[tokio::test]
async fn a_handle_that_was_altered_or_cut_is_none() {
    let app = picker::app();
    let picker = Picker::open(&app).await;
    let text = &picker.handle;
    let mut altered: Vec<String> = (0..text.len())
        .map(|at| {
            let other = if &text[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &text[..at], &text[at + 1..])
        })
        .collect();
    altered.extend((0..text.len()).map(|end| text[..end].to_owned()));
    altered.extend(["A", "AAAA", "=", " ", ".", "%00"].map(|more| format!("{text}{more}")));
    altered.push(format!("{text}{text}"));
    altered.push("A".repeat(1_000_000));

    for handle in altered {
        let edited = Picker {
            handle,
            headers: picker.headers.clone(),
        };
        assert_eq!(refused(&app, &edited), Some(DeepLinkingHandleForged));
    }

    assert_eq!(refused(&app, &picker), None);
}

// S22
#[tokio::test]
async fn what_the_tool_has_sealed_or_signed_for_something_else_is_no_handle() {
    let app = picker::app();
    let mut person = crate::onboarding::Person::arrives(&app, crate::onboarding::with_resume).await;
    let login = person.browser.log_in(&app.platform).await.unwrap();
    let picker = Picker::open(&app).await;
    let request = request(&app).await;
    let in_session = request
        .handle_for_session(&app.tool, "a session's secret")
        .unwrap();
    for (what, handle) in [
        ("a ticket", person.ticket.clone()),
        ("a state", login.state().to_owned()),
        ("a session's handle", in_session),
        ("nothing", String::new()),
    ] {
        let headers = picker.headers.clone();
        let kind = refused(&app, &Picker { handle, headers });
        assert_eq!(kind, Some(DeepLinkingHandleForged), "{what}");
    }

    let ticket = app
        .tool
        .open_onboarding_ticket(&picker.handle, &picker.headers);
    assert_eq!(ticket.unwrap_err().kind(), LtiErrorKind::TicketForged);
    let launch = request.launch();
    let opened =
        app.tool
            .open_deep_linking_in_session(&picker.handle, launch, "a session's secret");
    assert_eq!(opened.unwrap_err().kind(), DeepLinkingHandleForged);
}

// S22, ADV-74
#[tokio::test]
async fn every_instance_with_the_secret_opens_a_handle_and_no_other_tool_does() {
    let secret = |text: &str| LoginSecret::from_bytes(text.as_bytes().to_vec()).unwrap();
    let store = MemoryStore::default();
    let first = app_over(store.clone());
    let picker = Picker::open(&first).await;

    assert_eq!(refused(&app_over(store.clone()), &picker), None);
    for (previous, expected) in [
        (Some("a secret that only tests may know"), None),
        (None, Some(DeepLinkingHandleForged)),
    ] {
        let rotated = App::over(store.clone(), |mut builder, _| {
            if let Some(previous) = previous {
                builder = builder.add_previous_login_secret(secret(previous));
            }
            builder
                .login_secret(secret("another secret that only tests may know"))
                .tool_keys(tool_key())
        });
        assert_eq!(refused(&rotated, &picker), expected);
    }
    // Its own secret, which nobody was told.
    let other = picker::app();
    assert_eq!(refused(&other, &picker), Some(DeepLinkingHandleForged));
}

// S22, S24, ADV-74
#[tokio::test]
async fn a_handle_is_for_the_browser_that_it_was_made_for() {
    let app = picker::app();
    let (mine, other) = (Picker::open(&app).await, Picker::open(&app).await);
    let (name, secret) = mine.cookie().split_once('=').unwrap();
    let (_, others) = other.cookie().split_once('=').unwrap();
    for (what, cookies) in [
        ("no cookie", String::new()),
        ("another's cookie", other.cookie().to_owned()),
        (
            "another's secret under this name",
            format!("{name}={others}"),
        ),
        ("the secret under another name", format!("{name}x={secret}")),
        ("no secret", format!("{name}=")),
        (
            "the secret twice",
            format!("{name}={secret}; {name}={secret}"),
        ),
        ("a planted one before", format!("{name}=x; {name}={secret}")),
        ("a planted one behind", format!("{name}={secret}; {name}=x")),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.parse().unwrap());
        let handle = mine.handle.clone();
        let kind = refused(&app, &Picker { handle, headers });
        assert_eq!(kind, Some(DeepLinkingHandleForeign), "{what}");
    }
    let mut twice = mine.headers.clone();
    twice.append(header::COOKIE, twice[header::COOKIE].clone());
    let handle = mine.handle.clone();
    let kind = refused(
        &app,
        &Picker {
            handle,
            headers: twice,
        },
    );
    assert_eq!(kind, Some(DeepLinkingHandleForeign), "in two headers");

    assert_eq!(refused(&app, &mine), None);
}

// DL-08, ADV-74
#[tokio::test]
async fn two_pickers_in_two_tabs_do_not_meet_and_a_browser_keeps_sixteen() {
    let app = picker::app();
    let mut headers = HeaderMap::new();
    let mut pickers = Vec::new();
    for number in 0..17 {
        app.clock.advance(Duration::from_secs(1));
        let request =
            picker::request_of(&app, |token| token.claim("sub", format!("user-{number}"))).await;
        let picker = Picker::shown(request.handle(&app.tool, &headers).unwrap(), &headers);
        headers = picker.headers.clone();
        pickers.push(picker.handle);
    }

    let kinds = pickers.iter().enumerate().map(|(number, handle)| {
        let (handle, headers) = (handle.clone(), headers.clone());
        let opened = Picker { handle, headers }.opened(&app.tool);
        opened.map(|opened| assert_eq!(opened.user(), Some(&*format!("user-{number}"))))
    });
    let kinds: Vec<_> = kinds
        .map(|opened| opened.map_err(|error| error.kind()))
        .collect();

    assert_eq!(
        kinds[0],
        Err(DeepLinkingHandleForeign),
        "the oldest made room"
    );
    assert_eq!(kinds[1..], [Ok(()); 16]);
}

// S22
#[tokio::test]
async fn a_handle_is_good_for_an_hour_or_as_long_as_the_tool_says() {
    let quarter = Limits::default().deep_linking_lifetime(15 * MINUTE);
    let none = Limits::default().deep_linking_lifetime(Duration::ZERO);
    for (limits, lasts) in [
        (Limits::default(), 60 * MINUTE),
        (quarter, 15 * MINUTE),
        (none, Duration::from_secs(1)),
    ] {
        let app = App::with(|builder| builder.tool_keys(tool_key()).limits(limits));
        let picker = Picker::open(&app).await;
        app.clock.advance(lasts - Duration::from_millis(1));
        let opened = picker.opened(&app.tool).unwrap();
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(refused(&app, &picker), Some(DeepLinkingHandleExpired));
        let signed = opened.respond().sign().await;
        assert_eq!(
            signed.unwrap_err().kind(),
            DeepLinkingHandleExpired,
            "while it was open"
        );
    }
}

// S22
#[tokio::test]
async fn a_clock_that_is_set_makes_no_handle_last_longer() {
    let app = picker::app();
    let picker = Picker::open(&app).await;
    app.clock.advance(30 * MINUTE);
    app.clock.set_wall_unix(NOW);
    assert_eq!(refused(&app, &picker), None);
    app.clock.advance(30 * MINUTE);
    app.clock.set_wall_unix(NOW);
    assert_eq!(refused(&app, &picker), Some(DeepLinkingHandleExpired));

    // Another instance's clock is behind: by no more than clocks may differ.
    let store = MemoryStore::default();
    let (ahead, behind) = (app_over(store.clone()), app_over(store));
    let picker = Picker::open(&ahead).await;
    for (seconds, expected) in [(60, None), (61, Some(DeepLinkingHandleForged))] {
        behind.clock.set_wall_unix(NOW - seconds);
        assert_eq!(refused(&behind, &picker), expected, "{seconds}");
    }
}
