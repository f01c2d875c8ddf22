//! Checks that no other test noticed the loss of.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::{Service, ServiceExt};
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, Limits, LtiErrorKind, LtiLaunchLayer, LtiLogin, LtiTool, OnMissingDeployment,
    TicketError,
    claims::names,
    deployment::DeploymentStatus,
    key_set::{FetchKeySet, HttpsKeySets, KeySet, KeySetError},
    launch::MissingDeployment,
    registration::{
        ClientId, Issuer, IssuerMatch, Registration, RegistrationBuilder, RegistrationId,
        RegistrationStore, Registrations, TargetLinkUriCheck,
    },
    store::{DeploymentStore, StoreError},
    testing::{AuthenticationRequest, IdToken, Platform, SigningKey},
};

use crate::app::{App, NOW, code};

/// A body in pieces, which may break off, and may say how long it will be.
#[derive(Default)]
struct Pieces {
    announced: u64,
    pieces: VecDeque<Result<Bytes, io::Error>>,
}

impl Pieces {
    fn of(form: &str, count: usize) -> Self {
        let size = form.len().div_ceil(count);
        let pieces = form.as_bytes().chunks(size);
        Self {
            announced: 0,
            pieces: pieces
                .map(|piece| Ok(Bytes::copy_from_slice(piece)))
                .collect(),
        }
    }
}

impl From<Bytes> for Pieces {
    fn from(bytes: Bytes) -> Self {
        Self {
            announced: 0,
            pieces: [Ok(bytes)].into(),
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.announced);
        hint
    }
}

fn form(token: &str, state: &str) -> String {
    format!("id_token={token}&state={state}")
}

/// A good form for this tool, and the cookies that go with it.
async fn good_form(app: &App) -> (String, HeaderValue) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().iter();
    let cookies: Vec<_> = cookies
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let token = app.platform.id_token(&request, NOW).sign();
    let cookies = HeaderValue::try_from(cookies.join("; ")).unwrap();
    (form(&token, request.state()), cookies)
}

/// Posts a body of any kind to a tool, and returns the status.
async fn post(tool: &LtiTool, cookies: HeaderValue, body: Pieces) -> u16 {
    let handler = tower::service_fn(|_: Request<Pieces>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut service = LtiLaunchLayer::new(tool.clone()).layer(handler);
    let request = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies)
        .body(body)
        .unwrap();
    let response = service.ready().await.unwrap().call(request).await.unwrap();
    response.status().as_u16()
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit_however_it_comes() {
    let length = good_form(&App::new()).await.0.len();
    for (limit, status) in [(length, 200), (length - 1, 413)] {
        for pieces in [1, 2, 7] {
            let limits = Limits::default().body_bytes(limit);
            let app = App::with(|builder| builder.limits(limits));
            let (form, cookies) = good_form(&app).await;
            let mut body = Pieces::of(&form, pieces);
            assert_eq!(post(&app.tool, cookies.clone(), body).await, status);

            let (form, cookies) = good_form(&app).await;
            body = Pieces::of(&form, pieces);
            body.announced = length as u64;
            assert_eq!(post(&app.tool, cookies, body).await, status);
        }
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_not_waited_for() {
    let app = App::new();
    let body = Pieces {
        announced: 1024 * 1024 + 1,
        ..Pieces::default()
    };
    let cookies = HeaderValue::from_static("");
    assert_eq!(post(&app.tool, cookies, body).await, 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused_even_where_the_form_was_whole() {
    let app = App::new();
    let (form, cookies) = good_form(&app).await;
    let mut body = Pieces::of(&form, 1);
    body.pieces.push_back(Err(io::Error::other("cut")));
    assert_eq!(post(&app.tool, cookies, body).await, 400);
    assert_eq!(app.store.nonce_count(), 0);
}

#[tokio::test]
async fn bodies_in_flight_are_held_against_a_budget_and_given_back() {
    let length = good_form(&App::new()).await.0.len();
    for (budget, status) in [(length, 200), (length - 1, 503)] {
        let limits = Limits::default().bodies_in_flight_bytes(budget);
        let app = App::with(|builder| builder.limits(limits));
        for _ in 0..3 {
            let (form, cookies) = good_form(&app).await;
            let body = Pieces::of(&form, 3);
            assert_eq!(post(&app.tool, cookies, body).await, status);
        }
    }
}

#[tokio::test]
async fn a_form_may_have_64_fields_and_no_broken_text() {
    let more: String = (0..62).map(|number| format!("&f{number}=")).collect();
    let mut cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("64 fields", more.clone().into_bytes(), 200),
        ("65 fields", format!("{more}&x=").into_bytes(), 400),
        ("not UTF-8", b"&x=\xff".to_vec(), 400),
        ("not UTF-8, escaped", b"&x=%ff".to_vec(), 400),
    ];
    for escape in ["%g1", "%1g", "%", "%1"] {
        cases.push((escape, format!("&x={escape}").into_bytes(), 400));
    }
    for (what, more, status) in cases {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let form = [form(&token, request.state()).as_bytes(), &more].concat();
        assert_eq!(browser.post_launch(form).await.status(), status, "{what}");
    }
}

#[tokio::test]
async fn a_form_has_one_media_type() {
    let plain = "application/x-www-form-urlencoded";
    for (types, status) in [
        (vec![plain], 200),
        (vec![], 415),
        (vec![plain, plain], 415),
        (vec![plain, "text/plain"], 415),
        (vec!["text/plain"], 415),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let mut post = Request::post("/lti/launch");
        for one in &types {
            post = post.header(header::CONTENT_TYPE, *one);
        }
        let body = Full::from(form(&token, request.state()));
        let response = browser.send_launch(post.body(body).unwrap()).await;
        assert_eq!(response.status(), status, "{types:?}");
    }
}

#[tokio::test]
async fn the_policy_of_one_registration_stands_above_the_general_one() {
    for (client_id, status) in [("tool-1", 403), ("tool-2", 200)] {
        let app = App::new();
        let id = RegistrationId::new("https://lms.test", client_id);
        let mut browser = app
            .browser_with(|layer| layer.on_missing_deployment_of(id, OnMissingDeployment::Reject));
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status, "{client_id}");
    }
}

type Seen = (Option<LaunchContext>, Option<MissingDeployment>);

/// Launches with these extensions already in the request, and tells what the handler finds.
async fn seen(app: &App, policy: OnMissingDeployment, put: Seen) -> Seen {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let told = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        let (launch, missing) = (request.extensions().get(), request.extensions().get());
        *told.lock().unwrap() = (launch.cloned(), missing.cloned());
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone()).on_missing_deployment(policy);
    let (form, cookies) = good_form(app).await;
    let mut request = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies)
        .body(Full::from(form))
        .unwrap();
    if let Some(launch) = put.0 {
        request.extensions_mut().insert(launch);
    }
    if let Some(missing) = put.1 {
        request.extensions_mut().insert(missing);
    }
    let response = layer.layer(handler).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    Seen::clone(&seen.lock().unwrap())
}

#[tokio::test]
async fn what_another_put_into_the_request_is_taken_out() {
    let (other, app) = (App::new(), App::new());
    let none = (None, None);
    let (_, missing) = seen(&other, OnMissingDeployment::Forward, none.clone()).await;
    let (launch, _) = seen(&other, OnMissingDeployment::Create, none).await;
    assert!(missing.is_some() && launch.is_some());

    let put = (launch, missing);
    let (launch, missing) = seen(&app, OnMissingDeployment::Forward, put.clone()).await;
    assert!(launch.is_none() && missing.is_some());
    let (launch, missing) = seen(&app, OnMissingDeployment::Create, put).await;
    assert!(launch.is_some() && missing.is_none());
}

#[tokio::test]
async fn only_an_error_of_the_platform_may_come_by_get() {
    for (query, status, slug) in [
        ("error=access_denied", 401, "platform_error"),
        ("state=x", 405, "method_not_allowed"),
        ("error=x&id_token=a.b.c&state=x", 405, "method_not_allowed"),
        ("id_token=a.b.c&state=x", 405, "method_not_allowed"),
        ("", 405, "method_not_allowed"),
    ] {
        let app = App::new();
        let request = Request::get(format!("/lti/launch?{query}"))
            .header(header::ACCEPT, "application/json")
            .body(Full::default())
            .unwrap();
        let response = app.browser().send_launch(request).await;
        let answered = (response.status().as_u16(), code(&response));
        assert_eq!(answered, (status, slug.to_owned()), "{query}");
        assert_eq!(app.calls(), 0, "{query}");
    }
}

#[tokio::test]
async fn an_error_that_signing_in_would_mend_says_so() {
    for (error, says) in [
        ("login_required", true),
        ("interaction_required", true),
        ("access_denied", false),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let form = format!("error={error}&state={}", request.state());
        let response = browser.post_launch(form).await;
        assert_eq!(code(&response), "platform_error", "{error}");
        let page = String::from_utf8_lossy(response.body());
        assert_eq!(page.contains("Sign in"), says, "{error}");
        assert!(browser.cookies().is_empty(), "{error}: the login is over");
    }
}

#[tokio::test]
async fn token_and_state_are_read_up_to_their_limits() {
    let app = App::new();
    let request = app.browser().log_in(&app.platform).await.unwrap();
    let length = app.platform.id_token(&request, NOW).sign().len();
    for (limit, status) in [(length, 200), (length - 1, 413)] {
        let limits = Limits::default().id_token_bytes(limit);
        let app = App::with(|builder| builder.limits(limits));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status);
    }
    for (length, slug) in [(2048, "state_invalid"), (2049, "malformed_request")] {
        let form = form("a.b.c", &"x".repeat(length));
        let response = app.browser().post_launch(form).await;
        assert_eq!(code(&response), slug, "{length}");
    }
}

#[tokio::test]
async fn a_state_may_be_ahead_by_as_much_as_clocks_may_differ() {
    for (ahead, status) in [(0, 200), (59, 200), (60, 200), (61, 401)] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW - ahead).sign();
        app.clock.set_wall_unix(NOW - ahead);
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status, "{ahead}");
    }
}

fn registration(change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder) -> Registration {
    let builder = Registration::builder("https://lms.test", "tool-1")
        .auth_login_url("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks");
    change(builder).build().unwrap()
}

fn app_with(change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder) -> App {
    let registrations = Registrations::new([registration(change)]).unwrap();
    App::with(|builder| builder.registrations(registrations))
}

/// Launches with a token changed in one thing, and returns status and code.
async fn launch(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> (u16, String) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    let response = browser.launch(&request, &token).await;
    (response.status().as_u16(), code(&response))
}

/// The same for a deep linking request.
async fn deep_link(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> (u16, String) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.deep_linking_token(&request, NOW)).sign();
    let response = browser.launch(&request, &token).await;
    (response.status().as_u16(), code(&response))
}

#[tokio::test]
async fn a_signed_target_must_lie_inside_the_tool_whatever_the_login_named() {
    let warns =
        |builder: RegistrationBuilder| builder.target_link_uri_check(TargetLinkUriCheck::Warn);
    for (target, status) in [
        ("https://tool.test/app/2", 200),
        ("https://tool.test/other", 400),
        ("https://evil.test/app", 400),
    ] {
        let app = app_with(warns);
        let answer = launch(&app, |token| token.claim(names::TARGET_LINK_URI, target)).await;
        assert_eq!(answer.0, status, "{target}: {}", answer.1);
    }
}

#[tokio::test]
async fn a_nonce_is_remembered_while_clocks_differ() {
    let generous = Limits::default().clock_skew(Duration::from_secs(300));
    let short = generous.clone().max_token_age(Duration::from_secs(10));
    for (what, limits, exp, back) in [
        ("until the expiry", generous.clone(), NOW + 10, 0),
        ("until the greatest age", short, NOW + 900, 0),
        ("until the login ends", generous, NOW + 900, 400),
    ] {
        let app = App::with(|builder| builder.limits(limits));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let cookies = browser.cookies().clone();
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim("exp", exp)
            .sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);

        // With `back`, the time of day is set back while a minute more than the lifetime passes.
        let passed = if back == 0 { 200 } else { 640 };
        app.clock.advance(Duration::from_secs(passed));
        app.clock.set_wall_unix(NOW + passed - back);
        *browser.cookies() = cookies;
        let replay = browser.launch(&request, &token).await;

        assert_eq!(replay.status(), 409, "{what}: {}", code(&replay));
    }
}

#[tokio::test]
async fn times_are_compared_to_the_second() {
    // When issued, when expired, and when valid, beside now; and whether it is let in.
    for (iat, exp, nbf, let_in) in [
        (-300, -60, None, false),
        (-300, -59, None, true),
        (0, 0, None, false),
        (0, 1, None, true),
        (10, 5, None, false),
        (60, 300, None, true),
        (61, 300, None, false),
        (-3660, 300, None, false),
        (-3659, 300, None, true),
        (0, 300, Some(60), true),
        (0, 300, Some(61), false),
    ] {
        let app = App::new();
        let at = |offset: i64| NOW.saturating_add_signed(offset);
        let (status, slug) = launch(&app, |token| {
            let token = token.claim("iat", at(iat)).claim("exp", at(exp));
            match nbf {
                Some(nbf) => token.claim("nbf", at(nbf)),
                None => token,
            }
        })
        .await;
        let expected = if let_in { 200 } else { 401 };
        assert_eq!(status, expected, "{iat} {exp} {nbf:?}: {slug}");
    }
    for wrong in [json!("1"), json!(-1), json!([1]), json!({})] {
        let answer = launch(&App::new(), |token| token.claim("nbf", wrong.clone())).await;
        assert_eq!(answer, (401, "token_rejected".to_owned()), "{wrong}");
    }
}

type Change = fn(RegistrationBuilder) -> RegistrationBuilder;

#[tokio::test]
async fn audience_and_authorized_party_are_exactly_what_is_trusted() {
    let plain = |builder: RegistrationBuilder| builder;
    let trusting = |builder: RegistrationBuilder| builder.add_trusted_audience("friend");
    let strict = |builder: RegistrationBuilder| builder.strict_azp(true);
    let changes: [(&str, Change, Value, Value, bool); 14] = [
        ("one", plain, json!("tool-1"), Value::Null, true),
        ("one in a list", plain, json!(["tool-1"]), Value::Null, true),
        ("none", plain, Value::Null, Value::Null, false),
        ("a number", plain, json!(1), Value::Null, false),
        ("an empty list", plain, json!([]), json!("tool-1"), false),
        ("another", plain, json!("tool-2"), Value::Null, false),
        (
            "a number beside it",
            plain,
            json!(["tool-1", 1]),
            json!("tool-1"),
            false,
        ),
        (
            "a stranger beside it",
            trusting,
            json!(["tool-1", "x"]),
            json!("tool-1"),
            false,
        ),
        (
            "a friend beside it",
            trusting,
            json!(["tool-1", "friend"]),
            json!("tool-1"),
            true,
        ),
        (
            "a friend alone",
            trusting,
            json!("friend"),
            json!("tool-1"),
            false,
        ),
        (
            "two, and no azp",
            trusting,
            json!(["tool-1", "friend"]),
            Value::Null,
            false,
        ),
        (
            "two, and another azp",
            trusting,
            json!(["tool-1", "friend"]),
            json!("friend"),
            false,
        ),
        (
            "another azp, strictly",
            strict,
            json!("tool-1"),
            json!("x"),
            false,
        ),
        ("azp a number", plain, json!("tool-1"), json!(1), false),
    ];
    for (what, change, aud, azp, let_in) in changes {
        let app = app_with(change);
        let token = |token: IdToken| token.claim("aud", aud).claim("azp", azp);
        let (status, _) = launch(&app, token).await;
        assert_eq!(status, if let_in { 200 } else { 401 }, "{what}");
    }
    let app = app_with(plain);
    assert_eq!(
        launch(&app, |token| token.without_claim("aud")).await.0,
        401
    );
}

/// Posts this text as the token of a good login, and returns the code.
async fn post_token(change: impl FnOnce(IdToken) -> String) -> String {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW));
    let response = browser.launch(&request, &token).await;
    assert_eq!(app.calls(), usize::from(response.status() == 200));
    code(&response)
}

#[tokio::test]
async fn a_token_has_three_parts_of_lawful_size() {
    let part = |token: &IdToken, number: usize| {
        let token = token.sign();
        token.split('.').nth(number).unwrap_or_default().to_owned()
    };
    let malformed = "token_malformed";
    for (parts, slug) in [
        (["", "p", "s"], malformed),
        (["h", "", "s"], malformed),
        (["h", "p", ""], malformed),
        (["h", "p", "s.s"], malformed),
        (["h", "p", "?"], malformed),
        (["h", "p", "LONGEST"], "token_rejected"),
        (["h", "p", "TOO LONG"], malformed),
    ] {
        let given = post_token(|token| {
            let whole = |short: &str, number| match short {
                "h" | "p" | "s" => part(&token, number),
                "s.s" => format!("{0}.{0}", part(&token, 2)),
                "LONGEST" => "A".repeat(1_368),
                "TOO LONG" => "A".repeat(1_372),
                other => other.to_owned(),
            };
            let [header, payload, signature] = parts;
            [whole(header, 0), whole(payload, 1), whole(signature, 2)].join(".")
        })
        .await;
        assert_eq!(given, slug, "{parts:?}");
    }
}

#[tokio::test]
async fn a_header_is_read_up_to_its_limit() {
    for (length, slug) in [(4_098, ""), (4_101, "payload_too_large")] {
        let start = r#"{"alg":"RS256","kid":"k1","x":""#;
        let filler = "x".repeat(length - start.len() - 2);
        let header = format!("{start}{filler}\"}}");
        assert_eq!(
            post_token(|token| token.raw_header(header).sign()).await,
            slug
        );
    }
}

#[tokio::test]
async fn a_type_is_a_string_that_says_jwt() {
    for (kind, slug) in [
        (json!("JWT"), ""),
        (json!("jwt"), ""),
        (json!("at+jwt"), "token_rejected"),
        (json!(1), "token_rejected"),
        (Value::Null, "token_rejected"),
    ] {
        let given = post_token(|token| token.header("typ", kind.clone()).sign()).await;
        assert_eq!(given, slug, "{kind}");
    }
}

#[tokio::test]
async fn a_token_without_a_key_id_has_no_key_set_fetched_anew() {
    let app = App::new();
    launch(&app, |token| token).await;
    for _ in 0..3 {
        let (status, _) = launch(&app, |token| token.header("kid", "")).await;
        assert_eq!(status, 401);
    }
    assert_eq!(app.platform.fetches(), 1);
}

#[tokio::test]
async fn a_payload_may_be_64_levels_deep() {
    for (levels, status) in [(64, 200), (65, 400)] {
        // The payload itself is the first.
        let deep = (1..levels - 1).fold(json!([]), |inner, _| json!([inner]));
        let (given, _) = launch(&App::new(), |token| token.claim("x", deep)).await;
        assert_eq!(given, status, "{levels}");
    }
}

#[tokio::test]
async fn ids_are_1_to_255_printable_characters() {
    let long = "x".repeat(255);
    let too_long = "x".repeat(256);
    for (id, good) in [
        ("x", true),
        (" x", true),
        (long.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        (" ", false),
        ("\u{e9}", false),
        ("x\n", false),
        ("\u{7f}", false),
    ] {
        let (sub, _) = launch(&App::new(), |token| token.claim("sub", id)).await;
        assert_eq!(sub, if good { 200 } else { 401 }, "sub {id:?}");
        let deployment = launch(&App::new(), |token| token.claim(names::DEPLOYMENT_ID, id)).await;
        let link = launch(&App::new(), |token| {
            token.claim(names::RESOURCE_LINK, json!({"id": id}))
        })
        .await;
        for (given, _) in [deployment, link] {
            assert_eq!(given, if good { 200 } else { 400 }, "{id:?}");
        }
    }
}

#[tokio::test]
async fn claims_of_another_type_are_refused() {
    for (what, name, value) in [
        ("no target", names::TARGET_LINK_URI, Value::Null),
        ("an empty target", names::TARGET_LINK_URI, json!("")),
        ("a target list", names::TARGET_LINK_URI, json!([])),
        ("no roles", names::ROLES, Value::Null),
        ("roles as text", names::ROLES, json!("Learner")),
        (
            "a role that is a number",
            names::ROLES,
            json!(["Learner", 1]),
        ),
        ("no link", names::RESOURCE_LINK, Value::Null),
        ("another version", names::VERSION, json!("1.3")),
        ("no version", names::VERSION, Value::Null),
    ] {
        let answer = launch(&App::new(), |token| token.claim(name, value)).await;
        assert_eq!(answer, (400, "launch_invalid".to_owned()), "{what}");
    }
    for (what, name, value, status) in [
        ("no target", names::TARGET_LINK_URI, Value::Null, 200),
        ("a target list", names::TARGET_LINK_URI, json!([]), 400),
        ("no roles", names::ROLES, Value::Null, 200),
        ("roles as text", names::ROLES, json!("Learner"), 400),
        ("sub null", "sub", Value::Null, 401),
        ("sub a number", "sub", json!(1), 401),
        (
            "no settings",
            names::DEEP_LINKING_SETTINGS,
            Value::Null,
            400,
        ),
    ] {
        let (given, slug) = deep_link(&App::new(), |token| token.claim(name, value)).await;
        assert_eq!(given, status, "deep linking, {what}: {slug}");
    }
}

#[tokio::test]
async fn nobody_has_no_name() {
    for name in [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "email",
        "picture",
        "preferred_username",
    ] {
        for (value, status) in [
            (json!("x"), 401),
            (json!(1), 401),
            (json!(""), 200),
            (Value::Null, 200),
        ] {
            let (given, _) = deep_link(&App::new(), |token| {
                token.without_claim("sub").claim(name, value.clone())
            })
            .await;
            assert_eq!(given, status, "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn an_anonymous_launch_is_let_in_where_that_is_allowed() {
    for (allow, status) in [(true, 200), (false, 401)] {
        let app = App::with(|builder| builder.allow_anonymous(allow));
        let (given, _) = launch(&app, |token| token.without_claim("sub")).await;
        assert_eq!(given, status);
    }
    let app = App::with(|builder| builder.allow_anonymous(true));
    assert_eq!(
        launch(&app, |token| token.claim("sub", Value::Null))
            .await
            .0,
        401
    );
}

/// A tool on loopback.
fn local_app(plain_http: bool) -> App {
    App::with(|builder| {
        builder
            .launch_url("https://localhost/lti/launch")
            .insecure_allow_loopback_http(plain_http)
    })
}

#[tokio::test]
async fn a_return_address_is_https_or_plain_http_on_a_loopback_that_is_allowed() {
    for (address, in_production, in_development) in [
        ("https://lms.test/return", 200, 200),
        ("http://localhost/return", 400, 200),
        ("http://127.0.0.1:8080/return", 400, 200),
        ("http://lms.test/return", 400, 400),
        ("ftp://localhost/return", 400, 400),
        ("javascript:alert(1)", 400, 400),
        ("/return", 400, 400),
        ("", 400, 400),
    ] {
        for (plain_http, status) in [(false, in_production), (true, in_development)] {
            let settings = json!({"deep_link_return_url": address});
            let (given, _) = deep_link(&local_app(plain_http), |token| {
                token.claim(names::DEEP_LINKING_SETTINGS, settings)
            })
            .await;
            assert_eq!(given, status, "{address}, plain http allowed: {plain_http}");
        }
    }
}

/// Sends a login, and returns the answer.
async fn login(tool: &LtiTool, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let response = LtiLogin::new(tool.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

fn login_query(changes: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "h"),
        ("target_link_uri", "https://tool.test/app"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields).finish()
}

fn post_login(query: &str, form: String) -> Request<Full<Bytes>> {
    Request::post(format!("/lti/login?{query}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(Full::from(form))
        .unwrap()
}

#[tokio::test]
async fn login_parameters_are_read_up_to_their_limits() {
    let text = |length: usize| "x".repeat(length);
    let target = |length: usize| format!("https://tool.test/app/{}", "x".repeat(length - 22));
    for (name, value, good) in [
        ("login_hint", text(8_192), true),
        ("login_hint", text(8_193), false),
        ("lti_message_hint", text(8_192), true),
        ("lti_message_hint", text(8_193), false),
        ("target_link_uri", target(4_096), true),
        ("target_link_uri", target(4_097), false),
    ] {
        let app = App::new();
        let form = login_query(&[(name, &value)]);
        let response = login(&app.tool, post_login("", form)).await;
        assert_eq!(response.status().is_client_error(), !good, "{name}");
    }
    let app = App::new();
    let padded = |length: usize| {
        let form = login_query(&[]);
        let more = length - form.len() - 3;
        format!("{form}&x={}", "x".repeat(more))
    };
    for (length, status) in [(64 * 1024, 303), (64 * 1024 + 1, 413)] {
        let response = login(&app.tool, post_login("", padded(length))).await;
        assert_eq!(response.status(), status, "{length}");
    }
}

#[tokio::test]
async fn each_login_parameter_must_be_there_and_not_be_empty() {
    for name in ["iss", "login_hint", "target_link_uri"] {
        let response = login(&App::new().tool, post_login("", login_query(&[(name, "")]))).await;
        assert_eq!(code(&response), "malformed_request", "{name}");
    }
}

#[tokio::test]
async fn a_query_beside_a_login_form_must_agree_and_be_well_formed() {
    let hints = [("lti_message_hint", "m"), ("lti_deployment_id", "d")];
    for (query, status) in [
        ("iss=https%3A%2F%2Flms.test&other=x", 303),
        ("iss=x", 400),
        ("login_hint=x", 400),
        ("target_link_uri=x", 400),
        ("lti_message_hint=x", 400),
        ("client_id=x", 400),
        ("lti_deployment_id=x", 400),
        ("x=%zz", 400),
    ] {
        let request = post_login(query, login_query(&hints));
        let response = login(&App::new().tool, request).await;
        assert_eq!(response.status(), status, "{query}");
    }
}

#[tokio::test]
async fn only_both_marks_of_lti_1_1_make_a_login_one() {
    for (fields, slug) in [
        (vec![("lti_message_type", "x")], ""),
        (vec![("oauth_consumer_key", "x")], ""),
        (
            vec![("lti_message_type", "x"), ("oauth_consumer_key", "x")],
            "lti11_launch",
        ),
    ] {
        let response = login(&App::new().tool, post_login("", login_query(&fields))).await;
        assert_eq!(code(&response), slug, "{fields:?}");
    }
}

#[tokio::test]
async fn a_registrations_own_login_url_serves_that_registration_alone() {
    let own = |issuer: &str, client_id: &str| {
        Registration::builder(issuer, client_id)
            .auth_login_url("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .login_name("school")
            .build()
            .unwrap()
    };
    for (changes, status) in [
        (vec![], 303),
        (vec![("iss", "https://other.test")], 400),
        (vec![("client_id", "tool-2")], 400),
        (vec![("client_id", "")], 303),
    ] {
        let registrations = Registrations::new([own("https://lms.test", "tool-1")]).unwrap();
        let app = App::with(|builder| builder.registrations(registrations));
        let service = LtiLogin::new(app.tool.clone()).registration_from_path();
        let request = Request::get(format!("/lti/login/school?{}", login_query(&changes)))
            .body(Full::<Bytes>::default())
            .unwrap();
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{changes:?}");
    }
}

#[tokio::test]
async fn an_address_of_2000_characters_is_the_longest_redirect() {
    let location = |length: usize| async move {
        let hint = "x".repeat(length);
        let query = login_query(&[("login_hint", &hint)]);
        let request = Request::get(format!("/lti/login?{query}"))
            .body(Full::default())
            .unwrap();
        login(&App::new().tool, request).await
    };
    let short = location(1).await;
    let fits = 2_000 - short.headers()[header::LOCATION].len() + 1;
    assert_eq!(
        location(fits).await.headers()[header::LOCATION].len(),
        2_000
    );
    let form = location(fits + 1).await;
    assert_eq!(form.status(), 200);
    let policy = form.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("'nonce-"));
}

#[tokio::test]
async fn an_endpoint_keeps_its_query_and_is_escaped_in_a_form() {
    for (endpoint, begins) in [
        ("https://lms.test/auth", "https://lms.test/auth?scope="),
        ("https://lms.test/auth?", "https://lms.test/auth?scope="),
        (
            "https://lms.test/auth?a=1",
            "https://lms.test/auth?a=1&scope=",
        ),
        (
            "https://lms.test/auth?a=1&",
            "https://lms.test/auth?a=1&scope=",
        ),
        (
            "https://lms.test/auth?a=\"1",
            "https://lms.test/auth?a=\"1&scope=",
        ),
    ] {
        let app = app_with(|builder| builder.auth_login_url(endpoint));
        let response = login(&app.tool, post_login("", login_query(&[]))).await;
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        assert!(location.starts_with(begins), "{location}");

        let hint = "x".repeat(3_000);
        let form = login_query(&[("login_hint", &hint)]);
        let response = login(&app.tool, post_login("", form)).await;
        let page = String::from_utf8_lossy(response.body());
        let action = endpoint.replace('&', "&amp;").replace('"', "&quot;");
        assert!(page.contains(&format!("action=\"{action}\"")), "{page}");
    }
}

#[tokio::test]
async fn a_login_lasts_ten_minutes_at_most() {
    let limits = Limits::default().login_lifetime(Duration::from_secs(3_600));
    for (seconds, status) in [(599, 200), (600, 401)] {
        let app = App::with(|builder| builder.limits(limits.clone()));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        app.clock.advance(Duration::from_secs(seconds));
        let token = app.platform.id_token(&request, app.clock.unix()).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status, "{seconds}");
    }
}

#[tokio::test]
async fn a_ticket_is_good_for_less_than_fifteen_minutes_and_no_state_is_one() {
    let app = App::new();
    let policy = OnMissingDeployment::Redirect("https://tool.test/onboarding".parse().unwrap());
    let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
    let request: AuthenticationRequest = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let response = browser.launch(&request, &token).await;
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    let (_, ticket) = location.split_once("ticket=").unwrap();

    app.clock.advance(Duration::from_secs(899));
    assert!(app.tool.open_onboarding_ticket(ticket).is_ok());
    app.clock.advance(Duration::from_secs(1));
    let late = app.tool.open_onboarding_ticket(ticket);
    assert_eq!(late.unwrap_err(), TicketError::Expired);
    let forged = app.tool.open_onboarding_ticket(request.state());
    assert_eq!(forged.unwrap_err(), TicketError::Forged);
}

fn key_set(rows: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::parse(json!({ "keys": rows }).to_string().as_bytes())
}

#[test]
fn a_key_set_is_read_up_to_its_limits() {
    let good = SigningKey::shared(0, "k1").jwk();
    let text = json!({"keys": [good]}).to_string();
    let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
    assert!(KeySet::parse(padded(512 * 1024).as_bytes()).is_ok());
    let large = KeySet::parse(padded(512 * 1024 + 1).as_bytes());
    assert_eq!(large.unwrap_err(), KeySetError::TooLarge);

    for (before, usable) in [(99, true), (100, false)] {
        let mut rows = vec![Value::Null; before];
        rows.push(good.clone());
        assert_eq!(key_set(&rows).is_ok(), usable, "{before}");
    }
    let twice = text.replacen('{', "{\"keys\":[],", 1);
    let twice = KeySet::parse(twice.as_bytes());
    assert_eq!(twice.unwrap_err(), KeySetError::NotAKeySet);
}

#[tokio::test]
async fn a_signature_is_tried_with_four_keys_of_its_id() {
    let wrong = SigningKey::generate_p256("k1").jwk();
    let key = SigningKey::generate_p256("k1");
    for (before, status) in [(3, 200), (4, 401)] {
        let mut rows = vec![wrong.clone(); before];
        rows.push(key.jwk());
        let keys = key_set(&rows).unwrap();
        let app = app_with(|builder| {
            let builder = builder.key_set(keys);
            builder.algorithm_names(&["ES256".to_owned()]).unwrap()
        });
        app.platform.use_key(key.clone());
        assert_eq!(launch(&app, |token| token).await.0, status, "{before}");
    }
}

#[test]
fn keys_of_odd_sizes_are_left_out() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let rsa = SigningKey::shared(0, "k1").jwk();
    let curve = SigningKey::generate_p256("k1").jwk();
    let bytes =
        |row: &Value, name: &str| URL_SAFE_NO_PAD.decode(row[name].as_str().unwrap()).unwrap();
    let with = |row: &Value, name: &str, value: &[u8]| {
        let mut row = row.clone();
        row[name] = URL_SAFE_NO_PAD.encode(value).into();
        row
    };
    // The same point, cut in another place.
    let point = [bytes(&curve, "x"), bytes(&curve, "y")].concat();
    let moved = with(&with(&curve, "x", &point[..31]), "y", &point[31..]);
    let mut halved = bytes(&rsa, "n");
    halved.truncate(255);
    *halved.last_mut().unwrap() |= 1;
    let mut small = bytes(&rsa, "n");
    small[0] &= 0x7f;
    small[0] |= 0x40;
    for (what, row, usable) in [
        ("as it is", rsa.clone(), true),
        ("2047 bits", with(&rsa, "n", &small), false),
        ("2040 bits", with(&rsa, "n", &halved), false),
        (
            "an exponent of five bytes",
            with(&rsa, "e", &[1, 0, 0, 0, 1]),
            false,
        ),
        ("the exponent one", with(&rsa, "e", &[1]), false),
        ("an even exponent", with(&rsa, "e", &[1, 0, 0]), false),
        ("a point as it is", curve.clone(), true),
        ("a point cut elsewhere", moved, false),
        ("an empty key id", with(&curve, "kid", b""), false),
    ] {
        assert_eq!(key_set(&[row]).is_ok(), usable, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_server_that_says_nothing_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let fetcher = HttpsKeySets::new().allow_loopback_http();

    let fetched = tokio::time::timeout(Duration::from_secs(60), fetcher.fetch(&url)).await;

    assert!(fetched.expect("it is given up by itself").is_err());
}

#[test]
fn endpoints_are_https_without_anything_that_could_mislead() {
    for (endpoint, good) in [
        ("https://lms.test/a", true),
        ("http://localhost/a", true),
        ("http://lms.localhost/a", true),
        ("http://127.0.0.1/a", true),
        ("http://[::1]/a", true),
        ("http://lms.test/a", false),
        ("http://notlocalhost/a", false),
        ("http://10.0.0.1/a", false),
        ("http://[fe80::1]/a", false),
        ("ftp://localhost/a", false),
        ("https://user@lms.test/a", false),
        ("https://:password@lms.test/a", false),
        ("https://lms.test/a#b", false),
        ("https://lms.test/a b", false),
        ("https://lms.test/\u{e9}", false),
        ("https://lms.test\\a", false),
    ] {
        let built = Registration::builder("https://lms.test", "tool-1")
            .auth_login_url("https://lms.test/auth")
            .jwks_url(endpoint)
            .build();
        assert_eq!(built.is_ok(), good, "{endpoint}");
    }
}

#[test]
fn an_endpoint_may_carry_none_of_our_parameters() {
    for name in [
        "scope",
        "response_type",
        "response_mode",
        "prompt",
        "client_id",
        "redirect_uri",
        "login_hint",
        "lti_message_hint",
        "state",
        "nonce",
    ] {
        let built = Registration::builder("https://lms.test", "tool-1")
            .auth_login_url(format!("https://lms.test/auth?a=1&{name}=x"))
            .jwks_url("https://lms.test/jwks")
            .build();
        assert!(built.is_err(), "{name}");
    }
}

#[test]
fn issuer_and_client_id_are_1_to_255_printable_characters() {
    let long = "x".repeat(255);
    let too_long = "x".repeat(256);
    for (id, good) in [
        ("x", true),
        (long.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        ("  ", false),
        ("x\u{e9}", false),
        ("x\n", false),
    ] {
        for (issuer, client_id) in [(id, "tool-1"), ("https://lms.test", id)] {
            let built = Registration::builder(issuer, client_id)
                .auth_login_url("https://lms.test/auth")
                .jwks_url("https://lms.test/jwks")
                .build();
            assert_eq!(built.is_ok(), good, "{issuer:?} {client_id:?}");
        }
    }
}

#[test]
fn a_registration_needs_algorithms_that_can_be_used() {
    for (names, good) in [
        (vec!["RS256", "RS384", "RS512", "ES256", "ES384"], true),
        (vec![], false),
        (vec!["HS256"], false),
        (vec!["RS256", "PS256"], false),
        (vec!["none"], false),
    ] {
        let allowed: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let built = Registration::builder("https://lms.test", "tool-1")
            .auth_login_url("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .algorithm_names(&allowed)
            .and_then(RegistrationBuilder::build);
        assert_eq!(built.is_ok(), good, "{names:?}");
    }
}

#[tokio::test]
async fn plain_http_at_any_endpoint_is_for_tools_on_loopback() {
    let plain: [Change; 4] = [
        |builder| builder.auth_login_url("http://localhost/auth"),
        |builder| builder.auth_token_url("http://localhost/token"),
        |builder| builder.launch_url("http://localhost/launch"),
        |builder| builder.jwks_url("http://localhost/jwks"),
    ];
    for (number, change) in plain.into_iter().enumerate() {
        for (launch_url, allowed, good) in [
            ("https://tool.test/l", true, false),
            ("https://localhost/l", false, false),
            ("https://localhost/l", true, true),
        ] {
            let built = LtiTool::builder()
                .launch_url(launch_url)
                .insecure_allow_loopback_http(allowed)
                .registrations(Registrations::new([registration(change)]).unwrap())
                .key_sets(Platform::new("https://lms.test", "tool-1"))
                .build();
            assert_eq!(built.is_ok(), good, "{number} {launch_url} {allowed}");
        }
    }
}

#[test]
fn a_launch_url_is_https_without_anything_that_could_mislead() {
    for (url, good) in [
        ("https://tool.test/l", true),
        ("http://localhost/l", true),
        ("http://tool.test/l", false),
        ("ftp://localhost/l", false),
        ("https://user@tool.test/l", false),
        ("https://:password@tool.test/l", false),
        ("https://tool.test/l#x", false),
    ] {
        let built = LtiTool::builder()
            .launch_url(url)
            .insecure_allow_loopback_http(true)
            .registrations(Registrations::new([registration(|builder| builder)]).unwrap())
            .key_sets(Platform::new("https://lms.test", "tool-1"))
            .build();
        assert_eq!(built.is_ok(), good, "{url}");
    }
}

/// A list that can be changed while the tool runs, or never answers.
#[derive(Clone, Debug)]
struct Changing(Arc<Mutex<Option<Registration>>>);

impl Changing {
    fn new(registration: Registration) -> Self {
        Self(Arc::new(Mutex::new(Some(registration))))
    }

    fn becomes(&self, registration: Option<Registration>) {
        *self.0.lock().unwrap() = registration;
    }

    async fn answer(&self) -> Arc<Registration> {
        let known = self.0.lock().unwrap().clone();
        match known {
            Some(registration) => Arc::new(registration),
            None => std::future::pending().await,
        }
    }
}

impl RegistrationStore for Changing {
    async fn find(
        &self,
        _: &Issuer,
        _: &ClientId,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(Some(self.answer().await))
    }

    async fn find_by_issuer(&self, _: &Issuer) -> Result<IssuerMatch, StoreError> {
        Ok(IssuerMatch::One(self.answer().await))
    }

    async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(Some(self.answer().await))
    }
}

#[tokio::test(start_paused = true)]
async fn a_launch_that_is_not_decided_in_ten_seconds_is_given_up() {
    let known = Changing::new(registration(|builder| builder));
    let app = App::with(|builder| builder.registrations(known.clone()));
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    known.becomes(None);

    let launching = browser.launch(&request, &token);
    let response = tokio::time::timeout(Duration::from_secs(11), launching).await;

    assert_eq!(response.expect("it is given up").status(), 503);
}

#[tokio::test]
async fn a_registration_that_has_come_to_use_plain_http_is_refused() {
    let plain = || registration(|builder| builder.auth_token_url("http://localhost/token"));
    let known = Changing::new(registration(|builder| builder));
    let app = App::with(|builder| builder.registrations(known.clone()));
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();

    known.becomes(Some(plain()));

    let response = browser.launch(&request, &token).await;
    assert_eq!(code(&response), "registration_unknown");
    let response = login(&app.tool, post_login("", login_query(&[]))).await;
    assert_eq!(code(&response), "registration_unknown");
}

#[tokio::test]
async fn a_state_is_good_for_the_launch_url_that_it_was_issued_with() {
    for (now, slug) in [
        ("https://tool.test/lti/launch", ""),
        ("https://tool.test/lti/launch/2", "state_invalid"),
    ] {
        let known = Changing::new(registration(|builder| builder));
        let app = App::with(|builder| builder.registrations(known.clone()));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();

        known.becomes(Some(registration(|builder| builder.launch_url(now))));

        assert_eq!(code(&browser.launch(&request, &token).await), slug, "{now}");
    }
}

#[tokio::test]
async fn a_login_has_one_cookie_and_it_is_the_right_one() {
    for (what, change, slug) in [
        ("as it is", "N=V", ""),
        ("of another browser", "N=x", "state_invalid"),
        ("empty", "N=", "state_invalid"),
        ("twice", "N=V; N=V", "state_invalid"),
        ("and a wrong one", "N=V; N=x", "state_invalid"),
        ("after a wrong one", "N=x; N=V", "state_invalid"),
        ("under another name", "lti=V", "cookie_missing"),
        ("of no login", "__Host-lti-s-x=V", "cookie_missing"),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let (name, value) = browser.cookies().pop_first().unwrap();
        let cookies = change
            .replace('N', &name)
            .replace("=V", &format!("={value}"));
        let token = app.platform.id_token(&request, NOW).sign();
        let post = Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, cookies)
            .body(Full::from(form(&token, request.state())))
            .unwrap();
        let response = browser.send_raw_launch(post).await;
        assert_eq!(code(&response), slug, "{what}");
    }
}

#[tokio::test]
async fn a_deployment_that_was_closed_meanwhile_is_not_opened_by_creating_it() {
    let app = App::new();
    let (_, missing) = seen(&app, OnMissingDeployment::Forward, (None, None)).await;
    let missing = missing.unwrap();
    launch(&app, |token| token).await;
    for (status, kind) in [
        (DeploymentStatus::Pending, LtiErrorKind::DeploymentPending),
        (DeploymentStatus::Disabled, LtiErrorKind::DeploymentDisabled),
    ] {
        app.store.set_status(missing.key(), status).await.unwrap();
        let refused = missing.clone().create().await.unwrap_err();
        assert_eq!(refused.kind(), kind);
    }
}
