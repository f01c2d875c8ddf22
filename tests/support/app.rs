//! A tool before a simulated platform, ready to be launched.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LoginSecret, LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore,
    claims::{MessageType, names},
    launch::ResponseBody,
    onboarding::MissingDeployment,
    registration::{Registration, RegistrationStatus, Registrations},
    store::LaunchStore,
    testing::{Browser, Platform, TestClock},
    tool::LtiToolBuilder,
};

/// Later than any day on which this is run: a store by the machine's own clock has begun before.
pub(crate) const NOW: u64 = 4_000_000_000;

pub(crate) type Handler =
    BoxCloneSyncService<Request<Full<Bytes>>, Response<ResponseBody<Full<Bytes>>>, Infallible>;

/// The registration of a test's platform, with this status.
pub(crate) fn registration_with(status: RegistrationStatus) -> Registration {
    Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .status(status)
        .build()
        .unwrap()
}

/// A tool, its platform, its clock and its store.
pub(crate) struct App<S = MemoryStore> {
    pub(crate) platform: Platform,
    pub(crate) clock: TestClock,
    pub(crate) store: S,
    pub(crate) tool: LtiTool,
    pub(crate) calls: Arc<AtomicUsize>,
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> Self {
        Self::with_platform(|builder, _| change(builder))
    }

    pub(crate) fn with_platform(
        change: impl FnOnce(LtiToolBuilder, &Platform) -> LtiToolBuilder,
    ) -> Self {
        let clock = TestClock::at_unix(NOW);
        let store = MemoryStore::default().with_clock(clock.clone());
        Self::at(clock, store, change)
    }
}

impl<S: LaunchStore + Clone> App<S> {
    /// The same over another store. Instances of it open each other's states.
    pub(crate) fn over(
        store: S,
        change: impl FnOnce(LtiToolBuilder, &Platform) -> LtiToolBuilder,
    ) -> Self {
        let secret = LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
        Self::at(TestClock::at_unix(NOW), store, |builder, platform| {
            let builder = builder.login_secret(secret).insecure_allow_volatile_store();
            change(builder, platform)
        })
    }

    fn at(
        clock: TestClock,
        store: S,
        change: impl FnOnce(LtiToolBuilder, &Platform) -> LtiToolBuilder,
    ) -> Self {
        let platform = Platform::new("https://lms.test", "tool-1");
        let builder = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .allow_target("https://tool.test/app")
            .registrations(Registrations::new([platform.registration()]).unwrap())
            .key_sets(platform.clone())
            .clock(clock.clone())
            .store(store.clone());
        Self {
            tool: change(builder, &platform).build().unwrap(),
            platform,
            clock,
            store,
            calls: Arc::default(),
        }
    }
}

impl<S> App<S> {
    /// A browser that reads refusals as JSON.
    pub(crate) fn browser(&self) -> Browser<LtiLogin, Handler> {
        self.browser_with(|layer| layer)
    }

    pub(crate) fn browser_with(
        &self,
        change: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer,
    ) -> Browser<LtiLogin, Handler> {
        let login = LtiLogin::new(self.tool.clone());
        Browser::new(login, self.handler_with(change)).accepting("application/json")
    }

    /// A browser whose logins go to the URL of the registration with this login name.
    pub(crate) fn browser_at(&self, login_name: &str) -> Browser<LtiLogin, Handler> {
        let login = LtiLogin::new(self.tool.clone()).registration_from_path();
        let browser = Browser::new(login, self.handler_with(|layer| layer));
        browser
            .with_login_path(&format!("/lti/login/{login_name}"))
            .accepting("application/json")
    }

    fn handler_with(&self, change: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer) -> Handler {
        let layer = LtiLaunchLayer::new(self.tool.clone())
            .add_path("/lti/launch")
            .accept_message_type(MessageType::DeepLinking);
        let layer = change(layer);
        let calls = Arc::clone(&self.calls);
        let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
            calls.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok::<_, Infallible>(tell(&request)))
        });
        BoxCloneSyncService::new(layer.layer(handler))
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// What a handler sees, as JSON.
fn tell(request: &Request<Full<Bytes>>) -> Response<Full<Bytes>> {
    let launch = request.extensions().get::<LaunchContext>();
    let missing = request.extensions().get::<MissingDeployment>();
    let seen = json!({
        "sub": launch.and_then(|launch| launch.claims().sub()),
        "user_key": launch.and_then(LaunchContext::user_key),
        "context_id": launch.and_then(|launch| Some(launch.claims().context()?.id())),
        "raw_context": launch.and_then(|launch| launch.claims().claim(names::CONTEXT)),
        "created": launch.map(LaunchContext::deployment_created),
        "deployment": launch.map(|launch| launch.deployment().id().as_str()),
        "roles": launch.map(|launch| launch.claims().roles().as_slice()),
        "instructor": launch.map(|launch| launch.claims().roles().is_instructor()),
        "missing": missing.map(|missing| missing.key().id().as_str()),
        "canvas_region": launch.and_then(|launch| launch.login_parameters().get("canvas_region")),
    });
    Response::new(Full::from(seen.to_string()))
}

pub(crate) fn body(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or(Value::Null)
}

pub(crate) fn code(response: &Response<Bytes>) -> String {
    body(response)["error"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
