//! Handles: sessions where the browser keeps no cookies.

use bytes::Bytes;
use http::{Method, Response, header};
use tower_lti::{
    LaunchContext,
    error::LtiErrorKind::{
        CrossSiteRequest, LaunchRequired, SessionForged, SessionOver, SessionReferencesDiffer,
    },
    testing::LaunchContextBuilder,
};

use crate::{
    app::{App, body},
    sessions::{
        kind,
        visitor::{ORIGIN, PREFIX, Visitor, location, with_launch},
    },
};

async fn launch(app: &App) -> LaunchContext {
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1").without_cookies();
    launch.build_in(&app.store).await
}

/// A launch without cookies, and the answer to it.
async fn launched(app: &App) -> Response<Bytes> {
    with_launch(&app.tool, launch(app).await, &[]).await
}

/// The handle of a new session.
async fn handle(app: &App) -> String {
    let address = location(&launched(app).await);
    address.split_once("lti_session=").unwrap().1.to_owned()
}

// SESSION-08, ADV-89
#[tokio::test]
async fn where_cookies_are_blocked_the_address_carries_a_handle_and_no_cookie_is_set() {
    let app = App::new();

    let answer = launched(&app).await;

    assert_eq!(answer.status(), 303);
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
    assert_eq!(answer.headers()[header::REFERRER_POLICY], "strict-origin");
    let address = location(&answer);
    let handle = address.strip_prefix("/course?lti_session=").unwrap();
    assert!(
        handle.starts_with("ltis_") && handle.len() < 300,
        "{handle}"
    );
    let mut visitor = Visitor::of(&app);
    let seen = visitor.sees(&address).await;
    assert_eq!(seen["handle"], handle);
    assert_eq!(seen["reference"], handle);
    assert_eq!(seen["link"], format!("/next?lti_session={handle}"));
    assert_eq!(seen["without_cookies"], true);
    assert_ne!(seen["id"], handle);
}

// SESSION-08
#[tokio::test]
async fn a_handle_comes_by_the_query_by_the_path_or_by_a_header() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    let bearer = format!("Bearer {handle}");
    for (address, authorization) in [
        (format!("/course?a=b&lti_session={handle}&c=d"), None),
        (format!("/tool/{handle}"), None),
        (format!("/tool/{handle}/pages/2?a=b"), None),
        ("/course".to_owned(), Some(bearer.clone())),
        (
            "/course".to_owned(),
            Some(bearer.replace("Bearer", "bearer")),
        ),
        (format!("/tool/{handle}?lti_session={handle}"), Some(bearer)),
    ] {
        let headers = authorization
            .as_deref()
            .map(|value| ("authorization", value));
        let headers: Vec<_> = headers.into_iter().collect();
        let answer = visitor.send(Method::GET, &address, &headers).await;
        assert_eq!(body(&answer)["sub"], "user-1", "{address}: {answer:?}");
    }
}

// SESSION-08
#[tokio::test]
async fn two_references_that_differ_open_neither() {
    let app = App::new();
    let (one, other) = (handle(&app).await, handle(&app).await);
    let mut visitor = Visitor::of(&app);
    let own = visitor.opens("biology").await;
    let (first, bearer) = (format!("Bearer {one}"), format!("Bearer {other}"));
    for (address, headers) in [
        (
            format!("/course?lti_session={one}&lti_session={other}"),
            vec![],
        ),
        (format!("/tool/{one}?lti_session={other}"), vec![]),
        (format!("/tool/{one}"), vec![("authorization", &*bearer)]),
        (own.clone(), vec![("authorization", &*bearer)]),
        (
            "/course".to_owned(),
            vec![("authorization", &*first), ("authorization", &*bearer)],
        ),
        (
            format!("/tool/{other}"),
            vec![("authorization", &*bearer), ("authorization", &*first)],
        ),
    ] {
        let refused = visitor.send(Method::GET, &address, &headers).await;
        assert_eq!(kind(&refused), Some(SessionReferencesDiffer), "{address}");
        assert_eq!(refused.status(), 400);
    }
    let open = format!("/open?lti_session={one}&lti_session={other}");
    assert_eq!(
        visitor.get(&open).await.status(),
        200,
        "it needs no session"
    );
}

// SESSION-07, S33
#[tokio::test]
async fn a_handle_that_was_altered_or_cut_or_is_something_else_opens_nothing() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    visitor.opens("biology").await;
    let [name] = &visitor.session_cookies()[..] else {
        panic!("one cookie");
    };
    let cookie = visitor.browser.cookies()[name].clone();
    let login = visitor.browser.log_in(&app.platform).await.unwrap();
    let sealed = handle.strip_prefix("ltis_").unwrap();
    let mut others: Vec<String> = (5..handle.len())
        .map(|at| {
            let other = if &handle[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &handle[..at], &handle[at + 1..])
        })
        .collect();
    others.extend((5..handle.len()).map(|end| handle[..end].to_owned()));
    others.extend(["A", "AAAA", "=", ".", "%00"].map(|more| format!("{handle}{more}")));
    others.push(format!("ltis_{cookie}"));
    others.push(format!("ltis_{}", login.state()));
    others.push(sealed.to_owned());
    others.push(handle.to_uppercase());
    others.push("A".repeat(60_000));
    for other in others {
        let refused = visitor.get(&format!("/course?lti_session={other}")).await;
        assert_eq!(kind(&refused), Some(SessionForged), "{other}");
    }
    // And a handle is no cookie's value.
    visitor
        .browser
        .cookies()
        .insert(name.clone(), sealed.to_owned());
    assert_eq!(kind(&visitor.get("/course").await), Some(SessionForged));
    assert_eq!(name.strip_prefix(PREFIX).unwrap().len(), 16);
}

// SESSION-08, SESSION-11
#[tokio::test]
async fn a_handle_dies_at_logout() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    let address = format!("/course?lti_session={handle}");
    visitor.sees(&address).await;

    let ended = visitor
        .post(&format!("/sign-out?lti_session={handle}"), "")
        .await;

    assert_eq!(ended.status(), 200);
    assert!(!ended.headers().contains_key(header::SET_COOKIE));
    for _ in 0..2 {
        let refused = visitor.get(&address).await;
        assert_eq!(kind(&refused), Some(SessionOver));
        assert_eq!(crate::app::code(&refused), "session_over");
    }
}

// SESSION-16
#[tokio::test]
async fn an_address_with_a_handle_goes_to_no_other_site() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    let address = format!("/course?lti_session={handle}");
    for (said, sent) in [
        ("unsafe-url", "strict-origin"),
        ("no-referrer-when-downgrade", "strict-origin"),
        ("origin-when-cross-origin", "strict-origin"),
        ("no-referrer", "no-referrer"),
    ] {
        let headers = [("x-referrer", said)];
        let answer = visitor.send(Method::GET, &address, &headers).await;
        let policies = answer.headers().get_all(header::REFERRER_POLICY).iter();
        assert_eq!(policies.collect::<Vec<_>>(), [sent], "{said}");
    }
}

// SESSION-12
#[tokio::test]
async fn a_handle_changes_something_only_where_nobody_says_that_it_comes_from_elsewhere() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    let address = format!("/page?lti_session={handle}");
    let bearer = format!("Bearer {handle}");
    for (headers, status) in [
        (vec![], 200),
        (vec![("origin", ORIGIN)], 200),
        (vec![("sec-fetch-site", "same-origin")], 200),
        (vec![("origin", "https://evil.test")], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
    ] {
        let answer = visitor.send(Method::POST, &address, &headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
    }
    // No page of another site has a browser send this header by itself.
    let headers = [("authorization", &*bearer), ("origin", "https://evil.test")];
    let answer = visitor.send(Method::POST, "/page", &headers).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_handle_counts_before_the_cookies_of_other_sessions() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    visitor.opens("biology").await;
    visitor.opens("history").await;

    let seen = visitor.sees(&format!("/course?lti_session={handle}")).await;

    assert_eq!(seen["handle"], handle);
}

// SESSION-12: the handle of a link may be the attacker's own
#[tokio::test]
async fn a_handle_in_the_link_of_another_site_opens_nothing() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    visitor.opens("biology").await;
    let bearer = format!("Bearer {handle}");
    for (site, is_let_in) in [
        (None, true),
        (Some("same-origin"), true),
        (Some("none"), true),
        (Some("same-site"), false),
        (Some("cross-site"), false),
    ] {
        let headers: Vec<_> = site
            .map(|site| ("sec-fetch-site", site))
            .into_iter()
            .collect();
        for address in [
            format!("/course?lti_session={handle}"),
            format!("/tool/{handle}"),
        ] {
            let answer = visitor.send(Method::GET, &address, &headers).await;
            let expected = (!is_let_in).then_some(CrossSiteRequest);
            assert_eq!(kind(&answer), expected, "{site:?} {address}");
        }
        let open = format!("/open?lti_session={handle}");
        let answer = visitor.send(Method::GET, &open, &headers).await;
        assert_eq!(answer.status(), 200, "it needs no session");
        let headers = [&headers[..], &[("authorization", &*bearer)]].concat();
        let answer = visitor.send(Method::GET, "/course", &headers).await;
        assert_eq!(kind(&answer), None, "no link sends this header");
    }
}

// SESSION-16: it may be good, where the store is down or another site led there
#[tokio::test]
async fn an_address_with_a_handle_that_was_not_opened_goes_to_no_other_site_either() {
    let app = App::new();
    let (handle, other) = (handle(&app).await, handle(&app).await);
    let mut visitor = Visitor::of(&app);
    let headers = [
        ("x-referrer", "unsafe-url"),
        ("sec-fetch-site", "cross-site"),
    ];
    for address in [
        format!("/open?lti_session={handle}"),
        format!("/open?lti_session={handle}x"),
        format!("/open?lti_session={handle}&lti_session={other}"),
    ] {
        let answer = visitor.send(Method::GET, &address, &headers).await;
        assert_eq!(answer.status(), 200);
        let policy = &answer.headers()[header::REFERRER_POLICY];
        assert_eq!(policy, "strict-origin", "{address}");
    }
}

// SESSION-08: a field of a form that was left empty, as on a page where cookies work
#[tokio::test]
async fn an_empty_reference_is_none() {
    let app = App::new();
    let handle = handle(&app).await;
    let mut visitor = Visitor::of(&app);
    let nothing = visitor.get("/course?lti_session=").await;
    assert_eq!(kind(&nothing), Some(LaunchRequired));
    visitor.opens("biology").await;

    let own = visitor.sees("/course?lti_session=").await;
    let named = format!("/course?lti_session=&lti_session={handle}");
    let named = visitor.sees(&named).await;

    assert_eq!(own["course"], "biology");
    assert_eq!(named["handle"], handle);
}
