//! A teacher chooses quizzes and pages for a course; learners open them there, and their scores come back.
//!
//! ```text
//! cargo run --example deep_linking
//! ```
//!
//! starts it, with a simulated platform, its course and its grade book beside it, on <http://127.0.0.1:3000>.

mod catalogue;
mod content;
mod item;
mod pages;
mod picker;

use std::{env, error::Error};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tokio::net::TcpListener;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, LtiTool,
    claims::MessageType,
    keys::{LtiJwks, ToolKey},
    registration::Registrations,
    session::LtiSessionLayer,
    testing::SimulatedPlatform,
    tool::ConfigError,
};

/// What the handlers share.
#[derive(Clone)]
struct Site {
    tool: LtiTool,
    launch_url: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LTI_LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&listen).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let launch_url = format!("{base_url}/lti/launch");
    let platform = SimulatedPlatform::new(&base_url);
    // Making an RSA key takes its time.
    let key = tokio::task::spawn_blocking(ToolKey::generate_blocking).await??;
    let tool = LtiTool::builder()
        .launch_url(&launch_url)
        // Both are for trying the tool out.
        .insecure_allow_loopback_http()
        .insecure_allow_volatile_store()
        .tool_keys(key)
        .registrations(Registrations::new([platform.registration()])?)
        .build()?;
    let app = router(tool, launch_url)?
        .route_service("/", platform.clone())
        .route_service("/platform/{*page}", platform);

    println!("The tool is at {base_url}");
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await?;
    Ok(())
}

/// All of the tool.
pub(crate) fn router(tool: LtiTool, launch_url: String) -> Result<Router, ConfigError> {
    let site = Site {
        tool: tool.clone(),
        launch_url,
    };
    Ok(Router::new()
        .route("/lti/launch", post(open))
        .route("/picker", get(picker::show).post(picker::choose))
        .route("/tool", get(content::show).post(content::hand_in))
        .with_state(site)
        .layer(LtiSessionLayer::new(tool.clone())?)
        // Around the picker, too: its refusals are answered as those of launches are.
        .layer(
            LtiLaunchLayer::new(tool.clone())
                .add_path("/lti/launch")
                .accept_message_type(MessageType::DeepLinking),
        )
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool)))
}

/// Sends the browser on to the picker, or to the content of the link. It can reload both there; the launch is taken once.
async fn open(State(site): State<Site>, launch: LaunchContext) -> Result<Response, LtiError> {
    match launch.deep_linking_request() {
        Some(request) => picker::open(&site, &request).await,
        None => Ok(Redirect::to("/tool").into_response()),
    }
}
