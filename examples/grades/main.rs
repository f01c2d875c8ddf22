//! A quiz whose result appears in the platform's grade book, at once or later, and a roster for teachers.
//!
//! ```text
//! cargo run --example grades
//! ```
//!
//! starts it, with a simulated platform and its grade book beside it, on <http://127.0.0.1:3000>.

mod pages;
mod questions;
mod quiz;
mod roster;
mod worker;

use std::{env, error::Error};

use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};
use tokio::net::TcpListener;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, LtiTool,
    keys::{LtiJwks, ToolKey},
    registration::Registrations,
    services::Services,
    session::LtiSessionLayer,
    testing::SimulatedPlatform,
};

use crate::worker::Later;

/// What the handlers share.
#[derive(Clone)]
struct Site {
    services: Services,
    later: Later,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LTI_LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&listen).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let platform = SimulatedPlatform::new(&base_url);
    // Making an RSA key takes its time.
    let key = tokio::task::spawn_blocking(ToolKey::generate_blocking).await??;
    let tool = LtiTool::builder()
        .launch_url(format!("{base_url}/lti/launch"))
        // All three are for trying the tool out.
        .insecure_allow_loopback_http()
        .insecure_allow_volatile_store()
        .tool_keys(key)
        .registrations(Registrations::new([platform.registration()])?)
        .build()?;
    let (later, worker) = worker::start(tool.services());
    let site = Site {
        services: tool.services(),
        later,
    };

    let app = Router::new()
        // Reload, back and bookmark lead to the page, and never to the launch, which is taken once.
        .route("/lti/launch", post(async || Redirect::to("/tool")))
        .route("/tool", get(quiz::show).post(quiz::hand_in))
        .route("/tool/roster", get(roster::show))
        .with_state(site)
        .layer(LtiSessionLayer::new(tool.clone())?)
        .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch"))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool))
        .route_service("/", platform.clone())
        .route_service("/platform/{*page}", platform);

    println!("The tool is at {base_url}");
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            // What was handed in is sent before the end; the platform is in this program, too.
            worker.finish().await;
        })
        .await?;
    Ok(())
}
