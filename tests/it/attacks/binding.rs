//! B: the state, and the browser that it belongs to.

use std::{collections::BTreeSet, marker::PhantomData, time::Duration};

use http::{HeaderValue, header};
use tower_lti::{
    LoginSecret, LtiTool,
    error::LtiErrorKind::{
        self, AudienceMismatch, CookieMismatch, CookieMissing, IssuerMismatch, NonceMismatch,
        SignatureWrong, StateExpired, StateForged, StateFromTheFuture,
    },
    testing::{Platform, TestClock},
};

use super::{Case, World, fields, refused};
use crate::app::{App, NOW, code};

fn secret(byte: u8) -> LoginSecret {
    LoginSecret::from_bytes(format!("secret {byte} that only tests may know")).unwrap()
}

// LAUNCH-20, COOKIE-07, LOGIN-18
#[tokio::test]
async fn a_browser_without_the_one_right_cookie_is_refused() {
    fn name(cookie: &str) -> &str {
        cookie.split_once('=').unwrap().0
    }
    let cookies = |what: &str, cookies: fn(&str) -> String, kind: LtiErrorKind| {
        Case::request(
            what,
            move |good| good.post_with(good.form(&good.token.sign()), &cookies(&good.cookie)),
            kind,
        )
    };
    refused(vec![
        cookies("B01, B03, B25 no cookie", |_| String::new(), CookieMissing),
        cookies(
            "B01 other cookies",
            |_| "session=x; theme=y".into(),
            CookieMissing,
        ),
        cookies(
            "B16 without the prefix",
            |cookie| cookie.trim_start_matches("__Host-").to_owned(),
            CookieMissing,
        ),
        cookies(
            "B16 another prefix",
            |cookie| cookie.replace("__Host-", "__Secure-"),
            CookieMissing,
        ),
        cookies(
            "B16 another case",
            |cookie| cookie.replace("__Host-", "__host-"),
            CookieMissing,
        ),
        cookies(
            "B03 a guess",
            |cookie| format!("{}=guess", name(cookie)),
            CookieMismatch,
        ),
        cookies(
            "B03 empty",
            |cookie| format!("{}=", name(cookie)),
            CookieMismatch,
        ),
        cookies(
            "B25 a bit more",
            |cookie| format!("{cookie}x"),
            CookieMismatch,
        ),
        cookies(
            "B25 a bit less",
            |cookie| cookie[..cookie.len() - 1].to_owned(),
            CookieMismatch,
        ),
        cookies(
            "B16 twice",
            |cookie| format!("{cookie}; {}=tossed", name(cookie)),
            CookieMismatch,
        ),
        cookies(
            "B16 twice the same",
            |cookie| format!("{cookie}; {cookie}"),
            CookieMismatch,
        ),
    ])
    .await;
}

// B16
#[tokio::test]
async fn a_cookie_behind_a_space_that_no_browser_trims_is_not_ours() {
    // To a browser such a name does not begin with `__Host-`, so that any host of the domain may set it.
    let spaces: [&[u8]; 7] = [
        "\u{2003}".as_bytes(),
        "\u{a0}".as_bytes(),
        "\u{85}".as_bytes(),
        "\u{3000}".as_bytes(),
        "\u{feff}".as_bytes(),
        // The same two in one byte each.
        b"\xa0",
        b"\x85",
    ];
    let cases = spaces.map(|space| {
        Case::request(
            format!("B16 {space:x?}"),
            move |good| {
                let mut request = good.launch();
                let cookies = [b"a=b; ", space, good.cookie.as_bytes()].concat();
                let cookies = HeaderValue::from_bytes(&cookies).unwrap();
                request.headers_mut().insert(header::COOKIE, cookies);
                request
            },
            CookieMissing,
        )
    });
    refused(cases.into()).await;
}

// B21: what no browser sends is not answered in kind.
#[tokio::test]
async fn a_flood_of_state_cookies_is_not_answered_with_as_many() {
    let world = World::new().await;
    let mut browser = world.app.browser();
    for number in 0..5_000 {
        let name = format!("__Host-lti-s-{number:08x}");
        browser.cookies().insert(name, "x".to_owned());
    }
    let query = "iss=https%3A%2F%2Flms.test&client_id=tool-1&login_hint=h\
                 &target_link_uri=https%3A%2F%2Ftool.test%2Fapp";

    let answer = browser.get_login(query).await;

    assert_eq!(answer.status(), 303);
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    assert_eq!(cookies.iter().count(), 201);
}

// B02, B03, B11
#[tokio::test]
async fn one_login_does_not_serve_another() {
    let world = World::new().await;
    let mut browser = world.app.browser();
    let platform = &world.app.platform;
    let first = world.good_launch_of(&mut browser, platform).await;
    world.app.clock.advance(Duration::from_secs(1));
    let second = world.good_launch_of(&mut browser, platform).await;
    assert_ne!(first.cookie, second.cookie);
    let form = |good: &super::Good| good.form(&good.token.sign());
    for (what, request, kind) in [
        (
            "B02 the other login's cookie",
            first.post_with(form(&first), &second.cookie),
            CookieMissing,
        ),
        (
            "B11 the other login's nonce",
            first.post(first.form(&second.token.sign())),
            NonceMismatch,
        ),
        (
            "B03 an attacker's state and token in a victim's browser",
            second.post_with(form(&first), &second.cookie),
            CookieMissing,
        ),
    ] {
        let answer = world.send(request).await;
        world.assert_refused(what, &first, &answer, kind);
    }
    for good in [first, second] {
        assert_eq!(world.send(good.launch()).await.status(), 200);
    }
}

// LAUNCH-21, B04
#[tokio::test]
async fn every_bit_of_the_state_counts() {
    let world = World::new().await;
    let good = world.good_launch().await;
    let token = good.token.sign();
    let state = good.state().as_bytes();
    for bit in 0..state.len() * 8 {
        let mut flipped = state.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let Ok(flipped) = String::from_utf8(flipped) else {
            continue;
        };
        let form = fields(&[("id_token", &token), ("state", &flipped)]);
        let answer = world.send(good.post(form)).await;
        world.assert_refused("B04 one bit flipped", &good, &answer, StateForged);
    }
    assert_eq!(world.app.platform.fetches(), 0);
    assert_eq!(world.send(good.launch()).await.status(), 200);
}

// LAUNCH-21
#[tokio::test]
async fn a_state_that_we_did_not_sign_for_this_is_refused() {
    let states = |what: &str, change: fn(&str) -> String| {
        Case::form(
            what,
            move |good| {
                let state = change(good.state());
                fields(&[("id_token", &good.token.sign()), ("state", &state)])
            },
            StateForged,
        )
    };
    refused(vec![
        states("B05 nothing like it", |_| "x".into()),
        states("B05 dots", |_| "..".into()),
        states("B05 cut short", |state| state[..state.len() - 1].to_owned()),
        states("B05 a space behind", |state| format!("{state} ")),
        states("B05 padded", |state| format!("{state}=")),
        states("B05 unsigned", |state| {
            let (payload, _) = state.split_once('.').unwrap();
            payload.to_owned()
        }),
        states("B05 unsigned, as a JWT without an algorithm", |state| {
            let (payload, _) = state.split_once('.').unwrap();
            format!("eyJhbGciOiJub25lIn0.{payload}.")
        }),
        states("B05 signed, behind a header", |state| {
            format!("eyJhbGciOiJIUzI1NiJ9.{state}")
        }),
        states("B05 an empty signature", |state| {
            format!("{}.", state.rsplit_once('.').unwrap().0)
        }),
    ])
    .await;
}

// LOGIN-20
#[tokio::test]
async fn a_state_is_good_for_ten_minutes() {
    for (second, kind) in [
        (599, None),
        (600, Some(StateExpired)),
        (6_000, Some(StateExpired)),
    ] {
        let world = World::new().await;
        let good = world.good_launch().await;
        world.app.clock.advance(Duration::from_secs(second));
        let fresh = good
            .token
            .clone()
            .claim("iat", NOW + second)
            .claim("exp", NOW + second + 60);
        let answer = world.send(good.post(good.form(&fresh.sign()))).await;
        match kind {
            None => assert_eq!(answer.status(), 200),
            Some(kind) => world.assert_refused("B07", &good, &answer, kind),
        }
    }
}

// LOGIN-20, B07: where another instance began the login, by the time of day alone
#[tokio::test]
async fn a_state_of_another_instance_is_good_for_ten_minutes_too() {
    let fixed = |builder: tower_lti::tool::LtiToolBuilder| {
        builder
            .login_secret(secret(1))
            .insecure_allow_volatile_store()
    };
    for (second, kind) in [(599, None), (600, Some(StateExpired))] {
        // The two share one memory.
        let after = World::with(fixed).await;
        let shared = after.app.store.clone();
        let before = World::with(|builder| fixed(builder).store(shared)).await;
        let good = before.good_launch().await;
        after.app.clock.advance(Duration::from_secs(second));
        let (iat, exp) = (NOW + second, NOW + second + 60);
        let fresh = good.token.clone().claim("iat", iat).claim("exp", exp);
        let answer = after.send(good.post(good.form(&fresh.sign()))).await;
        match kind {
            None => assert_eq!(answer.status(), 200),
            Some(kind) => after.assert_refused("B07", &good, &answer, kind),
        }
    }
}

// B08
#[tokio::test]
async fn a_state_from_the_future_is_refused() {
    for (behind, status) in [(60, 200), (61, 401), (300, 401), (NOW, 401)] {
        let world = World::new().await;
        let good = world.good_launch().await;
        world.app.clock.set_wall_unix(NOW - behind);
        let iat = NOW - behind;
        let token = good.token.clone().claim("iat", iat).claim("exp", iat + 300);
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        assert_eq!(answer.status(), status, "{behind} s");
        if status == 401 {
            world.assert_refused("B08", &good, &answer, StateFromTheFuture);
        }
    }
}

// B05, B06
#[tokio::test]
async fn a_state_signed_with_a_secret_that_is_kept_is_good_and_with_another_is_not() {
    let fixed = |first: u8, previous: Option<u8>| {
        move |builder: tower_lti::tool::LtiToolBuilder| {
            let builder = builder
                .login_secret(secret(first))
                .insecure_allow_volatile_store();
            match previous {
                Some(byte) => builder.add_previous_login_secret(secret(byte)),
                None => builder,
            }
        }
    };
    for (what, now, previous, kind) in [
        ("B06 the previous secret", 2, Some(1), None),
        ("B05 a secret that was removed", 2, None, Some(StateForged)),
        (
            "B05 a secret that nobody had",
            2,
            Some(3),
            Some(StateForged),
        ),
    ] {
        // The two share one memory.
        let after = World::with(fixed(now, previous)).await;
        let shared = after.app.store.clone();
        let before = World::with(|builder| fixed(1, None)(builder).store(shared)).await;
        let good = before.good_launch().await;
        let answer = after.send(good.launch()).await;
        match kind {
            None => assert_eq!(answer.status(), 200, "{what}"),
            Some(kind) => after.assert_refused(what, &good, &answer, kind),
        }
    }
}

// LAUNCH-22, B09, B10
#[tokio::test]
async fn a_token_of_another_registration_is_refused_and_only_our_keys_are_asked() {
    let world = World::new().await;
    let good = world.good_launch().await;
    let by = |platform: &Platform| platform.id_token(&good.request, NOW);
    for (what, token, kind) in [
        ("B09 another platform's", by(&world.third), SignatureWrong),
        (
            "B09 another platform's, by a key of ours",
            by(&world.third).signed_by(&world.app.platform.key()),
            IssuerMismatch,
        ),
        (
            "B10 another client's of the same issuer",
            by(&world.second),
            AudienceMismatch,
        ),
    ] {
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        world.assert_refused(what, &good, &answer, kind);
    }
    assert_eq!(world.third.fetches(), 0);
    assert_eq!(world.send(good.launch()).await.status(), 200);
}

// COOKIE-05, LAUNCH-105, B19
#[tokio::test]
async fn a_launch_takes_its_own_cookie_away_and_no_other() {
    let world = World::new().await;
    let mut browser = world.app.browser();
    let platform = &world.app.platform;
    let _other = world.good_launch_of(&mut browser, platform).await;
    world.app.clock.advance(Duration::from_secs(1));
    let good = world.good_launch_of(&mut browser, platform).await;
    let every = browser.cookies().clone();
    for status in [200, 409] {
        *browser.cookies() = every.clone();
        let answer = browser.send_launch(good.launch()).await;
        assert_eq!(answer.status(), status);
        let cleared: Vec<_> = answer
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .collect();
        assert_eq!(cleared.len(), 1);
        let mut parts: Vec<&str> = cleared[0].to_str().unwrap().split("; ").collect();
        let name = good.cookie.split_once('=').unwrap().0;
        assert_eq!(parts.remove(0), format!("{name}="));
        parts.sort_unstable();
        let attributes = [
            "HttpOnly",
            "Max-Age=0",
            "Partitioned",
            "Path=/",
            "SameSite=None",
            "Secure",
        ];
        assert_eq!(parts, attributes);
        assert_eq!(browser.cookies().len(), 1, "the other login goes on");
    }
}

// COOKIE-01, COOKIE-02, COOKIE-03, COOKIE-04, COOKIE-06, B18
#[tokio::test]
async fn a_login_sets_one_cookie_of_its_own_with_every_attribute() {
    let world = World::new().await;
    let query = fields(&[
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "h"),
        ("target_link_uri", "https://tool.test/app"),
    ]);
    let mut values = BTreeSet::new();
    for _ in 0..20 {
        let answer = world.app.browser().get_login(&query).await;
        let cookies: Vec<_> = answer
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .collect();
        assert_eq!(cookies.len(), 1);
        let mut parts: Vec<&str> = cookies[0].to_str().unwrap().split("; ").collect();
        let (name, value) = parts.remove(0).split_once('=').unwrap();
        assert!(name.starts_with("__Host-lti-s-"), "{name}");
        assert!(values.insert(name.to_owned()) && values.insert(value.to_owned()));
        parts.sort_unstable();
        let attributes = [
            "HttpOnly",
            "Max-Age=600",
            "Partitioned",
            "Path=/",
            "SameSite=None",
            "Secure",
        ];
        assert_eq!(parts, attributes);
    }
}

fn orders(of: Vec<usize>) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let each = of.iter().flat_map(|&first| {
        let rest = of.iter().copied().filter(|&other| other != first).collect();
        orders(rest).into_iter().map(move |mut order| {
            order.insert(0, first);
            order
        })
    });
    each.collect()
}

// LOGIN-21, COOKIE-04, B20
#[tokio::test]
async fn five_logins_side_by_side_finish_in_every_order() {
    let all = orders((0..5).collect());
    assert_eq!(all.len(), 120);
    let app = App::new();
    for order in all {
        let mut browser = app.browser();
        let mut requests = Vec::new();
        for _ in 0..5 {
            requests.push(browser.log_in(&app.platform).await.unwrap());
        }
        for index in order {
            let token = app.platform.id_token(&requests[index], NOW).sign();
            let answer = browser.launch(&requests[index], &token).await;
            assert_eq!(answer.status(), 200);
        }
        assert!(browser.cookies().is_empty());
    }
}

// B21, N16
#[tokio::test]
async fn a_browser_is_never_left_with_more_than_64_state_cookies() {
    let app = App::new();
    let mut browser = app.browser();
    let mut last = None;
    for _ in 0..200 {
        last = Some(browser.log_in(&app.platform).await.unwrap());
        app.clock.advance(Duration::from_millis(900));
        let cookies = browser.cookies();
        let bytes: usize = cookies.iter().map(|(n, v)| n.len() + v.len() + 3).sum();
        assert!(cookies.len() <= 64 && bytes < 6 * 1_024, "{bytes}");
    }
    let request = last.unwrap();
    let token = app.platform.id_token(&request, NOW + 180).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}

// B26, MODEL-12
#[test]
fn a_tool_on_plain_http_is_an_error_of_the_configuration() {
    let tool = |url: &str| {
        let platform = Platform::new("https://lms.test", "tool-1");
        LtiTool::builder().launch_url(url).registrations(
            tower_lti::registration::Registrations::new([platform.registration()]).unwrap(),
        )
    };
    assert!(tool("http://tool.test/lti/launch").build().is_err());
    assert!(tool("http://127.0.0.1/lti/launch").build().is_err());
    let loopback = tool("http://127.0.0.1/lti/launch").insecure_allow_loopback_http();
    assert!(loopback.build().is_ok());
    let elsewhere = tool("http://tool.test/lti/launch").insecure_allow_loopback_http();
    assert!(elsewhere.build().is_err());
}

/// Knows of a type whether `==` can be asked of it.
struct Comparable<T>(PhantomData<T>);

impl<T: PartialEq> Comparable<T> {
    const KNOWN: bool = true;
}

trait Otherwise {
    const KNOWN: bool = false;
}

impl<T> Otherwise for Comparable<T> {}

// B23
#[test]
fn secrets_have_no_comparison_that_ends_early() {
    const { assert!(Comparable::<String>::KNOWN) };
    const { assert!(!Comparable::<LoginSecret>::KNOWN) };
}

// X59
#[tokio::test]
async fn a_state_from_before_a_volatile_store_began_is_refused() {
    let fixed = |builder: tower_lti::tool::LtiToolBuilder| {
        builder
            .login_secret(secret(1))
            .insecure_allow_volatile_store()
    };
    let before = App::with(fixed);
    let mut browser = before.browser();
    let request = browser.log_in(&before.platform).await.unwrap();
    let after = App::with(|builder| fixed(builder).clock(TestClock::at_unix(NOW + 5)));
    let mut again = after.browser();
    *again.cookies() = browser.cookies().clone();
    let token = after.platform.id_token(&request, NOW).sign();
    assert_eq!(code(&again.launch(&request, &token).await), "state_expired");
}
