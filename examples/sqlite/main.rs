//! A tool that keeps its deployments in a database of its own, with a small simulated platform beside
//! it.
//!
//! ```text
//! cargo run --example sqlite
//! ```
//!
//! starts both on <http://127.0.0.1:3000>. `LTI_DATABASE` names the SQLite file; without it, it is
//! `tower-lti.sqlite` in the directory where the program was started. Registrations are in it, too: what is added to
//! them, changed and removed counts within seconds. The store is in `store.rs`, `registrations.rs` and `sessions.rs`.

mod registrations;
mod sessions;
mod store;

use std::{
    env,
    error::Error,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tokio::net::TcpListener;
use tower_lti::{
    LaunchContext, LoginSecret, LtiLaunchLayer, LtiLogin, LtiTool,
    live_registrations::LiveRegistrations, registration::RegistrationRecord,
    session::LtiSessionLayer, testing::SimulatedPlatform,
};

use crate::store::{Customer, SqliteStore};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The tool cannot run: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let file = match env::var_os("LTI_DATABASE").filter(|file| !file.is_empty()) {
        Some(file) => PathBuf::from(file),
        None => PathBuf::from("tower-lti.sqlite"),
    };
    let store = SqliteStore::open(&file)
        .await
        .map_err(|error| format!("the database {} cannot be used: {error}", file.display()))?;
    let listener = TcpListener::bind("127.0.0.1:3000")
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1:3000: {error}"))?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let platform = SimulatedPlatform::new(&base_url);
    let registrations = LiveRegistrations::new(store.clone());
    let record = RegistrationRecord::from_json(&platform.services().registration_json())?;
    // Where it is there already, it stays as it is.
    if registrations.get(record.id()).await?.is_none() {
        registrations.add(record).await?;
    }
    let tool = LtiTool::builder()
        .launch_url(format!("{base_url}/lti/launch"))
        // For this demonstration alone: a real tool has https, and `LoginSecret::from_env`, so that
        // logins outlive a restart and every instance opens the others'.
        .insecure_allow_loopback_http()
        .login_secret(LoginSecret::generate()?)
        .registrations(registrations)
        .store(store.clone())
        .parked_launches(store.clone())
        .session_store(store.clone())
        .build()?;
    tokio::spawn(sweep_now_and_then(store));

    let pages = Router::new()
        .route_service("/", platform.clone())
        .route_service("/platform/{*page}", platform);
    let app = Router::new()
        // Reload, back and bookmark lead to the page, and never to the launch, which is taken once.
        .route("/lti/launch", post(async || Redirect::to("/tool")))
        .route("/tool", get(open_tool))
        .layer(LtiSessionLayer::new(tool.clone())?)
        .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch"))
        .route_service("/lti/login", LtiLogin::new(tool))
        .merge(pages);
    println!("The tool is at {base_url}, its database {}", file.display());
    axum::serve(listener, app).await?;
    Ok(())
}

/// The store has put the customer beside the deployment that it found, so nothing is asked twice.
async fn open_tool(launch: LaunchContext) -> Response {
    let deployment = launch.deployment();
    let Some(customer) = deployment.extensions().get::<Customer>() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let text = format!(
        "Welcome, customer {}: deployment {}",
        customer.id,
        deployment.id()
    );
    text.into_response()
}

async fn sweep_now_and_then(store: SqliteStore) {
    let mut every = tokio::time::interval(Duration::from_secs(10 * 60));
    loop {
        every.tick().await;
        if let Err(error) = store.sweep(SystemTime::now()).await {
            eprintln!("what has expired could not be swept out: {error}");
        }
    }
}
