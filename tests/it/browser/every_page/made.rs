//! The pages, made as a tool makes them.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use tower::ServiceExt;
use tower_lti::{
    LtiError, LtiLogin, LtiTool, MemoryStore,
    claims::names,
    deep_linking::ResourceLinkItem,
    error::LtiErrorKind,
    keys::ToolKey,
    registration::Registrations,
    testing::{DeepLinkingOptions, PlatformServices},
};

use crate::{app::App, platform_storage, sessions};

/// A page: its name, and its HTML.
pub(super) type Page = (String, String);

/// The page of each kind of refusal, by its name: several kinds have one code, and differ in what they say.
pub(super) fn refusals() -> Vec<Page> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    let refusals = LtiErrorKind::ALL.iter().map(|kind| {
        let error = LtiError::from(*kind);
        let page: Response<Bytes> = error.to_response(&headers);
        (format!("refused-{kind:?}"), html(&page))
    });
    refusals.collect()
}

/// All pages that are built in another way than the rest: one of each.
pub(super) async fn built_differently() -> Vec<Page> {
    let mut pages = vec![
        ("login-by-button".to_owned(), login_by_button().await),
        (
            "login-in-frame".to_owned(),
            login("iframe", &[("lti_storage_target", "_parent")]).await,
        ),
        ("launch-in-frame".to_owned(), launch_in_frame().await),
        ("sessions-to-choose".to_owned(), sessions_to_choose().await),
        ("way-back".to_owned(), way_back().await),
        ("content-response".to_owned(), content_response().await),
    ];
    let offered = pages[1].1.replace(" hidden", "");
    pages.push(("login-in-frame-offers-window".to_owned(), offered));
    pages
}

/// A login that asks too much for an address is a form.
async fn login_by_button() -> String {
    let hint = "h".repeat(3_000);
    login("document", &[("lti_message_hint", &hint)]).await
}

/// The page of a login that is shown in a frame, or as a document of its own.
async fn login(shown_as: &str, more: &[(&str, &str)]) -> String {
    let app = App::new();
    let good = [
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "user-1"),
        ("target_link_uri", "https://tool.test/app"),
    ];
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(good.iter().chain(more))
        .finish();
    let request = Request::get(format!("/lti/login?{query}"))
        .header("sec-fetch-dest", shown_as)
        .body(Full::<Bytes>::default());
    let login = LtiLogin::new(app.tool.clone());
    let page = login.oneshot(request.expect("a request")).await;
    let page = page.expect("a login is answered").into_body().collect();
    text(&page.await.expect("a page").to_bytes())
}

async fn launch_in_frame() -> String {
    let app = App::new();
    let mut visitor = platform_storage::Visitor::at(&app).await;
    html(&visitor.arrive().await)
}

async fn sessions_to_choose() -> String {
    let app = App::new();
    let mut visitor = sessions::visitor::Visitor::of(&app);
    for course in ["biology", "history"] {
        visitor.opens(course).await;
    }
    let browser = [("accept", "text/html")];
    html(&visitor.send(Method::GET, "/course", &browser).await)
}

/// A refusal that leads back to the course.
async fn way_back() -> String {
    let app = App::new();
    let mut browser = app.browser();
    let login = browser.log_in(&app.platform).await.expect("a login");
    let presentation = json!({"return_url": "https://lms.test/course"});
    let token = app
        .platform
        .id_token(&login, app.clock.unix())
        .claim(names::LAUNCH_PRESENTATION, presentation)
        .without_claim(names::RESOURCE_LINK)
        .sign();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token)
        .append_pair("state", login.state())
        .finish();
    let request = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .body(Full::from(form));
    html(&browser.send_launch(request.expect("a request")).await)
}

/// What takes chosen content back to the platform.
async fn content_response() -> String {
    let platform = PlatformServices::start().await;
    let key = ToolKey::generate_blocking().expect("a key");
    let store = MemoryStore::default();
    let registrations = Registrations::new([platform.registration()]);
    let tool = LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .registrations(registrations.expect("one registration"))
        .store(store.clone())
        .tool_keys(key)
        .build()
        .expect("the tool can be built");
    let launch = platform.deep_linking_context(&DeepLinkingOptions::new());
    let launch = launch.build_in(&store).await;
    let request = launch.deep_linking_request().expect("it is one");
    let link = ResourceLinkItem::new().title("Quiz");
    let response = request.respond(&tool).item(link).sign().await;
    let page: Response<Bytes> = response.expect("it is signed").into_response();
    html(&page)
}

fn html(page: &Response<Bytes>) -> String {
    text(page.body())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("a page is text")
}
