//! What signs when a platform is asked for an access token.

use std::time::SystemTime;

use bytes::Bytes;
use http::Request;
use tower::{Service, ServiceExt};
use tower_lti::{
    LtiTool, MemoryStore,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    key_set::SignatureAlgorithm::Es256,
    keys::{KeyState::Signing, LtiJwks, ToolKey, ToolKeys},
    registration::{RegistrationBuilder, Registrations, ToolKeyAlgorithm},
    services::{ServiceError, ServiceErrorKind},
    store::{DeploymentStore, RegistrationStore},
    testing::{PlatformServices, TestClock},
};

use super::{
    material::{RSA_JWK, RSA_PKCS8},
    set::rows_at,
};
use crate::app::NOW;

const LINE_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";

/// A platform that knows the keys at the tool's own URL, and a tool that calls it.
pub(super) struct School {
    pub(super) services: PlatformServices,
    clock: TestClock,
    tool: LtiTool,
}

impl School {
    async fn new(
        keys: Option<ToolKeys>,
        registration: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
    ) -> Self {
        Self::over(keys, registration, |list| list).await
    }

    /// The same over another store of registrations.
    pub(super) async fn over<S: RegistrationStore>(
        keys: Option<ToolKeys>,
        registration: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
        store_of: impl FnOnce(Registrations) -> S,
    ) -> Self {
        let (services, clock) = (PlatformServices::start().await, TestClock::at_unix(NOW));
        services.use_clock(clock.clone());
        let registration = registration(services.registration_builder())
            .build()
            .unwrap();
        let store = MemoryStore::default();
        let deployment = services.launch_context().build().deployment().key().clone();
        let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
        let deployment = Deployment::new(deployment, status, origin, SystemTime::UNIX_EPOCH);
        store.create(&deployment, None).await.unwrap();
        let mut builder = LtiTool::builder()
            .launch_url("http://127.0.0.1:3000/lti/launch")
            .insecure_allow_loopback_http()
            .registrations(store_of(Registrations::new([registration]).unwrap()))
            .store(store)
            .clock(clock.clone());
        if let Some(keys) = keys {
            builder = builder.tool_keys(keys);
        }
        let tool = builder.build().unwrap();
        Self {
            services,
            clock,
            tool,
        }
    }

    /// Lets the platform know what the tool publishes at that path now.
    pub(super) async fn know(&self, path: &str) {
        let rows = rows_at(&self.tool, path).await;
        let set = serde_json::json!({ "keys": rows }).to_string();
        self.services.use_tool_keys(move || set.clone());
    }

    /// Asks for the line items; the key that the last access token was asked for with.
    async fn call(&self) -> Result<String, ServiceErrorKind> {
        self.try_call().await.map_err(|error| error.kind())
    }

    pub(super) async fn try_call(&self) -> Result<String, ServiceError> {
        let url = self.services.line_items_url();
        let launch = self.services.launch_context().build();
        let services = self.tool.services();
        let mut client = services.client(&launch, &url, [LINE_ITEMS]).unwrap();
        let request = Request::get(&url)
            .header(
                "accept",
                "application/vnd.ims.lis.v2.lineitemcontainer+json",
            )
            .body(Bytes::new())
            .unwrap();
        let answer = client.ready().await?.call(request).await?;
        assert_eq!(answer.status(), 200);
        let assertions = self.services.assertions();
        let kid = &assertions.last().unwrap().header()["kid"];
        Ok(kid.as_str().unwrap().to_owned())
    }
}

fn two_keys() -> (ToolKeys, [String; 2]) {
    let keys = [
        ToolKey::from_pem(RSA_PKCS8).unwrap(),
        ToolKey::from_jwk(RSA_JWK).unwrap(),
    ];
    let ids = [keys[0].id().to_owned(), keys[1].id().to_owned()];
    (ToolKeys::fixed(keys), ids)
}

// ADV-05, KEY-12
#[tokio::test]
async fn a_token_that_was_got_with_a_revoked_key_is_used_no_more() {
    let (keys, [first, second]) = two_keys();
    let school = School::new(Some(keys.clone()), |registration| registration).await;
    school.know("/lti/jwks.json").await;
    assert_eq!(school.call().await, Ok(first.clone()));
    assert_eq!(school.call().await, Ok(first.clone()));
    assert_eq!(school.services.assertions().len(), 1);

    let revocation = keys.revoke(&first).await.unwrap();

    let registration = school.services.registration_builder().build().unwrap();
    assert_eq!(revocation.registrations, [registration.id().clone()]);
    assert_eq!(school.call().await, Ok(second.clone()));
    assert_eq!(school.call().await, Ok(second.clone()));
    assert_eq!(school.services.assertions().len(), 2);
    assert_eq!(keys.revoke(&second).await.unwrap().registrations.len(), 1);
    assert_eq!(school.call().await, Err(ServiceErrorKind::KeyMissing));
}

// KEY-12
#[tokio::test]
async fn a_tool_without_keys_says_so() {
    let school = School::new(None, |registration| registration).await;

    assert_eq!(school.call().await, Err(ServiceErrorKind::KeyMissing));
    assert_eq!(school.services.assertions().len(), 0);
}

// KEY-12, KEY-13
#[tokio::test]
async fn the_algorithm_that_a_registration_asks_for_chooses_the_key() {
    let p256 = ToolKey::generate_p256().unwrap();
    let id = p256.id().to_owned();
    let keys = ToolKeys::fixed([ToolKey::from_pem(RSA_PKCS8).unwrap(), p256]);
    let school = School::new(Some(keys.clone()), |registration| {
        registration.tool_key_algorithm(ToolKeyAlgorithm::Es256)
    })
    .await;
    school.know("/lti/jwks.json").await;

    assert_eq!(school.call().await, Ok(id.clone()));

    let keys = keys.keys(None, tower_lti::clock::Clock::now(&school.clock));
    let es256 = keys.iter().find(|key| key.algorithm == Es256).unwrap();
    assert_eq!((&es256.id, es256.state), (&id, Signing));
}

// KEY-10, ADV-07
#[tokio::test]
async fn a_registration_with_keys_of_its_own_signs_with_those_that_its_url_publishes() {
    let (keys, [first, _]) = two_keys();
    let own = ToolKey::from_pem(super::material::RSA_PKCS1).unwrap();
    assert_eq!(own.id(), first, "one key may be in two sets");
    let own = ToolKey::from_jwk(RSA_JWK).unwrap();
    let id = own.id().to_owned();
    let keys = keys.with_own_keys_for("school-a", [own]);
    let school = School::new(Some(keys), |registration| {
        registration.login_name("school-a")
    })
    .await;
    school.know("/lti/jwks/school-a").await;

    assert_eq!(school.call().await, Ok(id));
}

// ADV-01, KEY-11: while the tool waits for its token, the platform fetches the key set from it
#[tokio::test]
async fn the_key_set_is_served_while_a_token_request_waits_for_the_platform() {
    let (keys, [first, _]) = two_keys();
    let school = School::new(Some(keys), |registration| registration).await;
    let (tool, clock) = (school.tool.clone(), std::time::Instant::now());
    let (asked, answers) = std::sync::mpsc::channel();
    school.services.use_tool_keys(move || {
        // Inside of the token request, on a thread of the runtime that it waits in.
        let request = Request::get("/lti/jwks.json").body(()).unwrap();
        let mut service = LtiJwks::new(tool.clone());
        let answer = futures_util::FutureExt::now_or_never(service.call(request));
        let body = answer.expect("it waits for nothing").unwrap().into_body();
        let body = futures_util::FutureExt::now_or_never(http_body_util::BodyExt::collect(body));
        asked.send(clock.elapsed()).unwrap();
        let body = body.unwrap().unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    });

    assert_eq!(school.call().await, Ok(first));
    assert!(answers.try_recv().is_ok());
}
