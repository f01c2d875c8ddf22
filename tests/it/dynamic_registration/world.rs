//! A tool that registers with a platform, both on loopback.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower_lti::{
    LtiTool, MemoryStore,
    dynamic_registration::{
        LtiRegistration, RegistrationAccess, RegistrationTerms, ToolMessage, ToolProfile,
    },
    live_registrations::LiveRegistrations,
    registration::RegistrationRecord,
    testing::TestClock,
    tool::LtiToolBuilder,
};

use super::platform::Platform;
use crate::connected::tool_key;

pub(crate) const LAUNCH: &str = "http://127.0.0.1:3000/lti/launch";
pub(crate) const LOGIN: &str = "http://127.0.0.1:3000/lti/login";
pub(crate) const JWKS: &str = "http://127.0.0.1:3000/lti/jwks.json";
pub(crate) const REGISTER: &str = "http://127.0.0.1:3000/lti/register";

/// How long invites are good for.
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// The close message, as it stands on the last page.
pub(crate) const CLOSE: &str = "org.imsglobal.lti.close";

pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) clock: TestClock,
    pub(crate) store: MemoryStore,
    pub(crate) registrations: LiveRegistrations,
    pub(crate) tool: LtiTool,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_at(LAUNCH).await
    }

    /// With this launch URL.
    pub(crate) async fn start_at(launch_url: &str) -> Self {
        let clock = TestClock::at_unix(1_800_000_000);
        let store = MemoryStore::default().with_clock(clock.clone());
        let registrations = LiveRegistrations::new(store.clone());
        let tool = LtiTool::builder()
            .launch_url(launch_url)
            .insecure_allow_loopback_http()
            .registrations(registrations.clone())
            .store(store.clone())
            .tool_keys(tool_key())
            .clock(clock.clone())
            .build()
            .unwrap();
        Self {
            platform: Platform::start().await,
            clock,
            store,
            registrations,
            tool,
        }
    }

    /// Another tool over the same registrations.
    pub(crate) fn other_tool(
        &self,
        change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> LtiTool {
        let builder = LtiTool::builder()
            .launch_url(LAUNCH)
            .insecure_allow_loopback_http()
            .registrations(self.registrations.clone())
            .store(self.store.clone())
            .tool_keys(tool_key())
            .clock(self.clock.clone());
        change(builder).build().unwrap()
    }

    /// Lets anybody register.
    pub(crate) fn open(&self) -> LtiRegistration {
        self.service(RegistrationAccess::InsecureAnybody)
    }

    pub(crate) fn service(&self, access: RegistrationAccess) -> LtiRegistration {
        self.service_of(&self.tool, access)
    }

    pub(crate) fn service_of(&self, tool: &LtiTool, access: RegistrationAccess) -> LtiRegistration {
        let (tool, registrations) = (tool.clone(), self.registrations.clone());
        LtiRegistration::new(tool, registrations, profile(), access).unwrap()
    }

    /// The query of an invite to this world's platform, good for a day.
    pub(crate) fn invited(&self, service: &LtiRegistration, terms: RegistrationTerms) -> String {
        let address = service.invite(REGISTER, DAY, terms).unwrap();
        let (_, invite) = address.split_once('?').unwrap();
        format!("{invite}&{}", self.platform.query(None))
    }

    pub(crate) async fn records(&self) -> Vec<RegistrationRecord> {
        self.registrations.list().await.unwrap()
    }

    /// Both steps, with this token.
    pub(crate) async fn register(&self, service: &LtiRegistration, token: Option<&str>) -> Page {
        let query = self.platform.query(token);
        let shown = get(service, &query).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        confirm(service, &query, &shown).await
    }
}

pub(crate) fn profile() -> ToolProfile {
    ToolProfile::new("Puzzles & more", LOGIN, JWKS)
        .description("Puzzles for every course")
        .add_message(ToolMessage::deep_linking().label("Choose"))
        .claims(["iss", "sub", "name", "email"])
        .uses_grades()
        .add_custom_parameter("who", "$User.id")
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the form's hidden field.
    pub(crate) fn handle(&self) -> &str {
        let field = "name=\"registration\" value=\"";
        let (_, behind) = self.body.split_once(field).expect("a form");
        behind.split_once('"').unwrap().0
    }

    /// That it refuses with this status and code, in words, and does not close.
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(
            self.body.contains(&format!("Code {code},")),
            "{code}: {}",
            self.body
        );
        assert!(!self.body.contains("<script"), "{}", self.body);
        assert!(!self.body.contains(CLOSE), "{}", self.body);
        assert!(!self.body.contains("<form"), "{}", self.body);
        assert!(self.header("content-type").starts_with("text/html"));
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("referrer-policy"), "no-referrer");
    }
}

pub(crate) async fn get(service: &LtiRegistration, query: &str) -> Page {
    let request = Request::get(format!("/lti/register?{query}"));
    send(service, request.body(Body::empty()).unwrap()).await
}

/// Posts the form of the page that was shown, as a browser does.
pub(crate) async fn confirm(service: &LtiRegistration, query: &str, shown: &Page) -> Page {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("registration", shown.handle())
        .finish();
    post(service, query, form).await
}

pub(crate) async fn post(service: &LtiRegistration, query: &str, form: String) -> Page {
    let request = Request::post(format!("/lti/register?{query}"))
        .header("content-type", "application/x-www-form-urlencoded");
    send(service, request.body(Body::from(form)).unwrap()).await
}

pub(crate) async fn send(service: &LtiRegistration, request: Request<Body>) -> Page {
    let response = service.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    assert!(!parts.headers.contains_key("set-cookie"));
    Page {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
