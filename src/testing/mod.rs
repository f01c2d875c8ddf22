//! A simulated platform with its services, a browser, a clock to move, and the contract suite for stores.
//!
//! How a tool is tested with it is in the guide, [Testing your tool](crate::guide::testing_your_tool).
//!
//! Step by step, a test performs whole launches against a service, and does any one thing wrong:
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
//! With [`PlatformServices`] a test sends a grade, over a real socket, and looks into the grade book. Whatever a
//! platform does wrong is a [`Fault`], and what products do differently a [`Dialect`]:
//!
//! ```
//! # #[cfg(all(feature = "services", feature = "reqwest"))]
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use tower_lti::{
//!     LtiTool, MemoryStore,
//!     grades::Score,
//!     keys::ToolKey,
//!     registration::Registrations,
//!     services::ServiceErrorKind,
//!     testing::{Call, Fault, PlatformServices},
//! };
//!
//! // A course with three learners, and a quiz in its grade book.
//! let platform = PlatformServices::start().await;
//! let key = ToolKey::generate_blocking()?;
//! let key_set = json!({"keys": [key.public_jwk()]}).to_string();
//! platform.use_tool_keys(move || key_set.clone());
//! let store = MemoryStore::default();
//! let tool = LtiTool::builder()
//!     .launch_url("http://127.0.0.1:3000/lti/launch")
//!     .insecure_allow_loopback_http()
//!     .registrations(Registrations::new([platform.registration()])?)
//!     .store(store.clone())
//!     .tool_keys(key)
//!     .build()?;
//! let launch = platform.launch_context().build_in(&store).await;
//!
//! // What is to be tested: here, a grade of 8.5 out of 10.
//! let grades = tool.services().grades(&launch)?;
//! grades.post(Score::of("user-1", 8.5, 10.0)?.comment("Well done")).await?;
//!
//! let grade = platform.grade_of(&platform.line_item(), "user-1").expect("there is a grade");
//! assert_eq!(grade.score(), Some(85.0)); // the quiz is out of 100
//! assert_eq!(grade.comment(), Some("Well done"));
//!
//! // A teacher gets no grade, and a platform that is down none at all.
//! let refused = grades.post(Score::of("teacher-1", 1.0, 1.0)?).await.unwrap_err();
//! assert_eq!(refused.kind(), ServiceErrorKind::NotGradable);
//! platform.fail_always(Call::Results, Fault::status(500));
//! assert!(grades.results().collect().await.is_err());
//! # Ok(()) }
//! # #[cfg(not(all(feature = "services", feature = "reqwest")))] fn main() {}
//! ```
//!
//! It asks for content, too ([`DeepLinkingOptions`]), reads the response by the specification alone, and says what is
//! wrong with it ([`Findings`]), or creates links that launch:
//!
//! ```
//! # #[cfg(all(feature = "services", feature = "reqwest"))]
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use serde_json::json;
//! # use tower_lti::{LtiTool, MemoryStore, keys::ToolKey, registration::Registrations};
//! use tower_lti::{
//!     deep_linking::{LinkLineItem, ResourceLinkItem},
//!     testing::{DeepLinkingOptions, PlatformServices},
//! };
//!
//! # let platform = PlatformServices::start().await;
//! # let key = ToolKey::generate_blocking()?;
//! # let key_set = json!({"keys": [key.public_jwk()]}).to_string();
//! # platform.use_tool_keys(move || key_set.clone());
//! # let store = MemoryStore::default();
//! # let tool = LtiTool::builder()
//! #     .launch_url("http://127.0.0.1:3000/lti/launch")
//! #     .insecure_allow_loopback_http()
//! #     .registrations(Registrations::new([platform.registration()])?)
//! #     .store(store.clone())
//! #     .tool_keys(key)
//! #     .build()?;
//! // The platform and the tool are those of the example above.
//! let options = DeepLinkingOptions::new().accept_types(["ltiResourceLink"]);
//! let launch = platform.deep_linking_context(&options).build_in(&store).await;
//! let request = launch.deep_linking_request().expect("it is one");
//!
//! // What is to be tested: here, a quiz that is graded.
//! let line_item = LinkLineItem::new(10.0)?.resource_id("quiz-1");
//! let quiz = ResourceLinkItem::new().title("Quiz").custom("quiz", "1").line_item(line_item);
//! let response = request.respond(&tool).item(quiz).sign().await?;
//!
//! let received = platform.receive_deep_linking_response(response.jwt()).await?;
//! let link = &received.links()[0];
//! assert!(link.line_item().is_some());
//! let launch = platform.link_context(link).build();
//! assert_eq!(launch.claims().resource_link().map(|link| link.id()), Some(link.id()));
//! # Ok(()) }
//! # #[cfg(not(all(feature = "services", feature = "reqwest")))] fn main() {}
//! ```
//!
//! A tool registers itself there by dynamic registration, by the rules of the [`Dialect`]; what the platform says can be
//! made odd or hostile:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_lti::testing::{Call, Dialect, Fault, PlatformServices};
//!
//! let platform = PlatformServices::start().await;
//! platform.speak(Dialect::Moodle);
//! platform.alter_configuration(|json| json["issuer"] = "https://school.test".into());
//! platform.fail_next(Call::Registration, 1, Fault::status(503));
//!
//! // What the administrator's browser opens, with a new registration token.
//! let address = platform.registration_address("https://tool.test/lti/register");
//! assert!(address.starts_with("https://tool.test/lti/register?openid_configuration="));
//! assert!(platform.registered_tools().is_empty());
//! # }
//! ```
//!
//! Nothing here is meant for production: it panics where a test should fail.

mod authentication_request;
mod browser;
mod clock;
pub mod contract;
mod course;
mod good_claims;
mod id_token;
mod launch_context;
mod page;
mod people;
mod platform;
mod platform_services;
mod signing_key;
mod simulated_platform;
#[cfg(feature = "__bench")]
#[doc(hidden)]
pub mod steps;
mod url_service;

pub use self::{
    authentication_request::AuthenticationRequest,
    browser::{AskedService, Browser, Refused},
    clock::TestClock,
    course::Course,
    id_token::IdToken,
    launch_context::LaunchContextBuilder,
    page::{Form, Page},
    people::Person,
    platform::Platform,
    platform_services::{
        AnswerBody, Call, CourseLink, CourseMember, DeepLinkingOptions, Dialect, Fault, Finding,
        FindingKind, Findings, Grade, PlatformServices, PostedScore, ReceivedAssertion,
        ReceivedRequest, ReceivedResponse, RegisteredTool,
    },
    signing_key::SigningKey,
    simulated_platform::{
        CookieSwitch, SimulatedPlatform, StorageOptions, WithoutCookies, WithoutCookiesFuture,
    },
    url_service::UrlService,
};
use self::{good_claims::good_claims, platform_services::return_number};
