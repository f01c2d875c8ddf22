//! A tool whose deployments are customers: each is set up by whoever teaches there and launches first,
//! and approved by an administrator of the tool, unless the platform says that they run the course. Platforms
//! register themselves by invitation, and are approved on the same page.
//!
//! ```text
//! cargo run --example onboarding
//! ```
//!
//! starts it, with a simulated platform beside it, on <http://127.0.0.1:3000>. Launch from a new
//! deployment, fill in the form, approve it at `/admin/deployments`, and try again. Make an invitation there, and give it
//! to the simulated platform at `/platform/admin`. `LTI_LISTEN` names another loopback address.

mod admin;
mod invitation;
mod pages;
mod platforms;
mod same_origin;

use std::{
    collections::HashMap,
    env,
    error::Error,
    net::SocketAddr,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, Query, State},
    http::HeaderMap,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore, OnMissingDeployment,
    deployment::{DeploymentKey, DeploymentStatus},
    dynamic_registration::LtiRegistration,
    keys::{LtiJwks, ToolKey},
    live_registrations::LiveRegistrations,
    onboarding::OnboardingTicket,
    registration::RegistrationRecord,
    session::LtiSessionLayer,
    store::DeploymentStore,
    testing::SimulatedPlatform,
};

/// The longest name of an organisation, in characters.
const LONGEST_NAME: usize = 100;

/// No form here is larger.
const LARGEST_FORM: usize = 16 * 1024;

/// What the handlers share.
#[derive(Clone)]
struct Site {
    tool: LtiTool,
    store: MemoryStore,
    registrations: LiveRegistrations,
    registering: LtiRegistration,
    base_url: Arc<str>,
    /// The store keeps which deployments there are; what else a customer is stands beside it.
    organisations: Arc<Mutex<HashMap<DeploymentKey, String>>>,
}

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
    let listen = env::var("LTI_LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let address: SocketAddr = listen
        .parse()
        .map_err(|error| format!("LTI_LISTEN is {listen:?}: {error}"))?;
    if !address.ip().is_loopback() {
        return Err(
            format!("{address} is not loopback, and anybody may open the admin page").into(),
        );
    }
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let base_url = format!("http://{}", listener.local_addr()?);

    let platform = SimulatedPlatform::new(&base_url).offering_registration();
    let store = MemoryStore::default();
    let registrations = LiveRegistrations::new(store.clone());
    let known = RegistrationRecord::from_json(&platform.services().registration_json())?;
    registrations.add(known).await?;
    let tool = LtiTool::builder()
        .launch_url(format!("{base_url}/lti/launch"))
        .insecure_allow_loopback_http()
        .registrations(registrations.clone())
        .tool_keys(ToolKey::generate_blocking()?)
        .store(store.clone())
        .build()?;
    let site = Site {
        tool: tool.clone(),
        store,
        registering: invitation::registering(&tool, &registrations, &base_url)?,
        registrations,
        base_url: base_url.as_str().into(),
        organisations: Arc::default(),
    };

    println!("The tool is at {base_url}");
    println!("Deployments and platforms are approved at {base_url}/admin/deployments");
    axum::serve(listener, app(site, tool, platform)?).await?;
    Ok(())
}

fn app(site: Site, tool: LtiTool, platform: SimulatedPlatform) -> Result<Router, Box<dyn Error>> {
    let onboarding = "/onboarding".parse()?;
    let launches = Router::new()
        // A launch is taken once, and so is a ticket: the page that can be reloaded has an address of its own.
        .route("/lti/launch", post(async || Redirect::to("/tool")))
        .route("/lti/resume", get(async || Redirect::to("/tool")))
        .route("/tool", get(greet))
        .layer(LtiSessionLayer::new(tool.clone())?)
        .layer(
            LtiLaunchLayer::new(tool.clone())
                .add_path("/lti/launch")
                .resume_path("/lti/resume")
                .on_missing_deployment(OnMissingDeployment::Redirect(onboarding)),
        );
    let forms = Router::new()
        .route("/onboarding", get(show_form).post(take_form))
        .route("/admin/deployments", get(admin::list).post(admin::decide))
        .route("/admin/platforms", post(platforms::decide))
        .route("/admin/invitations", post(invitation::invite))
        .route_layer(from_fn_with_state(site.clone(), same_origin::check))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    let registering = site.registering.clone();
    let simulated = Router::new()
        .route_service("/", platform.clone())
        .route_service("/platform/{*page}", platform);
    Ok(launches
        .merge(forms)
        .with_state(site)
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route_service("/lti/jwks.json", LtiJwks::new(tool))
        .route_service(invitation::PATH, registering)
        .merge(simulated))
}

/// The tool itself, whether the launch came straight here or waited.
async fn greet(State(site): State<Site>, launch: LaunchContext) -> Response {
    let name = launch.claims().user().and_then(|user| user.name());
    let organisation = site.organisation(launch.deployment().key());
    pages::welcome(name, organisation.as_deref())
}

#[derive(Deserialize)]
struct Visit {
    ticket: String,
}

/// Where a person is sent whose deployment was not known, and comes back to.
async fn show_form(
    State(site): State<Site>,
    Query(visit): Query<Visit>,
    headers: HeaderMap,
) -> Result<Response, LtiError> {
    let ticket = site.open(&visit.ticket, &headers)?;
    let known = site.store.find(ticket.deployment()).await?;
    Ok(match known.map(|deployment| deployment.status()) {
        None => pages::form(&visit.ticket, "", None),
        Some(DeploymentStatus::Pending) => pages::waiting(&visit.ticket),
        // The launch layer lets in whom it may, and tells the others why not.
        Some(_) => Redirect::to(&pages::resume(&visit.ticket)).into_response(),
    })
}

#[derive(Deserialize)]
struct Answers {
    ticket: String,
    organisation: String,
    terms: Option<String>,
}

async fn take_form(
    State(site): State<Site>,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> Result<Response, LtiError> {
    let ticket = site.open(&answers.ticket, &headers)?;
    let organisation = answers.organisation.trim();
    let fits = (1..=LONGEST_NAME).contains(&organisation.chars().count());
    let problem = if !fits || organisation.chars().any(char::is_control) {
        Some("Give your organisation's name, in at most 100 characters.")
    } else if answers.terms.is_none() {
        Some("The tool can only be set up by somebody who accepts its terms.")
    } else {
        None
    };
    if problem.is_some() {
        return Ok(pages::form(&answers.ticket, organisation, problem));
    }

    // What waits for approval already goes on waiting, whoever comes.
    let known = site.store.find(ticket.deployment()).await?;
    let deployment = match known {
        Some(known) => known,
        None if ticket.roles().is_context_administrator() => {
            site.tool.complete_onboarding(&ticket).await?
        }
        None => site.tool.request_approval(&ticket).await?,
    };
    // Whoever asked first has named it.
    site.organisations()
        .entry(deployment.key().clone())
        .or_insert_with(|| organisation.to_owned());
    Ok(Redirect::to(&pages::onboarding(&answers.ticket)).into_response())
}

impl Site {
    /// Opens the ticket of somebody who may speak for the deployment.
    fn open(&self, ticket: &str, headers: &HeaderMap) -> Result<OnboardingTicket, LtiError> {
        let ticket = self.tool.open_onboarding_ticket(ticket, headers)?;
        let roles = ticket.roles();
        if roles.is_instructor() || roles.is_context_administrator() {
            Ok(ticket)
        } else {
            Err(ticket.reject())
        }
    }

    fn organisation(&self, key: &DeploymentKey) -> Option<String> {
        self.organisations().get(key).cloned()
    }

    fn organisations(&self) -> MutexGuard<'_, HashMap<DeploymentKey, String>> {
        self.organisations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
