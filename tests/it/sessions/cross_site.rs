//! Requests that change something, from pages of other sites (cross-site request forgery).

use http::Method;
use tower_lti::error::LtiErrorKind::CrossSiteRequest;

use crate::{
    app::App,
    sessions::{
        kind,
        visitor::{ORIGIN, Visitor},
    },
};

// SESSION-12
#[tokio::test]
async fn what_another_site_has_a_browser_send_does_not_reach_the_handler() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let save = address.replace("course", "save");
    visitor.post(&save, "\"mine\"").await;
    for (headers, is_let_in) in [
        (vec![("origin", ORIGIN)], true),
        (vec![("sec-fetch-site", "same-origin")], true),
        (
            vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
            true,
        ),
        (
            vec![("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
            true,
        ),
        (vec![], false),
        (vec![("origin", "null")], false),
        (vec![("origin", "https://evil.test")], false),
        (vec![("origin", "https://tool.test.evil.test")], false),
        (vec![("origin", "http://tool.test")], false),
        (vec![("origin", "https://tool.test:8443")], false),
        (vec![("origin", "https://lms.test")], false),
        (
            vec![("origin", ORIGIN), ("origin", "https://evil.test")],
            false,
        ),
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("sec-fetch-site", "same-site")], false),
        (vec![("sec-fetch-site", "none")], false),
        (
            vec![
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-origin"),
            ],
            false,
        ),
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for address in [&*address, "/course"] {
                let answer = visitor.send(method.clone(), address, &headers).await;
                let expected = (!is_let_in).then_some(CrossSiteRequest);
                assert_eq!(kind(&answer), expected, "{method} {headers:?}");
                assert_eq!(answer.status(), if is_let_in { 200 } else { 403 });
            }
        }
    }

    assert_eq!(visitor.sees(&address).await["data"], "mine");
}

// SESSION-12
#[tokio::test]
async fn with_several_sessions_nothing_is_let_in_that_would_not_be_with_one() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let history = visitor.opens("history").await;
    visitor
        .post(&biology.replace("course", "sign-out"), "")
        .await;
    let name = format!("__Host-lti-session-{}", biology.split_once('=').unwrap().1);
    visitor.browser.cookies().insert(name, "dead".to_owned());

    let forged = visitor.send(Method::POST, "/course", &[]).await;
    let own = visitor.post("/course", "").await;

    assert_eq!(kind(&forged), Some(CrossSiteRequest));
    assert_eq!(crate::app::body(&own)["course"], "history", "{own:?}");
    visitor.sees(&history).await;
}

// SESSION-12
#[tokio::test]
async fn what_changes_nothing_and_what_has_no_session_is_not_looked_at() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let elsewhere = [
        ("origin", "https://evil.test"),
        ("sec-fetch-site", "cross-site"),
    ];
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        let answer = visitor.send(method.clone(), &address, &elsewhere).await;
        assert_eq!(answer.status(), 200, "{method}");
    }
    visitor.browser.cookies().clear();

    let answer = visitor.send(Method::POST, "/open", &elsewhere).await;

    assert_eq!(answer.status(), 200);
}

// SESSION-12: a handshake is a GET, and what it opens is held to no CORS
#[tokio::test]
async fn a_connection_is_opened_by_pages_of_the_tool_s_own_alone() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let handshakes = [
        vec![
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("sec-fetch-mode", "websocket"),
        ],
        vec![("upgrade", "WebSocket")],
        vec![("upgrade", "h2c, websocket")],
        vec![("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")],
        vec![("sec-fetch-mode", "websocket")],
    ];
    let senders = [
        (vec![("origin", ORIGIN)], true),
        (
            vec![("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
            true,
        ),
        (vec![("origin", "https://evil.test")], false),
        (
            vec![
                ("origin", "https://evil.test"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        ),
        (vec![("origin", "null")], false),
        (vec![], false),
    ];
    for handshake in &handshakes {
        for (sender, is_let_in) in &senders {
            let headers = [&handshake[..], &sender[..]].concat();
            for address in [&*address, "/socket"] {
                let answer = visitor.send(Method::GET, address, &headers).await;
                let expected = (!is_let_in).then_some(CrossSiteRequest);
                assert_eq!(kind(&answer), expected, "{headers:?}");
            }
        }
    }
    let other = [
        ("upgrade", "h2c"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-mode", "navigate"),
    ];
    let answer = visitor.send(Method::GET, &address, &other).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    // HTTP/2 opens one by a method.
    let elsewhere = [("origin", "https://evil.test")];
    let answer = visitor.send(Method::CONNECT, &address, &elsewhere).await;
    assert_eq!(kind(&answer), Some(CrossSiteRequest));
}
