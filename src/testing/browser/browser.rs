//! A simulated browser: what it knows, and what it keeps.

use std::collections::BTreeMap;

use cookie::Cookie;
use http::{Response, header};

/// A simulated browser before the two services of a tool.
///
/// For a tool behind one service, such as an axum `Router`, give it a clone for each of the two.
///
/// Where cookies are blocked, the platform's storage may do instead:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use http_body_util::Full;
/// # use tower_layer::Layer;
/// # use tower_lti::{LtiLaunchLayer, LtiTool, registration::Registrations};
/// use tower_lti::testing::{Browser, Platform, TestClock};
/// # let platform = Platform::new("https://lms.test", "tool-1");
/// # let clock = TestClock::at_unix(1_700_000_000);
/// # let tool = LtiTool::builder()
/// #     .launch_url("https://tool.test/lti/launch")
/// #     .registrations(Registrations::new([platform.registration()])?)
/// #     .key_sets(platform.clone())
/// #     .clock(clock.clone())
/// #     .build()?;
/// # let handler = tower::service_fn(|_: Request<Full<Bytes>>| async {
/// #     Ok::<_, std::convert::Infallible>(Response::new(Full::from("hello")))
/// # });
/// # let launches = LtiLaunchLayer::new(tool.clone()).layer(handler);
/// # let login = tower_lti::LtiLogin::new(tool);
///
/// let mut browser = Browser::new(login, launches)
///     .in_frame()
///     .with_platform_storage("_parent")
///     .block_cookies();
/// let request = browser.log_in(&platform).await?;
/// let token = platform.id_token(&request, clock.unix()).sign();
/// let answer = browser.launch(&request, &token).await;
/// assert_eq!(answer.status(), 200);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Browser<L, A> {
    pub(super) login: L,
    pub(super) launch: A,
    cookies: BTreeMap<String, String>,
    pub(super) login_path: String,
    pub(super) launch_path: String,
    pub(super) target_link_uri: String,
    pub(super) extra: Vec<(String, String)>,
    pub(super) blocks_cookies: bool,
    pub(super) in_frame: bool,
    /// What the platform's page has stored, where it stores anything.
    pub(super) stored: Option<BTreeMap<String, String>>,
}

impl<L, A> Browser<L, A> {
    /// Creates a browser without cookies. Paths are `/lti/login` and `/lti/launch`, the link leads to
    /// `https://tool.test/app`.
    pub fn new(login: L, launch: A) -> Self {
        Self {
            login,
            launch,
            cookies: BTreeMap::new(),
            login_path: "/lti/login".to_owned(),
            launch_path: "/lti/launch".to_owned(),
            target_link_uri: "https://tool.test/app".to_owned(),
            extra: Vec::new(),
            blocks_cookies: false,
            in_frame: false,
            stored: None,
        }
    }

    /// Keeps no cookie from now on, and sends none.
    #[must_use]
    pub fn block_cookies(mut self) -> Self {
        self.blocks_cookies = true;
        self
    }

    /// Shows the tool in a frame of the platform's page, and says so in each request (`Sec-Fetch-Dest`).
    #[must_use]
    pub fn in_frame(mut self) -> Self {
        self.in_frame = true;
        self
    }

    /// Has the platform's page store values for the tool's, and adds `lti_storage_target` to every login.
    #[must_use]
    pub fn with_platform_storage(mut self, target: &str) -> Self {
        self.stored = Some(BTreeMap::new());
        self.with_login_parameter("lti_storage_target", target)
    }

    /// What the platform's page has stored; empty where it stores nothing.
    pub fn stored(&mut self) -> &mut BTreeMap<String, String> {
        self.stored.get_or_insert_default()
    }

    /// Sets the link that is followed.
    #[must_use]
    pub fn following(mut self, target_link_uri: &str) -> Self {
        self.target_link_uri = target_link_uri.to_owned();
        self
    }

    /// Sends every login to this path, such as `/lti/login/north`: a registration's own.
    #[must_use]
    pub fn with_login_path(mut self, path: &str) -> Self {
        self.login_path = path.to_owned();
        self
    }

    /// Adds a parameter to every login.
    #[must_use]
    pub fn with_login_parameter(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The cookies that it holds.
    pub fn cookies(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.cookies
    }

    pub(super) fn cookie_header(&self) -> String {
        if self.blocks_cookies {
            return String::new();
        }
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    pub(super) fn keep_cookies<T>(&mut self, response: &Response<T>) {
        if self.blocks_cookies {
            return;
        }
        for value in response.headers().get_all(header::SET_COOKIE) {
            let Ok(Ok(cookie)) = value.to_str().map(Cookie::parse) else {
                continue;
            };
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies
                    .insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}
