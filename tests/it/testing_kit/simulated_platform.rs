//! The platform of the examples: its services, and its grade book page.

use std::collections::BTreeMap;

use axum::Router;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::Service;
use tower_lti::testing::{
    AuthenticationRequest, SigningKey, SimulatedPlatform, StorageOptions, UrlService,
};

/// The simulated platform behind a socket, as the examples mount it.
struct Mounted {
    platform: SimulatedPlatform,
    base_url: String,
    authority: String,
}

impl Mounted {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let base_url = format!("http://{authority}");
        let platform = SimulatedPlatform::new(&base_url);
        let key = SigningKey::shared(2, "tool-key");
        let set = json!({"keys": [key.jwk()]}).to_string();
        let router = Router::new()
            .route_service("/", platform.clone())
            .route_service("/platform/{*page}", platform.clone())
            .route("/lti/jwks.json", axum::routing::get(async || set));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            platform,
            base_url,
            authority,
        }
    }

    async fn send(&self, request: http::request::Builder, body: String) -> (u16, String) {
        let request = request.body(Full::from(body)).unwrap();
        let response: Response<Full<Bytes>> = UrlService::new(&self.authority)
            .call(request)
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn token(&self) -> String {
        let nobody = AuthenticationRequest::from_query("", "https://tool.test/app");
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let claims = json!({
            "iss": "demo-tool", "sub": "demo-tool", "aud": format!("{}/platform/token", self.base_url),
            "iat": now, "exp": now + 300, "jti": "assertion-1",
        });
        let assertion = tower_lti::testing::Platform::new("https://platform.example", "demo-tool")
            .id_token(&nobody, now)
            .raw_payload(claims.to_string())
            .signed_by(&SigningKey::shared(2, "tool-key"))
            .header("kid", "tool-key")
            .sign();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .append_pair("client_assertion", &assertion)
            .append_pair(
                "scope",
                "https://purl.imsglobal.org/spec/lti-ags/scope/score",
            )
            .finish();
        let request = Request::post("/platform/token")
            .header("content-type", "application/x-www-form-urlencoded");
        let (status, body) = self.send(request, form).await;
        assert_eq!(status, 200, "{body}");
        let answer: Value = serde_json::from_str(&body).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_score_stands_on_the_grade_book_page() {
    let mounted = Mounted::start().await;
    let token = mounted.token().await;
    let item = mounted.platform.services().line_item();
    let path = item.strip_prefix(&mounted.base_url).unwrap();
    let score = json!({
        "userId": "user-learner", "scoreGiven": 2, "scoreMaximum": 3, "comment": "<b>Good</b>",
        "timestamp": "2023-11-14T22:13:20.001Z",
        "activityProgress": "Completed", "gradingProgress": "FullyGraded",
    });
    let request = Request::post(format!("{path}/scores"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/vnd.ims.lis.v1.score+json");
    let (status, _) = mounted.send(request, score.to_string()).await;
    assert_eq!(status, 200);

    let (status, page) = mounted
        .send(Request::get("/platform/grades"), String::new())
        .await;

    assert_eq!(status, 200);
    for shown in [
        "Week 1: Cells <small>out of 100",
        "Lea Lerner",
        "66.67",
        "Max Muster",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert!(page.contains("&lt;b&gt;Good"), "a comment is text: {page}");
    assert!(
        !page.contains("Ines Lehrer"),
        "a teacher has no grades: {page}"
    );
}

#[tokio::test]
async fn its_launches_say_where_its_services_are() {
    let mut platform = SimulatedPlatform::new("http://127.0.0.1:3000");
    let asked: BTreeMap<&str, &str> = [
        ("client_id", "demo-tool"),
        ("redirect_uri", "http://127.0.0.1:3000/lti/launch"),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("scope", "openid"),
        ("prompt", "none"),
        ("login_hint", "learner"),
        ("nonce", "n-1"),
        ("state", "s-1"),
    ]
    .into();
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked)
        .finish();
    let request = Request::get(format!("/platform/auth?{query}")).body(Full::<Bytes>::default());

    let page = platform.call(request.unwrap()).await.unwrap();

    let page = page.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    let (_, token) = page.split_once("name=\"id_token\" value=\"").unwrap();
    let payload = token.split('.').nth(1).unwrap();
    let payload =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload);
    let claims: Value = serde_json::from_slice(&payload.unwrap()).unwrap();
    let grades = &claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"];
    assert_eq!(grades["lineitem"], platform.services().line_item());
    let roster = &claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"];
    assert_eq!(
        roster["context_memberships_url"],
        platform.services().members_url()
    );
    assert_eq!(claims["sub"], "user-learner");
}

async fn page(platform: &SimulatedPlatform, query: &str) -> String {
    let answer = platform.respond("/platform/course", query);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

// DOC-01
#[tokio::test]
async fn a_wrong_redirect_uri_is_named_with_the_one_that_is_expected() {
    let mut platform = SimulatedPlatform::new("http://127.0.0.1:3000");
    let asked = "/platform/auth?client_id=demo-tool&login_hint=learner&nonce=n-1\
                 &redirect_uri=http://127.0.0.1:3000/lti/%3Cb%3Elunch";
    let request = Request::get(asked).body(Full::<Bytes>::default());

    let page = platform.call(request.unwrap()).await.unwrap();

    assert_eq!(page.status(), 400);
    let page = page.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("The tool asked wrongly"), "{page}");
    let says = "<code>redirect_uri</code> is \
                <code>http://127.0.0.1:3000/lti/&lt;b&gt;lunch</code>, and has to be \
                <code>http://127.0.0.1:3000/lti/launch</code>";
    assert!(page.contains(says), "{page}");
}

// STORE-01
#[tokio::test]
async fn only_a_page_that_stays_says_where_it_stores() {
    let platform = SimulatedPlatform::new("http://127.0.0.1:3000");
    for (query, says, stores) in [
        ("", false, false),
        ("open=frame", true, true),
        ("open=window", true, true),
    ] {
        let page = page(&platform, query).await;
        let target = "name=\"lti_storage_target\" value=\"lti-storage\"";
        assert_eq!(page.contains(target), says, "{query}");
        assert_eq!(
            page.contains("src=\"/platform/storage\""),
            stores,
            "{query}"
        );
    }
    let picker = page(&platform, "select=frame").await;
    assert!(
        picker.contains("lti_storage_target=lti-storage"),
        "{picker}"
    );

    platform.use_storage(StorageOptions::none());

    for query in ["open=frame", "select=frame"] {
        let page = page(&platform, query).await;
        assert!(!page.contains("lti_storage_target"), "{query}");
    }
}

#[tokio::test]
async fn a_tool_elsewhere_is_launched_there() {
    let platform =
        SimulatedPlatform::new("http://localhost:3000").with_tool_at("http://127.0.0.1:4000");

    let page = page(&platform, "open=frame").await;

    assert!(page.contains("action=\"http://127.0.0.1:4000/lti/login\""));
    assert!(page.contains("value=\"http://127.0.0.1:4000/lti/launch\""));
    let registration = platform.registration();
    assert_eq!(
        registration.authorization_endpoint(),
        "http://localhost:3000/platform/auth"
    );
}

async fn admin(platform: &SimulatedPlatform, path: &str, query: &str) -> (u16, String, String) {
    let answer = platform.respond(path, query);
    let status = answer.status().as_u16();
    let location = answer.headers().get("location");
    let location = location.map_or("", |it| it.to_str().unwrap()).to_owned();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, location, String::from_utf8(body.to_vec()).unwrap())
}

// Whatever is framed there has the origin of the tool, too.
#[tokio::test]
async fn the_administrator_s_page_opens_web_addresses_alone() {
    let platform = SimulatedPlatform::new("http://127.0.0.1:3000").offering_registration();
    for url in [
        "javascript:alert(1)//",
        "JavaScript:alert(1)",
        " java\tscript:alert(1)",
        "data:text/html,x",
        "blob:http://127.0.0.1:3000/x",
        "file:///etc/passwd",
        "/lti/register",
        "//evil.test/",
        "",
    ] {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("open", "frame")
            .append_pair("url", url)
            .finish();
        for path in ["/platform/admin", "/platform/admin/open"] {
            let (status, location, page) = admin(&platform, path, &query).await;
            assert_eq!((status, location.as_str()), (400, ""), "{url:?} at {path}");
            assert!(!page.contains("<iframe"), "{page}");
        }
    }
    let query = "open=frame&url=http://127.0.0.1:3000/lti/register";
    let (status, _, page) = admin(&platform, "/platform/admin", query).await;
    assert_eq!(status, 200);
    assert!(page.contains("src=\"http://127.0.0.1:3000/lti/register?openid_configuration="));
    let (status, location, _) = admin(&platform, "/platform/admin/open", query).await;
    assert_eq!(status, 303);
    assert!(location.starts_with("http://127.0.0.1:3000/lti/register?"));
    assert_eq!(admin(&platform, "/platform/admin/open", "").await.0, 400);
}

#[tokio::test]
async fn the_administrator_s_pages_are_there_where_registration_is_offered() {
    let platform = SimulatedPlatform::new("http://127.0.0.1:3000");
    for path in [
        "/platform/admin",
        "/platform/admin/open",
        "/platform/admin/activate",
    ] {
        let query = "url=https://tool.test/register&client_id=tool-1";
        assert_eq!(admin(&platform, path, query).await.0, 404, "{path}");
    }
}
