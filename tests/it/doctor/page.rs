//! The doctor as a page: who may see it, who may run it, and how often.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_lti::{
    LtiTool,
    doctor::{Doctor, LtiDoctor},
    registration::Registrations,
};

use super::world::{Reply, World, good};
use crate::{
    connected::tool_key,
    pages::{assert_marked, marked},
};

fn page(world: &World) -> LtiDoctor {
    LtiDoctor::new(world.doctor(&json!([good()]).to_string()), |parts| {
        let is_administrator = parts.headers.get("authorization").is_some();
        async move { is_administrator }
    })
}

async fn send(page: &LtiDoctor, method: Method, headers: &[(&str, &str)]) -> Response<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri("/admin/doctor");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    page.clone()
        .oneshot(request.body(()).unwrap())
        .await
        .unwrap()
}

async fn text(response: Response<Full<Bytes>>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

const ADMINISTRATOR: (&str, &str) = ("authorization", "Bearer x");
const COOKIE: (&str, &str) = ("cookie", "session=1");

// ADV-93, ADV-97
#[tokio::test]
async fn only_whom_the_application_lets_in_can_see_and_run_it() {
    let world = World::start().await;
    let page = page(&world);

    for method in [Method::GET, Method::POST, Method::PUT] {
        let refused = send(&page, method, &[]).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    }
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("host", "tool.test"),
    ] {
        let headers = [ADMINISTRATOR, COOKIE, foreign];
        let refused = send(&page, Method::POST, &headers).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{foreign:?}");
    }
    let refused = send(&page, Method::PUT, &[ADMINISTRATOR]).await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(world.asked().is_empty());

    let shown = send(&page, Method::GET, &[ADMINISTRATOR]).await;
    assert_eq!(shown.status(), StatusCode::OK);
    assert_eq!(shown.headers()[header::CACHE_CONTROL], "no-store");
    assert!(text(shown).await.contains("Check now</button>"));
    assert!(world.asked().is_empty());
}

// ADV-93
#[tokio::test]
async fn a_check_is_shown_as_a_page_or_as_json_and_what_others_wrote_is_escaped() {
    let world = World::start().await;
    world.tokens(|_| Reply::new(400, r#"{"error":"no <script>alert(1)</script> here"}"#));
    let page = page(&world);

    let same_origin = [ADMINISTRATOR, COOKIE, ("sec-fetch-site", "same-origin")];
    let shown = send(&page, Method::POST, &same_origin).await;
    assert_eq!(shown.status(), StatusCode::OK);
    let policy = shown.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let html = text(shown).await;
    assert!(html.contains("<code>token_refused</code>"), "{html}");
    assert!(
        html.contains("no &lt;script&gt;alert(1)") && !html.contains("<script"),
        "{html}"
    );

    let by_origin = [
        ADMINISTRATOR,
        COOKIE,
        ("origin", "https://tool.test"),
        ("host", "tool.test"),
        ("accept", "application/json"),
    ];
    let json: Value =
        serde_json::from_str(&text(send(&page, Method::POST, &by_origin).await).await).unwrap();
    assert_eq!(json["findings"][0]["check"], "token_refused");
    assert_eq!(json["errors"], 1);
}

// ADV-97
#[tokio::test]
async fn one_check_runs_at_a_time() {
    let world = World::start().await;
    let page = page(&world);

    let (one, other) = tokio::join!(
        send(&page, Method::POST, &[ADMINISTRATOR]),
        send(&page, Method::POST, &[ADMINISTRATOR]),
    );

    assert_eq!(one.status(), StatusCode::OK);
    assert_eq!(other.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(other.headers()[header::RETRY_AFTER], "30");
    assert_eq!(
        send(&page, Method::POST, &[ADMINISTRATOR]).await.status(),
        StatusCode::OK
    );
}

// ADV-93, ADV-97
#[tokio::test]
async fn one_registration_can_be_checked_alone_on_the_page() {
    let world = World::start().await;
    let page = page(&world);
    for (query, checked) in [
        ("?only=tool-1", 1),
        ("?only=https%3A%2F%2Flms.test", 1),
        ("?only=tool-2", 0),
        ("?only=", 1),
    ] {
        let request = Request::post(format!("/admin/doctor{query}"))
            .header("authorization", "Bearer x")
            .header("accept", "application/json");
        let shown = page
            .clone()
            .oneshot(request.body(()).unwrap())
            .await
            .unwrap();
        let json: Value = serde_json::from_str(&text(shown).await).unwrap();
        assert_eq!(json["registrations"], checked, "{query}");
    }
}

// PG02, PG03
#[tokio::test]
async fn the_page_bears_the_tool_s_name_and_leaves_none_of_its_own_texts_untranslated() {
    let world = World::start().await;
    world.tokens(|_| Reply::new(400, r#"{"error":"invalid_client"}"#));
    let registrations = Registrations::from_json(&json!([good()]).to_string()).unwrap();
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(registrations)
        .exchange(world.client())
        .tool_keys(tool_key());
    let doctor = Doctor::of_tool(&marked(tool).build().unwrap());
    let page = LtiDoctor::new(doctor, |parts| {
        let is_administrator = parts.headers.contains_key("authorization");
        async move { is_administrator }
    });

    for (method, headers) in [
        (Method::GET, &[ADMINISTRATOR][..]),
        (Method::POST, &[ADMINISTRATOR]),
        (Method::PUT, &[ADMINISTRATOR]),
        (Method::GET, &[]),
        (Method::POST, &[ADMINISTRATOR, COOKIE]),
    ] {
        let shown = text(send(&page, method, headers).await).await;
        assert_marked(&shown, &[]);
    }
    let german = [ADMINISTRATOR, ("accept-language", "de")];
    let shown = text(send(&page, Method::POST, &german).await).await;
    assert!(shown.contains("Geprüfte Registrierungen: 1."), "{shown}");
    assert!(shown.contains("<dd lang=\"en\" dir=\"ltr\">"), "{shown}");
}
