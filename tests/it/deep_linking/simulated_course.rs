//! A tool with a picker, mounted beside the simulated platform.

use axum::{
    Form, Router,
    extract::State,
    response::{Html, IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, LtiTool,
    claims::MessageType,
    deep_linking::{ContentItem, DeepLinkingRequest},
    grades::Score,
    keys::LtiJwks,
    registration::Registrations,
    testing::SimulatedPlatform,
};

use super::visitor::Visitor;
use crate::connected::tool_key;

/// Both at one address.
pub(super) struct SimulatedCourse {
    pub(super) platform: SimulatedPlatform,
    pub(super) base_url: String,
}

/// What a test fills into the picker.
#[derive(Deserialize)]
struct Chosen {
    handle: String,
    #[serde(default)]
    items: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    error_message: String,
    #[serde(default)]
    log: String,
    #[serde(default)]
    error_log: String,
}

impl SimulatedCourse {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let platform = SimulatedPlatform::new(&base_url);
        let tool = LtiTool::builder()
            .launch_url(format!("{base_url}/lti/launch"))
            .insecure_allow_loopback_http()
            .insecure_allow_volatile_store()
            .tool_keys(tool_key())
            .registrations(Registrations::new([platform.registration()]).unwrap())
            .build()
            .unwrap();
        let layer = LtiLaunchLayer::new(tool.clone())
            .add_path("/lti/launch")
            .accept_message_type(MessageType::DeepLinking);
        let router = Router::new()
            .route("/lti/launch", post(launched))
            .layer(layer)
            .route("/chosen", post(chosen))
            .with_state(tool.clone())
            .route_service("/lti/login", LtiLogin::new(tool.clone()))
            .route_service("/lti/jwks.json", LtiJwks::new(tool))
            .route_service("/", platform.clone())
            .route_service("/platform/{*page}", platform.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { platform, base_url }
    }

    pub(super) fn visitor(&self) -> Visitor {
        Visitor::of(&self.base_url)
    }
}

async fn launched(
    State(tool): State<LtiTool>,
    launch: LaunchContext,
    request: Option<DeepLinkingRequest>,
    headers: HeaderMap,
) -> Response {
    match request {
        Some(request) => picker(&tool, &request, &headers),
        None => play(&tool, &launch).await,
    }
}

fn picker(tool: &LtiTool, request: &DeepLinkingRequest, headers: &HeaderMap) -> Response {
    let handle = request.handle(tool, headers).unwrap();
    let presentation = request.launch().claims().launch_presentation().unwrap();
    let page = format!(
        "<form method=\"post\" action=\"/chosen\"><input name=\"handle\" value=\"{}\">\
         <button id=\"choose\">Choose</button></form><p id=\"target\">{}</p>",
        handle.text(),
        presentation.document_target().unwrap(),
    );
    handle.with_cookie(Html(page).into_response())
}

async fn chosen(
    State(tool): State<LtiTool>,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Response {
    let response = async {
        let items: Vec<Value> = serde_json::from_str(&chosen.items).unwrap_or_default();
        let items = items
            .into_iter()
            .map(|item| ContentItem::from_json(item).unwrap());
        let response = tool
            .open_deep_linking(&chosen.handle, &headers)?
            .respond()
            .items(items)
            .message(&chosen.message)
            .error_message(&chosen.error_message)
            .log(&chosen.log)
            .error_log(&chosen.error_log)
            .sign()
            .await?;
        Ok::<_, LtiError>(response.into_response::<Bytes>())
    };
    match response.await {
        Ok(response) => response.map(axum::body::Body::from),
        Err(error) => {
            let refusal = error.item_error().map(ToString::to_string);
            let refusal = refusal.unwrap_or_else(|| error.code().as_str().to_owned());
            (error.status(), refusal).into_response()
        }
    }
}

/// Grades a learner with eight of ten points, and shows what the launch says.
async fn play(tool: &LtiTool, launch: &LaunchContext) -> Response {
    let claims = launch.claims();
    let link = claims.resource_link().unwrap();
    if claims.roles().is_learner() && claims.ags_endpoint().unwrap().lineitem().is_some() {
        let user = claims.sub().unwrap();
        let grades = tool.services().grades(launch).unwrap();
        let posted = grades.post(Score::of(user, 8.0, 10.0).unwrap()).await;
        posted.expect("the platform takes the score");
    }
    let items = tool.services().grades(launch).unwrap().line_items();
    let items = items.resource_id("quiz-1").tag("final").collect().await;
    let found: Vec<String> = items
        .unwrap()
        .iter()
        .map(|item| item.id().to_owned())
        .collect();
    let shown = json!({
        "link": link.id(),
        "title": link.title(),
        "target": claims.target_link_uri(),
        "quiz": claims.custom().get("quiz"),
        "line_item": claims.ags_endpoint().unwrap().lineitem(),
        "found": found,
        "deployment": launch.deployment().key().id().as_str(),
    });
    (StatusCode::OK, shown.to_string()).into_response()
}
