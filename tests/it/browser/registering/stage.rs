//! A platform that registers a tool on another site: `http://localhost` and `http://127.0.0.1`.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{Html, Response},
    routing::post,
};
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore,
    dynamic_registration::{LtiRegistration, RegistrationAccess, ToolMessage, ToolProfile},
    keys::{LtiJwks, ToolKey},
    live_registrations::LiveRegistrations,
    testing::SimulatedPlatform,
};

use crate::browser::sites::{listen, serve, serve_platform};

/// A platform, and a tool that it does not know yet.
pub(super) struct Stage {
    pub(super) platform: SimulatedPlatform,
    pub(super) platform_url: String,
    pub(super) register_url: String,
    pub(super) registrations: LiveRegistrations,
    /// How many requests to the registration URL came with a cookie, or were answered with one.
    cookies: Arc<AtomicUsize>,
}

impl Stage {
    pub(super) async fn start() -> Self {
        let (platform_listener, platform_port) = listen().await;
        let (tool_listener, tool_port) = listen().await;
        let platform_url = format!("http://localhost:{platform_port}");
        let tool_url = format!("http://127.0.0.1:{tool_port}");
        let platform = SimulatedPlatform::new(&platform_url)
            .with_tool_at(&tool_url)
            .offering_registration();
        let registrations = LiveRegistrations::new(MemoryStore::default());
        let cookies = Arc::default();
        serve(tool_listener, tool(&registrations, &tool_url, &cookies));
        serve_platform(platform_listener, &platform);
        Self {
            platform,
            platform_url,
            register_url: format!("{tool_url}/lti/register"),
            registrations,
            cookies,
        }
    }

    /// What the platform's page leads to.
    pub(super) fn address(&self) -> String {
        self.platform
            .services()
            .registration_address(&self.register_url)
    }

    pub(super) fn assert_no_cookies(&self) {
        assert_eq!(self.cookies.load(Ordering::SeqCst), 0);
    }
}

fn tool(registrations: &LiveRegistrations, tool_url: &str, cookies: &Arc<AtomicUsize>) -> Router {
    let tool = LtiTool::builder()
        .launch_url(format!("{tool_url}/lti/launch"))
        .insecure_allow_loopback_http()
        .registrations(registrations.clone())
        .tool_keys(ToolKey::generate_blocking().expect("a key"))
        .build()
        .expect("the tool can be built");
    let profile = ToolProfile::new(
        "Cells & more",
        format!("{tool_url}/lti/login"),
        format!("{tool_url}/lti/jwks.json"),
    )
    .add_message(ToolMessage::deep_linking())
    .uses_grades()
    .uses_rosters()
    .claims(["iss", "sub", "name", "email"]);
    let anybody = RegistrationAccess::InsecureAnybody;
    let registering = LtiRegistration::new(tool.clone(), registrations.clone(), profile, anybody)
        .expect("the profile is good");
    let registering = Router::new()
        .route_service("/lti/register", registering)
        .layer(middleware::from_fn_with_state(Arc::clone(cookies), count));
    Router::new()
        .route("/lti/launch", post(welcome))
        .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch"))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool))
        .merge(registering)
}

async fn welcome(launch: LaunchContext) -> Html<String> {
    let name = launch.claims().user().and_then(|user| user.name());
    let name = html_escape::encode_text(name.unwrap_or("nobody")).into_owned();
    Html(format!(
        "<!doctype html><title>Tool</title><h1 id=\"welcome\">Welcome {name}</h1>"
    ))
}

async fn count(State(cookies): State<Arc<AtomicUsize>>, request: Request, next: Next) -> Response {
    let came = request.headers().contains_key("cookie");
    let response = next.run(request).await;
    if came || response.headers().contains_key("set-cookie") {
        cookies.fetch_add(1, Ordering::SeqCst);
    }
    response
}
