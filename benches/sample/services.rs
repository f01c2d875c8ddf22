//! Tools with registrations at a platform that gives access tokens.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use tower_lti::{
    LtiTool, MemoryStore,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    keys::ToolKey,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits},
    registration::{Registration, Registrations},
    store::DeploymentStore,
    testing::{LaunchContextBuilder, steps::TokenCall},
};

pub(crate) const ISSUER: &str = "https://canvas.instructure.com";
pub(crate) const SCOPES: [&str; 2] = [
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
];

pub(crate) const TOKEN_ANSWER: &str =
    r#"{"access_token":"eyJ0eXAi.eyJpc3Mi.c2ln","token_type":"Bearer","expires_in":3600}"#;

static KEY: LazyLock<String> = LazyLock::new(|| {
    let key = ToolKey::generate_blocking().expect("a key");
    key.to_pem().expect("its text").as_str().to_owned()
});

/// The tool's key, the same each time.
pub(crate) fn key() -> ToolKey {
    ToolKey::from_pem(&KEY).expect("it was written by us")
}

/// A platform without a network, which takes a moment for a token and counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Platform {
    pub(crate) tokens: Arc<AtomicUsize>,
}

impl Exchange for Platform {
    fn send(&self, request: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        let is_token = request.uri().path().ends_with("/token");
        Box::pin(async move {
            if is_token {
                self.tokens.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(Response::new(Bytes::from_static(TOKEN_ANSWER.as_bytes())))
        })
    }
}

pub(crate) fn client_id(number: usize) -> String {
    format!("1000000000{number:05}")
}

pub(crate) fn registration(number: usize, base: &str) -> Registration {
    Registration::builder(ISSUER, client_id(number).as_str())
        .authorization_endpoint(format!("{base}/api/lti/authorize_redirect"))
        .jwks_url(format!("{base}/api/lti/security/jwks"))
        .token_endpoint(format!("{base}/login/oauth2/token"))
        .build()
        .expect("a registration")
}

pub(crate) fn base(number: usize) -> String {
    format!("https://school-{number}.instructure.com")
}

/// A tool with so many registrations.
pub(crate) fn tool(platform: Platform, registrations: usize) -> LtiTool {
    let store = MemoryStore::default();
    let all = (0..registrations).map(|number| registration(number, &base(number)));
    for number in 0..registrations {
        open(&store, number);
    }
    LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new(all).expect("they differ"))
        .store(store)
        .exchange(platform)
        .tool_keys(key())
        .build()
        .expect("a tool")
}

pub(crate) fn deployment(number: usize) -> DeploymentKey {
    let launch = LaunchContextBuilder::new(ISSUER, &client_id(number)).build();
    launch.deployment().key().clone()
}

/// Lets the deployment of a registration be known, and active.
pub(crate) fn open(store: &MemoryStore, number: usize) {
    let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
    let record = Deployment::new(deployment(number), status, origin, UNIX_EPOCH);
    let created = store.create(&record, None).now_or_never();
    assert!(created.is_some_and(|created| created.is_ok()));
}

pub(crate) fn token_call(tool: &LtiTool, number: usize) -> TokenCall {
    let registration = registration(number, &base(number));
    TokenCall::new(tool, &registration, &deployment(number), &SCOPES).expect("a token endpoint")
}
