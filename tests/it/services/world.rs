//! A tool with a key, before a simulated platform whose services are up.

use std::{sync::LazyLock, time::SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use tower::{Service, ServiceExt};
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    keys::ToolKey,
    registration::{RegistrationBuilder, Registrations},
    services::{ServiceClient, ServiceError},
    store::DeploymentStore,
    testing::{PlatformServices, TestClock},
    tool::LtiToolBuilder,
};

pub(crate) const NOW: u64 = 4_000_000_000;

pub(crate) const LINE_ITEMS: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub(crate) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

const LINE_ITEMS_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";

static RSA: LazyLock<String> = LazyLock::new(|| {
    let key = ToolKey::generate_blocking().unwrap();
    key.to_pem().unwrap().as_str().to_owned()
});

/// A key of the tool, the same for all tests.
pub(crate) fn rsa_key() -> ToolKey {
    ToolKey::from_pem(&RSA).unwrap()
}

pub(crate) struct World {
    pub(crate) services: PlatformServices,
    pub(crate) clock: TestClock,
    pub(crate) store: MemoryStore,
    pub(crate) tool: LtiTool,
    pub(crate) key_id: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|registration| registration, |tool| tool).await
    }

    pub(crate) async fn with_registration(
        change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
    ) -> Self {
        Self::with(change, |tool| tool).await
    }

    pub(crate) async fn with_tool(change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> Self {
        Self::with(|registration| registration, change).await
    }

    pub(crate) async fn with(
        registration: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
        tool: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        let services = PlatformServices::start().await;
        let clock = TestClock::at_unix(NOW);
        services.use_clock(clock.clone());
        let key = rsa_key();
        let key_id = key.id().to_owned();
        let jwks = serde_json::json!({"keys": [key.public_jwk()]}).to_string();
        services.use_tool_keys(move || jwks.clone());
        let registration = registration(services.registration_builder());
        let store = MemoryStore::default().with_clock(clock.clone());
        let builder = LtiTool::builder()
            .launch_url("http://127.0.0.1:3000/lti/launch")
            .insecure_allow_loopback_http()
            .registrations(Registrations::new([registration.build().unwrap()]).unwrap())
            .store(store.clone())
            .clock(clock.clone())
            .tool_keys(key);
        let tool = tool(builder).build().unwrap();
        let world = Self {
            services,
            clock,
            store,
            tool,
            key_id,
        };
        world.know(&world.launch()).await;
        world
    }

    /// Lets the launch's deployment be known, and active.
    pub(crate) async fn know(&self, launch: &LaunchContext) {
        self.set_status(launch.deployment().key(), DeploymentStatus::Active)
            .await;
    }

    pub(crate) async fn set_status(&self, key: &DeploymentKey, status: DeploymentStatus) {
        let origin = DeploymentOrigin::Administrator;
        let record = Deployment::new(key.clone(), status, origin, SystemTime::UNIX_EPOCH);
        self.store.create(&record, None).await.unwrap();
    }

    pub(crate) fn launch(&self) -> LaunchContext {
        self.services.launch_context().build()
    }

    /// A client for the list of line items.
    pub(crate) fn client(&self) -> ServiceClient {
        let url = self.services.line_items_url();
        let services = self.tool.services();
        services.client(&self.launch(), &url, [LINE_ITEMS]).unwrap()
    }

    /// A request for the list of line items.
    pub(crate) fn request(&self) -> Request<Bytes> {
        Request::get(self.services.line_items_url())
            .header("accept", LINE_ITEMS_TYPE)
            .body(Bytes::new())
            .unwrap()
    }

    /// One call: the list of line items.
    pub(crate) async fn list(&self) -> Result<Response<Bytes>, ServiceError> {
        send(self.client(), self.request()).await
    }
}

pub(crate) async fn send(
    mut client: ServiceClient,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, ServiceError> {
    client.ready().await?.call(request).await
}
