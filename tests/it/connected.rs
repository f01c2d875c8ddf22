//! A tool with a key, before a simulated platform whose services are up.

use std::{sync::LazyLock, time::SystemTime};

use serde_json::json;
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    keys::ToolKey,
    registration::{RegistrationBuilder, Registrations},
    store::DeploymentStore,
    testing::{PlatformServices, TestClock},
    tool::LtiToolBuilder,
};

static KEY: LazyLock<String> = LazyLock::new(|| {
    let key = ToolKey::generate_blocking().unwrap();
    key.to_pem().unwrap().as_str().to_owned()
});

/// A key of the tool, the same for all tests.
pub(crate) fn tool_key() -> ToolKey {
    ToolKey::from_pem(&KEY).unwrap()
}

/// A tool and a platform that know each other, over real sockets. The deployment is active.
pub(crate) struct Connected {
    pub(crate) platform: PlatformServices,
    pub(crate) store: MemoryStore,
    pub(crate) tool: LtiTool,
}

impl Connected {
    /// With this clock for both, or with the machine's own.
    pub(crate) async fn start(
        clock: Option<&TestClock>,
        registration: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
        tool: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        let platform = PlatformServices::start().await;
        let key = tool_key();
        let jwks = json!({"keys": [key.public_jwk()]}).to_string();
        platform.use_tool_keys(move || jwks.clone());
        let registration = registration(platform.registration_builder());
        let mut store = MemoryStore::default();
        let mut builder = LtiTool::builder()
            .launch_url("http://127.0.0.1:3000/lti/launch")
            .insecure_allow_loopback_http()
            .registrations(Registrations::new([registration.build().unwrap()]).unwrap())
            .tool_keys(key);
        if let Some(clock) = clock {
            platform.use_clock(clock.clone());
            store = store.with_clock(clock.clone());
            builder = builder.clock(clock.clone());
        }
        let connected = Self {
            tool: tool(builder.store(store.clone())).build().unwrap(),
            platform,
            store,
        };
        let launch = connected.launch();
        let active = DeploymentStatus::Active;
        connected
            .set_status(launch.deployment().key(), active)
            .await;
        connected
    }

    pub(crate) fn launch(&self) -> LaunchContext {
        self.platform.launch_context().build()
    }

    pub(crate) async fn set_status(&self, key: &DeploymentKey, status: DeploymentStatus) {
        let origin = DeploymentOrigin::Administrator;
        let record = Deployment::new(key.clone(), status, origin, SystemTime::UNIX_EPOCH);
        self.store.create(&record, None).await.unwrap();
    }
}
