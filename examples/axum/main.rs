//! An LTI tool on axum, with a small simulated platform beside it.
//!
//! ```text
//! cargo run --example axum
//! ```
//!
//! starts both on <http://127.0.0.1:3000>: a course, whose learner gets a grade, whose teacher sees the roster and selects
//! content, and which shows what a tool does with a copied launch and with blocked cookies. The doctor's page is at `/doctor`,
//! for this machine alone. To be launched by a real platform, set `LTI_BASE_URL`,
//! `LTI_REGISTRATIONS` and the other variables in `settings.rs`; or let it register itself, with `LTI_REGISTER=open`, at
//! `/lti/register`.

mod after_launch;
mod answer;
mod base_url;
mod call;
mod deep_linking;
mod doctor;
mod grades;
mod keys;
mod origin;
mod pages;
mod picker;
mod refusal;
mod register;
mod registrations;
mod roster;
mod routes;
mod said;
mod settings;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use tower_lti::{
    LtiError, LtiLaunchLayer, LtiLogin, LtiTool,
    claims::MessageType,
    error::LtiErrorKind,
    keys::LtiJwks,
    onboarding::MissingDeployment,
    session::{LtiSession, LtiSessionLayer},
};

use crate::{pages::Wanted, registrations::Known, settings::Settings};

/// What the tool is called, on all of its pages and at platforms.
const NAME: &str = "tower-lti example";

/// What the handlers share.
#[derive(Clone)]
struct Site {
    tool: LtiTool,
    base_url: String,
    /// The path of `base_url`: what the tool gives as its own address begins with it.
    root: String,
}

impl Site {
    /// The page of a launch, as browsers ask for it.
    fn page_of(&self, session: &LtiSession) -> String {
        format!("{}/tool/{}", self.root, session.reference())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The tool cannot run: {}", settings::chain(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(settings::log()?)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    let settings = Settings::from_env().await?;
    let tool = settings.tool()?;
    let site = Site {
        tool: tool.clone(),
        base_url: settings.base_url.clone(),
        root: base_url::path_of(&settings.base_url),
    };

    let mut app = Router::new()
        .route("/lti/launch", post(open_tool))
        .route("/tool/{id}", get(show_again))
        .route("/tool/{id}/members", get(after_launch::members))
        .route(
            "/tool/{id}/grade",
            get(after_launch::ask).post(after_launch::hand_in),
        )
        .with_state(site.clone())
        // Where cookies are blocked, the session's handle then stands in the path: no access log may have it. Without this
        // line it stands in the query.
        .layer(LtiSessionLayer::new(tool.clone())?.reference_in_path("/tool/"))
        .layer(
            LtiLaunchLayer::new(tool.clone())
                .add_path("/lti/launch")
                // Whoever selects content in the course gets a picker.
                .accept_message_type(MessageType::DeepLinking)
                .on_missing_deployment(settings.on_missing.clone()),
        )
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool.clone()))
        .merge(routes::router().with_state(site.clone()));
    if let (Some(register), Known::Live(registrations)) = (settings.register, &settings.known) {
        let service = register.service(&tool, registrations, &settings.base_url)?;
        app = app.route_service("/lti/register", service);
    }
    let doctor = doctor::page(&tool, &settings.base_url, settings.listener.local_addr()?);
    let has_doctor = doctor.is_some();
    if let Some(doctor) = doctor {
        app = app.route_service(doctor::PATH, doctor);
    }
    if let Some(mut platform) = settings.simulated {
        if has_doctor {
            platform = platform.offering_doctor(&format!("{}{}", site.root, doctor::PATH));
        }
        // Shows on the course page what the tool does where browsers block its cookies.
        app = app.layer(platform.cookie_switch());
        let pages = Router::new()
            .route_service("/", platform.clone())
            .route_service("/platform/{*page}", platform);
        app = app.merge(pages);
    }

    println!("The tool is at {}", settings.base_url);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(settings.listener, app)
        .with_graceful_shutdown(shutdown())
        .await?;
    Ok(())
}

/// Either of the two is there: a launch with the session that it began, or, with `LTI_ON_MISSING=forward`, one from a
/// deployment that is not known.
async fn open_tool(
    State(site): State<Site>,
    session: Option<LtiSession>,
    missing: Option<MissingDeployment>,
    wanted: Wanted,
) -> Response {
    match (session, missing) {
        (Some(session), _) => match wanted {
            Wanted::Visit => visit(&site, &session).await.into_response(),
            Wanted::Json => pages::launched_json(&session),
            Wanted::Page => pages::launched(&site, &session, session.launch().deployment_created()),
        },
        (None, Some(missing)) => pages::missing(&missing, wanted),
        (None, None) => LtiError::from(LtiErrorKind::LaunchRequired).into_response(),
    }
}

/// Sends the browser on to a page that it can reload: a launch is taken once.
async fn visit(site: &Site, session: &LtiSession) -> Result<Redirect, LtiError> {
    if session.launch().deployment_created() {
        // The requests after it created nothing. What the page is to know of this one, the session keeps.
        session.set_data(&Visit { has_created: true }).await?;
    }
    Ok(Redirect::to(&site.page_of(session)))
}

/// The application's own data in the session.
#[derive(Default, Deserialize, Serialize)]
struct Visit {
    has_created: bool,
}

/// The page of a launch, as often as its browser reloads it.
async fn show_again(State(site): State<Site>, session: LtiSession) -> Response {
    let visit: Visit = session.data().ok().flatten().unwrap_or_default();
    pages::launched(&site, &session, visit.has_created)
}

/// Ends at ctrl-c, and at SIGTERM where there is such a thing.
async fn shutdown() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
