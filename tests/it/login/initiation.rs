//! Login initiation: what the platform is asked, what the browser is given, what is refused.

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_lti::{
    LtiLogin,
    registration::{Registration, Registrations},
    testing::{AuthenticationRequest, Platform},
};

use crate::app::{App, code};

const TARGET: &str = "https://tool.test/app";

fn query(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn good() -> Vec<(&'static str, &'static str)> {
    vec![
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "0"),
        ("target_link_uri", TARGET),
    ]
}

async fn send(app: &App, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let login = LtiLogin::new(app.tool.clone());
    let answer = login.oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

fn get(query: &str) -> Request<Full<Bytes>> {
    Request::get(format!("/lti/login?{query}"))
        .header(header::ACCEPT, "application/json")
        .body(Full::default())
        .unwrap()
}

fn post(path: &str, form: &str) -> Request<Full<Bytes>> {
    Request::post(path)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::from(form.to_owned()))
        .unwrap()
}

fn asked(answer: &Response<Bytes>) -> AuthenticationRequest {
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    AuthenticationRequest::from_query(location.split_once('?').unwrap().1, TARGET)
}

// LOGIN-01, LOGIN-03, LOGIN-06, LOGIN-17, LOGIN-22, LOGIN-23, AUTHREQ-01, AUTHREQ-02, AUTHREQ-06,
// AUTHREQ-07, AUTHREQ-08, AUTHREQ-10, I01, I10, I11, I12
#[tokio::test]
async fn a_login_asks_the_platform_for_exactly_what_is_due() {
    let app = App::new();
    for request in [get(&query(&good())), post("/lti/login", &query(&good()))] {
        let answer = send(&app, request).await;
        assert_eq!(answer.status(), 303);
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(location.starts_with("https://lms.test/auth?"), "{location}");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers()[header::REFERRER_POLICY], "no-referrer");
        let asked = asked(&answer);
        let names: Vec<&str> = asked
            .parameters()
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "scope",
                "response_type",
                "response_mode",
                "prompt",
                "client_id",
                "redirect_uri",
                "login_hint",
                "state",
                "nonce"
            ]
        );
        for (name, value) in [
            ("scope", "openid"),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("prompt", "none"),
            ("client_id", "tool-1"),
            ("redirect_uri", "https://tool.test/lti/launch"),
            ("login_hint", "0"),
        ] {
            assert_eq!(asked.parameter(name), value);
        }
        assert!(asked.nonce().len() >= 43 && !asked.state().contains(asked.nonce()));
    }
}

/// The good parameters with one of them set to another value, or left out.
fn with(name: &str, value: Option<&str>) -> String {
    let mut fields = good();
    fields.retain(|(known, _)| *known != name);
    fields.extend(value.map(|value| (name, value)));
    query(&fields)
}

// LOGIN-02, LOGIN-03, LOGIN-04, LOGIN-07, LOGIN-10, LOGIN-13, LOGIN-14, MODEL-17
#[tokio::test]
async fn a_login_that_is_wrong_in_one_thing_is_refused_without_a_cookie() {
    let long = "x".repeat(8 * 1024 + 1);
    let mut cases = Vec::new();
    for name in ["iss", "login_hint", "target_link_uri"] {
        cases.push(("I01 missing", with(name, None), "malformed_request"));
        cases.push(("I01 empty", with(name, Some("")), "malformed_request"));
    }
    for name in ["iss", "client_id", "login_hint", "target_link_uri"] {
        let twice = format!("{}&{name}=a&{name}=b", query(&good()));
        cases.push(("I03, PLAT-L12 twice", twice, "malformed_request"));
    }
    for issuer in [
        "https://other.test",
        "https://lms.test/",
        "https://LMS.test",
        "\"><script>x</script>",
        "https://lms.test\r\n\u{1b}[31m",
    ] {
        let query = with("iss", Some(issuer));
        cases.push(("I02, I15 unknown issuer", query, "registration_unknown"));
    }
    for client in ["tool-2", "TOOL-1", "tool-1 "] {
        let query = with("client_id", Some(client));
        cases.push(("I02 unknown client", query, "registration_unknown"));
    }
    for name in ["login_hint", "lti_message_hint"] {
        cases.push(("long hint", with(name, Some(&long)), "malformed_request"));
    }
    for target in [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        let query = with("target_link_uri", Some(target));
        cases.push(("I05, PLAT-L13", query, "target_not_allowed"));
    }
    cases.push(("broken escape", "iss=%zz".into(), "malformed_request"));
    let app = App::new();
    for (what, query, slug) in cases {
        for request in [get(&query), post("/lti/login", &query)] {
            let answer = send(&app, request).await;
            assert_eq!(answer.status(), 400, "{what}: {query}");
            assert_eq!(code(&answer), slug, "{what}: {query}");
            assert!(!answer.headers().contains_key(header::SET_COOKIE), "{what}");
            assert!(!answer.headers().contains_key(header::LOCATION), "{what}");
            let told = String::from_utf8_lossy(answer.body()).into_owned();
            assert!(
                !told.contains("script") && !told.contains("lms.test"),
                "{told}"
            );
        }
    }
    let stored = (app.store.nonce_count(), app.store.deployment_count());
    assert_eq!(stored, (0, 0));
}

// I02
#[tokio::test]
async fn the_operator_is_told_an_unknown_client_from_an_unknown_issuer() {
    use tower_lti::{LtiError, error::LtiErrorKind};
    let app = App::new();
    for (query, kind) in [
        (
            with("client_id", Some("tool-9")),
            LtiErrorKind::ClientIdUnknown,
        ),
        (
            with("iss", Some("https://other.test")),
            LtiErrorKind::IssuerUnknown,
        ),
    ] {
        let answer = send(&app, get(&query)).await;
        let refusal = answer.extensions().get::<LtiError>();
        assert_eq!(refusal.map(LtiError::kind), Some(kind));
    }
}

// LOGIN-01, LOGIN-14, LOGIN-15, LOGIN-16, I01, I10
#[tokio::test]
async fn a_login_is_a_get_or_a_form_post_and_nothing_else() {
    let app = App::new();
    let other = post("/lti/login?iss=https%3A%2F%2Fevil.test", &query(&good()));
    assert_eq!(code(&send(&app, other).await), "malformed_request");
    let same = post("/lti/login?iss=https%3A%2F%2Flms.test&x=1", &query(&good()));
    assert_eq!(send(&app, same).await.status(), 303);
    let split = post("/lti/login?iss=https%3A%2F%2Flms.test", &with("iss", None));
    assert_eq!(send(&app, split).await.status(), 400);
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS"] {
        let mut request = get(&query(&good()));
        *request.method_mut() = method.parse().unwrap();
        let answer = send(&app, request).await;
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.headers()[header::ALLOW], "GET, POST");
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
    }
    let mut json = post("/lti/login", "{}");
    let media_type = "application/json".parse().unwrap();
    json.headers_mut().insert(header::CONTENT_TYPE, media_type);
    assert_eq!(send(&app, json).await.status(), 415);
    let sixteen = format!("{}&more={}", query(&good()), "x".repeat(16 * 1024));
    assert_eq!(send(&app, post("/lti/login", &sixteen)).await.status(), 303);
    let huge = format!("{}&more={}", query(&good()), "x".repeat(64 * 1024));
    assert_eq!(send(&app, post("/lti/login", &huge)).await.status(), 413);
}

// LOGIN-05, LOGIN-12, AUTHREQ-04, AUTHREQ-05, I06, I08, I09, L1, L4
#[tokio::test]
async fn hints_are_echoed_byte_for_byte_and_the_endpoints_query_is_kept() {
    let app = App::with(|builder| {
        let registration = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth?tenant=1")
            .jwks_url("https://lms.test/jwks")
            .build()
            .unwrap();
        builder.registrations(Registrations::new([registration]).unwrap())
    });
    for hint in [
        r#"{"cmid":"41","launchid":"ltilaunch9_1804289383"}"#,
        "x&redirect_uri=https://evil&response_mode=query#f\r\nX: y",
        "Qm9c2VccEH5D~_+/=",
    ] {
        let mut fields = good();
        fields.extend([("lti_message_hint", hint), ("canvas_region", "us-east-1")]);
        let mut request = get(&query(&fields));
        for name in ["host", "x-forwarded-host", "forwarded"] {
            let evil = "host=evil.example".parse().unwrap();
            request.headers_mut().insert(name, evil);
        }
        let answer = send(&app, request).await;
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(
            location.starts_with("https://lms.test/auth?tenant=1&scope=openid"),
            "{location}"
        );
        let asked = asked(&answer);
        assert_eq!(asked.parameter("lti_message_hint"), hint);
        assert_eq!(
            asked.parameter("redirect_uri"),
            "https://tool.test/lti/launch"
        );
        assert_eq!(
            asked
                .parameters()
                .iter()
                .filter(|(name, _)| name == "redirect_uri")
                .count(),
            1
        );
    }
}

// AUTHREQ-03, L8
#[tokio::test]
async fn what_is_too_long_for_an_address_becomes_a_form() {
    let app = App::new();
    let hint = format!("<\"{}", "x".repeat(3_000));
    let mut fields = good();
    fields.push(("lti_message_hint", &hint));
    let answer = send(&app, post("/lti/login", &query(&fields))).await;
    assert_eq!(answer.status(), 200);
    let page = String::from_utf8_lossy(answer.body());
    assert!(page.contains("action=\"https://lms.test/auth\"") && !page.contains("<\"x"));
    assert!(answer.headers().contains_key(header::SET_COOKIE));
}

// LOGIN-08, LOGIN-09, MODEL-01, L5
#[tokio::test]
async fn a_login_without_a_client_id_is_served_where_it_is_plain_which_is_meant() {
    let mut fields = good();
    fields.remove(1);
    let without = query(&fields);
    assert_eq!(send(&App::new(), get(&without)).await.status(), 303);

    let app = App::with(|builder| {
        let second = Registration::builder("https://lms.test", "tool-2")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .login_name("school-2")
            .build()
            .unwrap();
        let first = Platform::new("https://lms.test", "tool-1").registration();
        builder.registrations(Registrations::new([first, second]).unwrap())
    });
    assert_eq!(
        code(&send(&app, get(&without)).await),
        "registration_unknown"
    );
    let login = LtiLogin::new(app.tool.clone()).registration_from_path();
    for (path, status) in [("school-2", 303), ("school-3", 400)] {
        let request = Request::get(format!("/lti/login/{path}?{without}"))
            .body(Full::<Bytes>::default())
            .unwrap();
        let answer = login.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}
