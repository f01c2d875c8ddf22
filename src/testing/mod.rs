//! A simulated platform and browser, a clock to move, and the contract suite for stores.
//!
//! With these a test performs whole launches against a service, and does any one thing wrong:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower_layer::Layer;
//! use tower_lti::{
//!     LtiLaunchLayer, LtiTool,
//!     registration::Registrations,
//!     testing::{Browser, Platform, TestClock},
//! };
//!
//! let platform = Platform::new("https://lms.test", "tool-1");
//! let clock = TestClock::at_unix(1_700_000_000);
//! let tool = LtiTool::builder()
//!     .launch_url("https://tool.test/lti/launch")
//!     .registrations(Registrations::new([platform.registration()])?)
//!     .key_sets(platform.clone())
//!     .clock(clock.clone())
//!     .build()?;
//! let handler = tower::service_fn(|_: Request<Full<Bytes>>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Full::from("hello")))
//! });
//! let launches = LtiLaunchLayer::new(tool.clone()).layer(handler);
//!
//! let mut browser = Browser::new(tower_lti::LtiLogin::new(tool), launches);
//! let request = browser.log_in(&platform).await?;
//! let token = platform.id_token(&request, clock.unix()).sign();
//! let answer = browser.launch(&request, &token).await;
//! assert_eq!(answer.status(), 200);
//!
//! let replay = browser.launch(&request, &token).await;
//! assert_eq!(replay.status(), 401); // the cookie is gone with the first
//! # Ok(()) }
//! ```
//!
//! Nothing here is meant for production: it panics where a test should fail.

mod authentication_request;
mod browser;
mod clock;
pub mod contract;
mod good_claims;
mod id_token;
mod launch_context;
mod platform;
mod platform_services;
mod signing_key;
mod simulated_platform;
#[cfg(feature = "__bench")]
#[doc(hidden)]
pub mod steps;
mod url_service;

use self::good_claims::good_claims;
pub use self::{
    authentication_request::AuthenticationRequest,
    browser::{Browser, Refused},
    clock::TestClock,
    id_token::IdToken,
    launch_context::LaunchContextBuilder,
    platform::Platform,
    platform_services::{
        AnswerBody, Call, CourseMember, Dialect, Fault, Grade, PlatformServices, PostedScore,
        ReceivedAssertion, ReceivedRequest,
    },
    signing_key::SigningKey,
    simulated_platform::SimulatedPlatform,
    url_service::UrlService,
};
