//! Logins: a page where the platform stores or cookies may be blocked, and else the redirect.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_lti::{LtiLogin, tool::Limits};

use super::{TARGET, data};
use crate::app::{App, NOW, code};

fn good<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "hint & more"),
        ("target_link_uri", TARGET),
        ("canvas_region", "us-\"east\""),
    ];
    fields.extend(more);
    fields
}

fn query(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

async fn get(app: &App, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response<Bytes> {
    let mut request = Request::get(format!("/lti/login?{}", query(fields)));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(Full::default()).unwrap()).await
}

async fn send(app: &App, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let login = LtiLogin::new(app.tool.clone());
    let (parts, body) = login.oneshot(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

fn page(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

fn cookies(answer: &Response<Bytes>) -> Vec<&str> {
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    cookies.map(|cookie| cookie.to_str().unwrap()).collect()
}

// STORE-01, STORE-05, STORE-09, STORE-10, STORE-11, STORE-13, STORE-15
#[tokio::test]
async fn a_login_with_a_storage_target_sets_the_cookie_and_has_its_secret_stored() {
    let app = App::new();
    let fields = good(&[("lti_storage_target", "_parent")]);
    for accept in ["text/html", "application/json"] {
        let answer = get(&app, &fields, &[("accept", accept)]).await;

        assert_eq!(answer.status(), 200);
        let cookies = cookies(&answer);
        let [own, probe] = cookies[..] else {
            panic!("{cookies:?}");
        };
        let (name, rest) = own.split_once('=').unwrap();
        let secret = rest.split(';').next().unwrap();
        let id = name.strip_prefix("__Host-lti-s-").unwrap();
        assert!(own.contains("; HttpOnly; "), "{own}");
        assert!(probe.starts_with("__Host-lti-p=1; SameSite=None; Partitioned"));
        let data = data(&answer).unwrap();
        let next = data["next"].as_str().unwrap().to_owned();
        assert!(next.starts_with("https://lms.test/auth?"), "{next}");
        assert_eq!(
            data,
            json!({
                "step": "store",
                "origin": "https://lms.test",
                "frame": "_parent",
                "key": format!("lti_login_{id}"),
                "value": secret,
                "next": next,
                "wait_ms": 2_000,
                "has_probe": true,
            })
        );
        // One value is stored: neither the state nor the nonce.
        let asked: Vec<_> = form_urlencoded::parse(next.split_once('?').unwrap().1.as_bytes())
            .filter(|(name, _)| name == "state" || name == "nonce")
            .map(|(_, value)| value.into_owned())
            .collect();
        assert_eq!(asked.len(), 2);
        assert!(!asked.iter().any(|value| value == secret));
    }
}

// STORE-16, STORE-17
#[tokio::test]
async fn the_page_of_a_login_is_kept_by_no_cache_and_runs_its_own_script_alone() {
    let app = App::new();
    let fields = good(&[("lti_storage_target", "_parent")]);

    let answer = get(&app, &fields, &[]).await;

    let headers = answer.headers();
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(!headers.contains_key("x-frame-options"));
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    let nonce = policy.split_once("script-src 'nonce-").unwrap().1;
    let nonce = nonce.split('\'').next().unwrap();
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'"
        )
    );
    let page = page(&answer);
    let scripts: Vec<&str> = page.split("<script ").skip(1).collect();
    let [data, script] = scripts[..] else {
        panic!("{} scripts", scripts.len())
    };
    assert!(data.starts_with("type=\"application/json\""));
    assert!(script.starts_with(&format!("nonce=\"{nonce}\"")));
    assert!(!page.contains("onclick"), "no handler stands in the markup");
    // A field of that form may have the name of any member of it, and hides that.
    assert!(page.contains("<form method=\"post\" id=\"lti-new-window\""));
    assert!(!script.contains("lti-new-window"));
    // The question for capabilities alone, which holds nothing, may go to any origin.
    let anywhere: Vec<&str> = script
        .lines()
        .filter(|line| line.contains("\"*\""))
        .collect();
    let [question] = anywhere[..] else {
        panic!("{anywhere:?}")
    };
    assert!(question.contains("lti.capabilities"));
    let again = get(&app, &fields, &[]).await;
    assert!(!self::page(&again).contains(nonce), "each page has its own");
    // Without scripts there is a sentence, the button, and a way to go on.
    let silent: Vec<&str> = page.split("<noscript>").skip(1).collect();
    assert_eq!(silent.len(), 2);
    assert!(silent[0].contains("Scripts are switched off"));
    assert!(silent[0].contains("#lti-offer"));
    assert!(silent[1].contains("<a href=\"https://lms.test/auth?"));
}

// STORE-01, ADV-89
#[tokio::test]
async fn a_frame_without_storage_finds_out_whether_cookies_work() {
    let app = App::new();
    let framed = ("sec-fetch-dest", "iframe");
    for (headers, is_page) in [
        (vec![], false),
        (vec![("sec-fetch-dest", "document")], false),
        (vec![framed], true),
        (vec![framed, ("cookie", "theme=dark")], true),
        (vec![framed, ("cookie", "theme=__Host-lti-p=1")], true),
        (vec![framed, ("cookie", "__Host-lti-p=1")], false),
        (vec![framed, ("cookie", "a=b; __Host-lti-t-0=x")], false),
    ] {
        let answer = get(&app, &good(&[]), &headers).await;

        assert_eq!(
            answer.status(),
            if is_page { 200 } else { 303 },
            "{headers:?}"
        );
        let probed = cookies(&answer)
            .iter()
            .any(|cookie| cookie.starts_with("__Host-lti-p="));
        assert_eq!(probed, headers.contains(&framed), "{headers:?}");
        if is_page {
            let data = data(&answer).unwrap();
            assert_eq!(data["origin"], Value::Null, "nothing is stored");
            assert_eq!(data["has_probe"], true);
            for absent in ["frame", "key", "value"] {
                assert_eq!(data.get(absent), None, "{absent}");
            }
        }
    }
}

// ADV-89, STORE-15
#[tokio::test]
async fn the_button_begins_the_same_login_in_a_window_of_its_own() {
    let app = App::new();
    let fields = good(&[
        ("lti_storage_target", "_parent"),
        ("lti_message_hint", "<&>\"'"),
        ("\"><b>", "odd"),
    ]);
    let form = query(&fields);
    let posted = Request::post("/lti/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::from(form))
        .unwrap();
    for answer in [get(&app, &fields, &[]).await, send(&app, posted).await] {
        let page = page(&answer);
        let (_, rest) = page.split_once(" id=\"lti-new-window\"").unwrap();
        let (form, _) = rest.split_once("</form>").unwrap();
        assert!(
            form.starts_with(" target=\"_blank\" rel=\"noopener\">"),
            "{form}"
        );
        assert!(form.contains("<button>Open in a new window</button>"));
        let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
        let carried: Vec<(String, String)> = inputs
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").unwrap();
                let value = rest.split_once('"').unwrap().0;
                let plain = |text| html_escape::decode_html_entities(text).into_owned();
                (plain(name), plain(value))
            })
            .collect();
        let expected: Vec<_> = fields
            .iter()
            .filter(|(name, _)| *name != "lti_storage_target")
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(carried, expected);

        let again: Vec<_> = carried.iter().map(|(a, b)| (&**a, &**b)).collect();
        let request = Request::post(format!("/lti/login?{}", query(&fields)))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-dest", "document")
            .body(Full::from(query(&again)))
            .unwrap();
        let answer = send(&app, request).await;
        assert_eq!(answer.status(), 303, "nothing to store at there");
    }
}

// F20, STORE-17
#[tokio::test]
async fn a_target_is_any_text_of_256_bytes_and_stands_in_the_page_escaped() {
    let app = App::new();
    let (all_escaped, longest) = ("\u{1}".repeat(256), "x".repeat(256));
    for target in [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "\u{2028}\u{2029}&amp;\"'\\",
        &all_escaped,
        &longest,
    ] {
        let answer = get(&app, &good(&[("lti_storage_target", target)]), &[]).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(data(&answer).unwrap()["frame"], target);
        let page = page(&answer);
        assert!(!page.contains("alert(1)</script>"));
        assert!(!page.contains("<!--<"));
        assert!(!page.contains('\u{2028}'));

        // And the launch knows it from its state.
        let mut browser = app.browser().with_platform_storage(target).block_cookies();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
    }
    assert_eq!(app.calls(), 5);
    let target = "x".repeat(257);
    let json = [("accept", "application/json")];
    let answer = get(&app, &good(&[("lti_storage_target", &target)]), &json).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(code(&answer), "malformed_request");
    assert!(cookies(&answer).is_empty());
}

// LOGIN-14
#[tokio::test]
async fn a_target_that_is_one_in_the_query_and_another_in_the_body_is_refused() {
    let app = App::new();
    let request = Request::post("/lti/login?lti_storage_target=a")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::from(query(&good(&[("lti_storage_target", "b")]))))
        .unwrap();
    assert_eq!(send(&app, request).await.status(), 400);
}

// STORE-11
#[tokio::test]
async fn an_authentication_request_too_long_for_a_url_is_a_form_of_the_page() {
    let app = App::new();
    let hint = "h".repeat(3_000);
    let fields = good(&[
        ("lti_storage_target", "_parent"),
        ("lti_message_hint", &hint),
    ]);

    let answer = get(&app, &fields, &[]).await;

    assert_eq!(data(&answer).unwrap().get("next"), None);
    let page = page(&answer);
    let (form, _) = page.split_once(" id=\"lti-next\"").unwrap();
    assert!(form.ends_with("<form method=\"post\" action=\"https://lms.test/auth\""));
    let mut browser = app
        .browser()
        .with_platform_storage("_parent")
        .with_login_parameter("lti_message_hint", &hint)
        .block_cookies();
    let request = browser.log_in(&app.platform).await.unwrap();
    assert_eq!(request.parameter("lti_message_hint"), hint);
}

// STORE-08, ADV-90
#[tokio::test]
async fn the_wait_for_the_platform_is_two_seconds_or_what_was_set() {
    for (set, waits) in [
        (None, 2_000),
        (Some(Duration::from_millis(750)), 750),
        (Some(Duration::ZERO), 100),
        (Some(Duration::from_secs(60)), 5_000),
    ] {
        let app = App::with(|builder| match set {
            Some(timeout) => builder.limits(Limits::default().storage_timeout(timeout)),
            None => builder,
        });
        let answer = get(&app, &good(&[("lti_storage_target", "_parent")]), &[]).await;
        assert_eq!(data(&answer).unwrap()["wait_ms"], waits);
    }
}
