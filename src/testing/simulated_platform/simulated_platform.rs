//! The platform: its pages, and which of them answers.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::{BodyExt, Full, Limited};
use tower::Service;
use url::{Host, Url};

use super::{
    cookie_switch::{CookieSwitch, FrameCookies, SwitchState},
    document::COURSE,
    people,
};
use crate::{
    registration::Registration,
    testing::{
        AnswerBody, DeepLinkingOptions, Platform, PlatformServices, StorageOptions, return_number,
    },
};

/// The id and the title of the link in the course.
pub(super) const RESOURCE_LINK: (&str, &str) = ("link-1", "Week 1: Cells");

/// The largest answer of a service.
const MOST_BYTES: usize = 64 * 1_024 * 1_024;

/// A small platform with a start page, an authorization endpoint, a key set, services and, below `/platform`, pages
/// that show its course, the members of it and its grade book.
///
/// The start page is the course: a learner, an instructor and an administrator launch from there, from a deployment that is
/// known or from a new one, and the last launch can be replayed.
///
/// On the course page a teacher selects content of the tool, in the whole window or in a frame; the links that come back
/// launch from there, and their line items are in the grade book. Links open in the whole window, in a frame
/// (`/platform/course?open=frame`) or in another window (`?open=window`); to the latter two the page is a platform that
/// stores values ([`StorageOptions`]).
///
/// With [`offering_registration`](Self::offering_registration), on the page `/platform/admin` an administrator registers tools by dynamic registration, in a frame or in a tab, and
/// launches them. To those tools the platform's issuer is its own address, the base URL with `/platform`.
///
/// It is a service: mount it at `/` and at everything below `/platform`. For tokens it fetches the tool's key set
/// from `/lti/jwks.json` below the base URL, which has to be plain http on loopback.
///
/// # Security
///
/// Whoever reaches it can be anybody: its start page launches as a learner, an instructor or an administrator, and asks
/// nobody who they are. So is whoever reaches the tool through a tunnel or a proxy in front of both. Take its routes and
/// its [`registration`](Self::registration) out before the tool has people, and leave the feature `testing` to
/// `dev-dependencies`. [`new`](Self::new) warns where the address is not one of this machine.
#[derive(Clone, Debug)]
pub struct SimulatedPlatform {
    pub(super) platform: Platform,
    pub(super) base_url: String,
    pub(super) tool_url: String,
    pub(super) last: Arc<Mutex<Option<(String, String)>>>,
    pub(super) services: PlatformServices,
    /// What is taken when content is selected.
    pub(super) options: Arc<Mutex<DeepLinkingOptions>>,
    /// The path of `base_url`.
    root: String,
    /// How values are stored for the tool's pages.
    storage: Arc<Mutex<StorageOptions>>,
    /// Whether the start page leads to the administrator's page.
    pub(super) offers_registration: bool,
    /// Where the tool's doctor is, if the start page leads there.
    pub(super) doctor: Option<String>,
    /// What becomes of the tool's cookies in frames.
    pub(super) cookies: SwitchState,
}

impl SimulatedPlatform {
    /// Creates the platform for a tool at the same address, such as `http://127.0.0.1:3000`. A path in it, which a proxy
    /// strips, stands in front of all links.
    ///
    /// For an address that others can reach it logs a warning: see [Security](Self#security).
    ///
    /// # Panics
    ///
    /// Panics when the address is no URL.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        if !is_on_this_machine(base_url) {
            #[cfg(feature = "tracing")]
            tracing::warn!(
                target: "tower_lti",
                "a simulated platform at an address that is not loopback: whoever reaches it can launch as anybody"
            );
        }
        let services = PlatformServices::new(
            "https://platform.example",
            "demo-tool",
            &format!("{base_url}/platform"),
        )
        .below("/platform");
        services.use_tool_keys_at(&format!("{base_url}/lti/jwks.json"));
        services.use_resource_link(RESOURCE_LINK.0, RESOURCE_LINK.1);
        services.dismiss_all();
        people::members().for_each(|member| services.enroll(member));
        Self {
            platform: services.platform(),
            base_url: base_url.to_owned(),
            root: path_of(base_url),
            tool_url: base_url.to_owned(),
            last: Arc::default(),
            services,
            options: Arc::default(),
            storage: Arc::default(),
            offers_registration: false,
            doctor: None,
            cookies: SwitchState::default(),
        }
    }

    /// Sets where the tool is, if not at the same address: `http://localhost` and `http://127.0.0.1` are two sites.
    #[must_use]
    pub fn with_tool_at(mut self, tool_url: &str) -> Self {
        tool_url.clone_into(&mut self.tool_url);
        let key_set = format!("{tool_url}/lti/jwks.json");
        self.services.use_tool_keys_at(&key_set);
        self
    }

    /// Has the administrator's page, and leads there from its start page, for a tool that can be registered there.
    /// Default: there is none.
    #[must_use]
    pub fn offering_registration(mut self) -> Self {
        self.offers_registration = true;
        self
    }

    /// Leads from its start page to the tool's doctor ([`LtiDoctor`](crate::doctor::LtiDoctor)) at this path.
    #[must_use]
    pub fn offering_doctor(mut self, path: &str) -> Self {
        self.doctor = Some(path.to_owned());
        self
    }

    /// A layer to put around all of the tool; with it, the course page has a switch that blocks the tool's cookies in
    /// frames.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use tower_lti::testing::SimulatedPlatform;
    ///
    /// let platform = SimulatedPlatform::new("http://127.0.0.1:3000");
    /// let tool: Router = Router::new().route("/tool", get(async || "Welcome"));
    /// let app = tool
    ///     .layer(platform.cookie_switch())
    ///     .route_service("/", platform.clone())
    ///     .route_service("/platform/{*page}", platform);
    /// # let _ = app;
    /// ```
    pub fn cookie_switch(&self) -> CookieSwitch {
        self.cookies.switch()
    }

    /// The tool's registration here.
    #[must_use]
    pub fn registration(&self) -> Registration {
        self.services.registration()
    }

    /// Its services: course, grade book, rules and faults.
    #[must_use]
    pub fn services(&self) -> &PlatformServices {
        &self.services
    }

    /// Takes this by deep linking from now on, always in the deployment `dep-1`. Default: everything.
    pub fn use_deep_linking_options(&self, options: DeepLinkingOptions) {
        *self.options.lock().unwrap_or_else(PoisonError::into_inner) =
            options.from_deployment("dep-1");
    }

    /// Stores values for the tool's pages in this way from now on. Default: in a frame.
    pub fn use_storage(&self, options: StorageOptions) {
        *self.storage.lock().unwrap_or_else(PoisonError::into_inner) = options;
    }

    pub(super) fn storage(&self) -> StorageOptions {
        if self.cookies.cookies() == FrameCookies::BlockedWithoutAnswer {
            return StorageOptions::new().silent();
        }
        let storage = self.storage.lock();
        storage.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The path that stands in front of its pages' own in browsers; empty where a proxy strips none.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// Answers a request for one of its pages.
    #[must_use]
    pub fn respond(&self, path: &str, query: &str) -> Response<Full<Bytes>> {
        match path {
            "/" | "/platform" => self.page_of("/", COURSE, &self.start_page()),
            "/platform/jwks" => answer("application/json", self.platform.jwks_json()),
            "/platform/auth" => self.authorize(query),
            "/platform/course" => self.course_page(query),
            "/platform/storage" => self.storage_page(),
            "/platform/foreign" => self.foreign_page(),
            "/platform/grades" => self.grade_book_page(),
            "/platform/members" => self.roster_page(),
            "/platform/admin" if self.offers_registration => self.admin_page(query),
            "/platform/admin/open" if self.offers_registration => self.open_registration(query),
            "/platform/admin/activate" if self.offers_registration => self.activate(query),
            _ => {
                let mut response = self.page("Not found", "<p>There is no such page.</p>");
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        }
    }
}

impl<B> Service<Request<B>> for SimulatedPlatform
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Debug,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        if is_service(path) {
            let called = self.services.call(request);
            return Box::pin(async move {
                let Ok(response) = called.await;
                Ok(collected(response).await)
            });
        }
        let number = path.strip_prefix("/platform").and_then(return_number);
        if let (Some(number), &Method::POST) = (number, request.method()) {
            let platform = self.clone();
            return Box::pin(async move {
                let (parts, body) = request.into_parts();
                // A body that breaks off is as good as none.
                let body = body.collect().await.map(|body| body.to_bytes());
                let body = body.unwrap_or_default();
                Ok(platform.take_response(number, &parts.headers, &body).await)
            });
        }
        let query = request.uri().query().unwrap_or_default();
        let response = self.respond(path, query);
        Box::pin(async move { Ok(response) })
    }
}

/// Whether nobody but this machine reaches the address.
fn is_on_this_machine(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The path of an address, without a slash at its end.
fn path_of(address: &str) -> String {
    let url = Url::parse(address);
    url.map_or_else(
        |_| String::new(),
        |url| url.path().trim_end_matches('/').to_owned(),
    )
}

/// Whether the services answer there, and not a page.
fn is_service(path: &str) -> bool {
    let path = path.strip_prefix("/platform").unwrap_or("");
    matches!(
        path,
        "/token" | "/register" | "/.well-known/openid-configuration"
    ) || path.starts_with("/courses/")
        || path.starts_with("/registrations/")
}

/// The answer of a service in one piece.
async fn collected(response: Response<AnswerBody>) -> Response<Full<Bytes>> {
    let (parts, body) = response.into_parts();
    match Limited::new(body, MOST_BYTES).collect().await {
        Ok(body) => Response::from_parts(parts, Full::new(body.to_bytes())),
        Err(_) => {
            let mut response = Response::new(Full::default());
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    }
}

pub(super) fn answer(content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
