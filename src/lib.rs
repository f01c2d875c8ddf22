//! LTI 1.3 launches as Tower middleware.
//!
//! A teacher puts a link to a tool into a course in a learning platform (Canvas, Moodle, Brightspace, Blackboard, Open
//! edX …), and a learner clicks it. The platform then tells the tool who the learner is, in which course and in which role:
//! that is a *launch*. This crate is the tool's side of it, in anything that speaks [Tower](https://docs.rs/tower): it
//! verifies each launch, and gives it to the handler as a [`LaunchContext`].
//!
//! The [guide] has a page for everything that one wants to do, in the order of need. It begins with
//! [one launch in a picture](guide::concepts) and [a first tool](guide::first_tool).
//!
//! # Example
//!
//! A tool, and a simulated platform to launch it from. In an empty folder:
//!
//! ```sh
//! cargo new my-tool
//! cd my-tool
//! cargo add axum
//! cargo add tokio --features macros,net,rt-multi-thread
//! cargo add tower-lti --features axum,testing
//! ```
//!
//! `src/main.rs`:
//!
//! ```no_run
//! # #[cfg(all(feature = "axum", feature = "testing", feature = "reqwest"))] mod example {
//! use axum::{Router, routing::post};
//! use tokio::net::TcpListener;
//! use tower_lti::{
//!     LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, registration::Registrations,
//!     testing::SimulatedPlatform,
//! };
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let url = "http://127.0.0.1:3000";
//!     // A learning platform to try the tool with, on the pages `/` and `/platform/…`.
//!     let platform = SimulatedPlatform::new(url);
//!     let tool = LtiTool::builder()
//!         .launch_url(format!("{url}/lti/launch"))
//!         .insecure_allow_loopback_http() // http, for development on this machine
//!         .registrations(Registrations::new([platform.registration()])?)
//!         .build()?;
//!     let app = Router::new()
//!         .route("/lti/launch", post(open_tool))
//!         // Verifies what is posted to /lti/launch before the handler runs.
//!         .layer(LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch"))
//!         .route_service("/lti/login", LtiLogin::new(tool))
//!         .route_service("/", platform.clone())
//!         .route_service("/platform/{*page}", platform);
//!     let listener = TcpListener::bind("127.0.0.1:3000").await?;
//!     println!("Open {url}");
//!     axum::serve(listener, app).await?;
//!     Ok(())
//! }
//!
//! async fn open_tool(launch: LaunchContext) -> String {
//!     let claims = launch.claims();
//!     let name = claims.user().and_then(|user| user.name());
//!     let course = claims.context().and_then(|course| course.title());
//!     let (name, course) = (name.unwrap_or("Somebody"), course.unwrap_or("a course"));
//!     format!("{name} opened this from {course}.")
//! }
//! # }
//! ```
//!
//! There is no release on crates.io yet: until then the last line names a checkout, too, by `--path`.
//!
//! `cargo run`, and <http://127.0.0.1:3000> opens the platform's page. What comes next, a real platform, several instances and
//! sessions, is in the README in five steps, and in the [guide].
//!
//! # Words
//!
//! - A *registration* is the agreement between one platform and this tool: the platform's issuer, the client id
//!   that it gave the tool, its endpoints and where its keys are. The operator sets it up: [`registration`].
//! - A *deployment* is one installation of the tool under a registration, such as that of one school or course.
//!   Its id comes with a launch; the tool keeps a record of it, with a status: [`deployment`].
//! - A *nonce* is a random value that one login sends and its `id_token` must bring back. Each is accepted
//!   once: [`nonce`].
//! - The *state* says which login a launch belongs to. It is signed by the tool and travels through the browser,
//!   so that a login stores nothing.
//! - A *launch* is the `id_token` that arrives in the end, and what the handler makes of it: [`launch`].
//!
//! # One launch
//!
//! 1. The platform sends the browser to the tool's login URL: [`login`].
//! 2. [`LtiLogin`] finds the registration, and sends the browser to the platform's authorization endpoint, with a
//!    signed state, a nonce and a cookie. Nothing is stored.
//! 3. The platform makes the browser post a form to the tool's launch URL.
//! 4. [`LtiLaunchLayer`] proves that form: state and cookie, signature with the platform's
//!    [key set](key_set), issuer, audience, times, nonce, and every LTI [claim](claims). Then it consumes the
//!    nonce in the [store], and finds the deployment or creates it, as the [policy] says.
//! 5. The handler finds a [`LaunchContext`] in the request's extensions.
//!
//! After it, with the feature `services`, the handler or a worker days later sends grades and reads rosters, by
//! `LtiTool::services`, or lets a teacher choose what the course gets, by `deep_linking`.
//!
//! Three rules stand above every feature:
//!
//! 1. A nonce is consumed before the deployment's fate is decided, and never given back.
//! 2. However many launches race for a new deployment, one record is created and all of them see it.
//! 3. Nothing is written, and nothing in the request is believed, before state and signature are proven.
//!
//! # Where things are
//!
//! Each type has one home, the module that its page names. The nine that nearly every tool needs are at the
//! root as well: [`LtiTool`], [`LoginSecret`], [`LtiLogin`], [`LtiLaunchLayer`], [`LaunchContext`],
//! [`LtiError`], [`OnMissingDeployment`], [`MemoryStore`] and `RedisStore`.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `reqwest` | yes | [`HttpsClient`](outbound::HttpsClient): requests to platforms over https, with rustls, behind an SSRF guard |
//! | `axum` | | extractors for [`LaunchContext`], [`MissingDeployment`](onboarding::MissingDeployment) and deep linking requests, and for each as an `Option` |
//! | `metrics` | | counters and histograms for logins, launches, store calls and requests to platforms, through the crate `metrics` |
//! | `redis` | | [`RedisStore`]: nonces and deployments shared by all instances |
//! | `redis-cluster` | | [`RedisStore`] over a Redis Cluster |
//! | `redis-tls` | | [`RedisStore`] over TLS, with rustls |
//! | `registration` | | [`dynamic_registration`], and registrations that change while the tool runs: [`live_registrations`] |
//! | `doctor` | | [`doctor`]: checks registrations and the tool's own side before the first launch, as a call, a page and a program |
//! | `services` | | [`services`]: keys of the tool, access tokens, grades, rosters and content selection |
//! | `sessions` | | [`session`]: what a launch has proven, at the next click, with and without cookies |
//! | `tracing` | | spans and events for logins, launches, store calls and key fetches, without personal data |
//! | `testing` | | [`testing`]: a simulated platform with its services, a browser, a clock to move, and the contract suite for stores |
//!
//! # Security
//!
//! What is promised and what is not stands in `SECURITY.md`, and in short in [`guide::security`]. No log line, error page or
//! `Debug` holds a token, a cookie, a secret, a nonce, a name, an e-mail address or a user id.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::print_stdout))]

pub mod guide;

pub mod login;

pub mod launch;
pub mod migration;
pub mod onboarding;

pub mod languages;

#[cfg(feature = "doctor")]
pub mod doctor;
#[cfg(feature = "registration")]
pub mod dynamic_registration;
#[cfg(feature = "registration")]
pub mod live_registrations;

#[cfg(feature = "services")]
mod access_token;
#[cfg(feature = "services")]
mod content_item;
#[cfg(feature = "services")]
pub mod deep_linking;
#[cfg(feature = "services")]
pub mod grades;
#[cfg(feature = "services")]
mod http_date;
#[cfg(feature = "services")]
mod paging;
#[cfg(feature = "services")]
mod retry;
#[cfg(feature = "services")]
pub mod roster;
#[cfg(feature = "services")]
mod service_client;
#[cfg(feature = "services")]
mod service_error;
#[cfg(feature = "services")]
mod service_url;
#[cfg(feature = "services")]
pub mod services;
#[cfg(feature = "services")]
mod tool_keys;

#[cfg(feature = "sessions")]
pub mod session;
#[cfg(feature = "sessions")]
mod session_key;

mod browser_binding;
mod digest;
mod endpoint;
mod form;
mod launch_context;
mod platform_storage;
mod state;

mod base64url;
mod id_token;
mod identifier;
mod identity;
mod json;

pub mod claims;
pub mod key_set;

pub mod deployment;
pub mod nonce;
pub mod policy;
pub mod registration;
pub mod store;

pub mod health;
mod instance;
#[cfg(feature = "services")]
pub mod keys;
mod limits;
mod login_parameters;
pub mod outbound;
mod sealer;
mod secret;
pub mod tool;
#[cfg(any(feature = "services", feature = "testing"))]
mod tool_key;
mod web_address;

pub mod clock;
pub mod error;
mod layer_response;
mod observe;
mod page_text;
pub mod pages;
mod random;
mod redact;
mod spelling;
#[cfg(feature = "services")]
mod timestamp;

#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "redis")]
pub use self::store::redis::RedisStore;
pub use self::{
    error::LtiError,
    launch::{LaunchContext, LtiLaunchLayer},
    login::LtiLogin,
    policy::OnMissingDeployment,
    store::MemoryStore,
    tool::{LoginSecret, LtiTool},
};

#[cfg(all(
    doctest,
    feature = "axum",
    feature = "redis",
    feature = "services",
    feature = "sessions",
    feature = "testing"
))]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
