//! The example `deep_linking` before requests that its simulated platform does not make at the press of a button.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::Service;
use tower_lti::{
    LtiTool,
    claims::names,
    registration::Registrations,
    testing::{AuthenticationRequest, DeepLinkingOptions, SimulatedPlatform, UrlService},
};

use super::visitor::{Form, Page, Visitor};
use crate::connected::tool_key;

/// What `cargo run --example deep_linking` runs.
#[path = "../../../examples/deep_linking/main.rs"]
#[allow(dead_code)]
mod program;

/// The example with its platform, which takes what a test wants.
struct Example {
    platform: SimulatedPlatform,
    base_url: String,
}

impl Example {
    async fn start(options: DeepLinkingOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let launch_url = format!("{base_url}/lti/launch");
        let platform = SimulatedPlatform::new(&base_url);
        platform.use_deep_linking_options(options);
        let tool = LtiTool::builder()
            .launch_url(&launch_url)
            .insecure_allow_loopback_http()
            .insecure_allow_volatile_store()
            .tool_keys(tool_key())
            .registrations(Registrations::new([platform.registration()]).unwrap())
            .build()
            .unwrap();
        let app = program::router(tool, launch_url)
            .unwrap()
            .route_service("/", platform.clone())
            .route_service("/platform/{*page}", platform.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { platform, base_url }
    }

    /// A teacher, and the form by which the platform launches.
    async fn asked(&self) -> (Visitor, Form) {
        let mut teacher = Visitor::of(&self.base_url);
        let course = teacher.open("/platform/course").await;
        let launch = teacher.submit_once(&course.form("select-content")).await;
        (teacher, launch.first_form())
    }

    /// A teacher before the picker.
    async fn picking(&self) -> (Visitor, Page) {
        let (mut teacher, launch) = self.asked().await;
        let picker = teacher.submit_once(&launch).await;
        assert_eq!(picker.status, 200, "{picker:?}");
        (teacher, picker)
    }

    /// The items that came back, response by response.
    fn received(&self) -> Vec<Vec<Value>> {
        let responses = self.platform.services().deep_linking_responses();
        responses.iter().map(|one| one.items().to_vec()).collect()
    }
}

/// The form of a picker, sent by the button of this name.
fn send(picker: &Page, action: &str, contents: &[&str]) -> Form {
    let mut form = picker.first_form();
    form.fields.clear();
    for content in contents {
        form.fields
            .push(("content".to_owned(), (*content).to_owned()));
    }
    form.fill_in("action", action)
}

// DLS-09, DL-21
#[tokio::test]
async fn long_data_comes_back_and_stands_in_no_address() {
    let data = "Zoë & data, ".repeat(4_200);
    assert!(data.len() > 50 * 1_024);
    let example = Example::start(DeepLinkingOptions::new().data(&data)).await;
    let (mut teacher, picker) = example.picking().await;
    let (path, query) = picker.address.split_once('?').unwrap();
    assert_eq!(path, "/picker");
    assert_eq!(query.len(), "lti_session=".len() + 16, "{query}");
    assert_eq!(picker.first_form().action, picker.address);

    let course = teacher.submit(&send(&picker, "add", &["reading"])).await;

    assert_eq!(
        course.text("message"),
        Some("One item was added to the course."),
        "{course:?}"
    );
    let responses = example.platform.services().deep_linking_responses();
    assert_eq!(responses[0].data(), Some(&*data));
}

// DL-24, N34
#[tokio::test]
async fn whoever_loads_the_picker_once_more_sees_it_and_the_choice_is_sent_once() {
    let example = Example::start(DeepLinkingOptions::new()).await;
    let (mut teacher, launch) = example.asked().await;
    let picker = teacher.submit_once(&launch).await;

    let reloaded = teacher.open(&picker.address).await;
    assert_eq!(reloaded.html, picker.html);
    let again = teacher.submit_once(&launch).await;
    assert!(again.status.is_client_error(), "{again:?}");
    assert!(again.html.contains("pen the tool again"), "{again:?}");

    teacher.submit(&send(&picker, "add", &["cells"])).await;
    assert_eq!(example.received().len(), 1);
    let second = teacher.submit(&send(&reloaded, "add", &["light"])).await;
    assert_eq!(second.status, 409, "{second:?}");
    assert!(
        second.html.contains("deep_linking_handle_used"),
        "{second:?}"
    );
    assert_eq!(example.received().len(), 1);
}

// DLS-05, ADV-72, ADV-76
#[tokio::test]
async fn where_one_item_is_taken_one_is_chosen() {
    let options = DeepLinkingOptions::new().accept_multiple(false);
    let example = Example::start(options).await;
    let (mut teacher, picker) = example.picking().await;
    assert_eq!(picker.html.matches("type=\"radio\"").count(), 4);
    assert!(!picker.html.contains("type=\"checkbox\""), "{picker:?}");

    let refused = teacher
        .submit(&send(&picker, "add", &["cells", "light"]))
        .await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.html.contains("content_item_refused"), "{refused:?}");
    assert!(example.received().is_empty());

    teacher.submit(&send(&picker, "add", &["light"])).await;
    assert_eq!(example.received()[0][0]["title"], "Light and leaves");
}

// DLS-06, ADV-76
#[tokio::test]
async fn where_no_line_items_are_taken_links_come_without() {
    let options = DeepLinkingOptions::new().accept_lineitem(false);
    let example = Example::start(options).await;
    let (mut teacher, picker) = example.picking().await;
    assert!(
        picker.html.contains("The course takes no grades"),
        "{picker:?}"
    );
    teacher.submit(&send(&picker, "add", &["cells"])).await;
    assert_eq!(example.received()[0][0].get("lineItem"), None);
}

// ADV-76, ADV-75, DL-24
#[tokio::test]
async fn where_nothing_of_the_tool_is_taken_there_is_a_way_back_alone() {
    let options = DeepLinkingOptions::new().accept_types(["file"]);
    let example = Example::start(options).await;
    let (mut teacher, picker) = example.picking().await;
    assert!(
        picker
            .html
            .contains("The course takes nothing that this tool has")
    );
    assert!(!picker.html.contains("value=\"add\""), "{picker:?}");
    assert!(
        picker.html.contains("Back to the course</button>"),
        "{picker:?}"
    );

    let course = teacher.submit(&send(&picker, "cancel", &[])).await;

    assert_eq!(
        course.text("message"),
        Some("Nothing was added to the course."),
        "{course:?}"
    );
    assert_eq!(example.received(), [Vec::<Value>::new()]);
}

// DL-07
#[tokio::test]
async fn a_learner_gets_no_picker_and_the_course_is_told_why() {
    let options = DeepLinkingOptions::new();
    let example = Example::start(options.clone()).await;
    let (mut learner, launch) = example.asked().await;
    let launch = by_a_learner(&example, &options, launch);

    let page = learner.submit_once(&launch).await;
    assert!(!page.html.contains("name=\"content\""), "{page:?}");
    let course = learner.submit(&page.first_form()).await;

    assert!(
        course
            .html
            .contains("Only teachers add content to the course."),
        "{course:?}"
    );
    assert_eq!(example.received(), [Vec::<Value>::new()]);
}

/// The same launch, but by somebody who learns.
fn by_a_learner(example: &Example, options: &DeepLinkingOptions, launch: Form) -> Form {
    let payload = launch
        .field("id_token")
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("state", launch.field("state"))
        .append_pair("nonce", claims["nonce"].as_str().unwrap())
        .finish();
    let launch_url = format!("{}/lti/launch", example.base_url);
    let request = AuthenticationRequest::from_query(&query, &launch_url);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let token = example
        .platform
        .services()
        .deep_linking_token(options, &request, now.as_secs());
    let learner = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
    let token = token.claim(names::ROLES, json!([learner])).sign();
    launch.fill_in("id_token", &token)
}

#[tokio::test]
async fn nonsense_is_refused_with_a_page_and_uses_nothing_up() {
    let example = Example::start(DeepLinkingOptions::new()).await;
    let (mut teacher, picker) = example.picking().await;
    for contents in [&[][..], &["none of it"], &["cells", "none of it"]] {
        let again = teacher.submit(&send(&picker, "add", contents)).await;
        assert_eq!(again.status, 422, "{contents:?}");
        assert!(again.html.contains("role=\"alert\""), "{again:?}");
        assert!(again.html.contains("value=\"add\""), "{again:?}");
    }
    let host = example.base_url.strip_prefix("http://").unwrap();
    for (content_type, body) in [
        ("text/plain", "content=cells"),
        ("application/json", "{}"),
        ("application/x-www-form-urlencoded", ""),
        ("application/x-www-form-urlencoded", &"x".repeat(3_000_000)),
    ] {
        let request = Request::post("/picker")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, content_type)
            .body(Full::new(Bytes::from(body.to_owned())))
            .unwrap();
        let answer = UrlService::new(host).call(request).await.unwrap();
        assert_eq!(answer.status(), 401, "{content_type}");
        let page = answer.into_body().collect().await.unwrap().to_bytes();
        let page = String::from_utf8_lossy(&page).into_owned();
        assert!(page.contains("launch_required"), "{page}");
    }
    teacher.submit(&send(&picker, "add", &["cells"])).await;
    assert_eq!(example.received().len(), 1);
}
