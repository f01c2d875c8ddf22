//! A simulated browser: what it knows, and what it keeps.

use std::collections::BTreeMap;

use super::cookies::CookieBlock;
use crate::testing::Person;

/// A simulated browser before a tool: it opens the tool for a [`Person`], keeps cookies, follows redirects and submits
/// forms.
///
/// # Examples
///
/// ```
/// # use axum::{Router, routing::{get, post}};
/// # use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, claims::User, registration::Registrations};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tower_lti::testing::{Browser, Platform};
/// # async fn greet(launch: LaunchContext) -> String {
/// #     format!("Hello {}", launch.claims().user().and_then(User::name).unwrap_or("you"))
/// # }
/// # fn app(tool: LtiTool) -> Router {
/// #     Router::new()
/// #         .route("/lti/launch", post(greet))
/// #         .layer(LtiLaunchLayer::new(tool.clone()))
/// #         .route_service("/lti/login", LtiLogin::new(tool))
/// #         .route("/about", get(async || "About"))
/// # }
///
/// let platform = Platform::new("https://lms.test", "tool-1");
/// let tool = LtiTool::builder()
///     .launch_url("https://tool.test/lti/launch")
///     .registrations(Registrations::new([platform.registration()])?)
///     .key_sets(platform.clone())
///     .build()?;
/// let mut browser = Browser::for_app(app(tool));
///
/// let page = browser.open(&platform.learner()).await;
/// page.assert_ok().assert_text("Hello Lea Lerner");
///
/// let about = browser.get("/about").await;
/// assert_eq!(about.text(), "About");
/// # Ok(()) }
/// ```
///
/// # What it does not do
///
/// Cookies are kept by name and sent with every request: `SameSite`, `Path`, `Domain` and `Expires` are not looked at, and
/// `Max-Age=0` alone removes one. A real browser posts the launch from another site, and sends no cookie with it that is
/// `SameSite=Lax` or `Strict`; this one does. It runs no scripts, and sends no files.
///
/// # Where cookies are blocked
///
/// The platform's storage may do instead:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use http_body_util::Full;
/// # use tower_layer::Layer;
/// # use tower_lti::{LtiLaunchLayer, LtiTool, registration::Registrations};
/// use tower_lti::testing::{Browser, Platform};
/// # let platform = Platform::new("https://lms.test", "tool-1");
/// # let tool = LtiTool::builder()
/// #     .launch_url("https://tool.test/lti/launch")
/// #     .registrations(Registrations::new([platform.registration()])?)
/// #     .key_sets(platform.clone())
/// #     .build()?;
/// # let handler = tower::service_fn(|_: Request<Full<Bytes>>| async {
/// #     Ok::<_, std::convert::Infallible>(Response::new(Full::from("hello")))
/// # });
/// # let launches = LtiLaunchLayer::new(tool.clone()).layer(handler);
/// # let login = tower_lti::LtiLogin::new(tool);
///
/// // The two services of a tool that is not behind one router.
/// let mut browser = Browser::new(login, launches)
///     .in_frame()
///     .with_platform_storage("_parent")
///     .block_cookies();
/// browser.open(&platform.learner()).await.assert_ok();
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Browser<L, A> {
    pub(super) login: L,
    pub(super) launch: A,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) login_path: String,
    pub(super) launch_path: String,
    pub(super) target_link_uri: String,
    pub(super) accept: String,
    pub(super) extra: Vec<(String, String)>,
    pub(super) block: CookieBlock,
    pub(super) in_frame: bool,
    /// What the platform's page has stored, where it stores anything.
    pub(super) stored: Option<BTreeMap<String, String>>,
    /// Whoever opened the tool last.
    pub(super) person: Option<Person>,
}

/// What browsers ask for where they open a page.
const PAGES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

impl<A: Clone> Browser<A, A> {
    /// Creates a browser without cookies before a tool behind one service, such as an axum `Router`, which is at
    /// `https://tool.test`: see [`at`](Self::at).
    pub fn for_app(app: A) -> Self {
        Self::new(app.clone(), app).at("https://tool.test")
    }
}

impl<L, A> Browser<L, A> {
    /// Creates a browser without cookies before a tool of two services: the login, and all else. Paths are `/lti/login` and
    /// `/lti/launch`, the link leads to `https://tool.test/app`.
    pub fn new(login: L, launch: A) -> Self {
        Self {
            login,
            launch,
            cookies: BTreeMap::new(),
            login_path: "/lti/login".to_owned(),
            launch_path: "/lti/launch".to_owned(),
            target_link_uri: "https://tool.test/app".to_owned(),
            accept: PAGES.to_owned(),
            extra: Vec::new(),
            block: CookieBlock::Nowhere,
            in_frame: false,
            stored: None,
            person: None,
        }
    }
}
