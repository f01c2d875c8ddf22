//! The tool's own side over its public URLs, and the registrations of a running tool.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lti::{
    LtiTool, MemoryStore,
    doctor::Doctor,
    live_registrations::LiveRegistrations,
    outbound::HttpsClient,
    registration::{
        ClientId, Issuer, Registration, RegistrationRecord, RegistrationStatus, Registrations,
    },
    services::ActionBy,
    store::{IssuerMatch, RegistrationStore, StoreError},
};

use super::world::{Reply, World, good, wrong_checks};
use crate::{
    connected::tool_key,
    live_registrations::watched_store::{Fault, WatchedStore},
};

const KEYS: &str = "tool.test/lti/jwks.json";

fn published(change: impl FnOnce(&mut Value)) -> Reply {
    let mut keys = json!({"keys": [tool_key().public_jwk()]});
    change(&mut keys);
    Reply::json(&keys).with("content-type", "application/json")
}

// ADV-94
#[tokio::test]
async fn what_is_wrong_with_the_tools_own_urls_is_told() {
    let (login, launch) = ("tool.test/lti/login", "tool.test/lti/launch");
    let another = json!({"kty": "RSA", "kid": "another", "n": "AQAB", "e": "AQAB"});
    let client = HttpsClient::new();
    for (place, reply, checks, seen) in [
        (KEYS, Reply::new(404, ""), "tool_key_set", "answers 404"),
        (
            KEYS,
            Reply::page("<input type='password'>"),
            "tool_key_set",
            "a login page",
        ),
        (
            KEYS,
            Reply::redirect("/login"),
            "tool_key_set",
            "a redirect to https://tool.test/login",
        ),
        (KEYS, Reply::new(401, ""), "tool_key_set", "answers 401"),
        (
            KEYS,
            Reply::json(&json!({"keys": [tool_key().public_jwk()]})),
            "tool_key_set",
            "no JSON",
        ),
        (
            KEYS,
            published(|keys| keys["keys"] = json!([])),
            "tool_key_set",
            "empty",
        ),
        (
            KEYS,
            published(|keys| keys["keys"] = json!([another])),
            "tool_key_set",
            tool_key().id(),
        ),
        (
            KEYS,
            published(|keys| keys["keys"][0]["d"] = "AAAA".into()),
            "tool_private_key",
            "private members",
        ),
        (login, Reply::new(404, ""), "login_url", "answers 404"),
        (
            login,
            Reply::redirect("https://www.tool.test/lti/login"),
            "login_url",
            "a redirect",
        ),
        (login, Reply::page("Welcome"), "login_url", "an HTML page"),
        (launch, Reply::new(403, "CSRF"), "launch_url", "answers 403"),
        (
            launch,
            Reply::redirect("https://tool.test/lti/launch/"),
            "launch_url",
            "a redirect",
        ),
        (launch, Reply::new(502, ""), "launch_url", "answers 502"),
    ] {
        let world = World::over(&client).await;
        world.answers(place, reply.clone());

        let report = world.doctor(&json!([good()]).to_string()).check().await;

        assert_eq!(wrong_checks(&report), [checks], "{reply:?}: {report}");
        let finding = &report.findings()[0];
        assert!(finding.seen.contains(seen), "{reply:?}: {report}");
        assert_eq!(finding.subject.registration(), None);
    }
}

// ADV-94
#[tokio::test]
async fn public_urls_have_to_be_https() {
    let world = World::start().await;
    let doctor = world.doctor(&json!([good()]).to_string());
    let doctor = doctor
        .login_url("http://tool.test/lti/login")
        .launch_url("/lti/launch")
        .key_set_url("http://tool.test/lti/jwks.json");

    let allowed = doctor.clone().insecure_allow_loopback_http();

    // Plain http to another machine is no loopback.
    for report in [doctor.check().await, allowed.check().await] {
        assert_eq!(
            wrong_checks(&report),
            ["launch_url", "login_url", "tool_key_set"],
            "{report}"
        );
    }
}

// ADV-93
#[tokio::test]
async fn a_tool_is_checked_with_the_registrations_that_it_has_now() {
    let world = World::start().await;
    let store = MemoryStore::default();
    let live = LiveRegistrations::new(store.clone());
    let record = RegistrationRecord::from_json(&good().to_string()).unwrap();
    let id = record.id().clone();
    live.add(record).await.unwrap();
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(live.clone())
        .store(store)
        .tool_keys(tool_key())
        .exchange(world.client())
        .build()
        .unwrap();
    let doctor = Doctor::of_tool(&tool);

    let active = doctor.check().await;
    live.set_status(&id, RegistrationStatus::Disabled)
        .await
        .unwrap();
    let disabled = doctor.check().await;

    assert_eq!(wrong_checks(&active), [""; 0], "{active}");
    assert_eq!(active.registrations(), 1);
    assert_eq!(
        wrong_checks(&disabled),
        ["registration_status"],
        "{disabled}"
    );
    assert_eq!(disabled.findings()[0].subject.registration(), Some(&id));

    let list = Registrations::from_json(&json!([good()]).to_string()).unwrap();
    let fixed = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(list)
        .exchange(world.client())
        .build()
        .unwrap();
    let report = Doctor::of_tool(&fixed).check().await;
    assert_eq!(
        (report.registrations(), report.exit_code()),
        (1, 0),
        "{report}"
    );
    let none = Doctor::of_tool(&fixed).registrations([]).check().await;
    assert_eq!((none.registrations(), none.exit_code()), (0, 0), "{none}");
}

// ADV-93
#[tokio::test]
async fn registrations_that_cannot_be_checked_are_told() {
    let world = World::start().await;
    let store = MemoryStore::default();
    let watched = WatchedStore::over(store.clone());
    watched.list_unreadable(&["[]", "{}"]);
    let tool = |registrations: LiveRegistrations| {
        let builder = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .store(store.clone())
            .exchange(world.client());
        builder.registrations(registrations).build().unwrap()
    };

    let left_out = Doctor::of_tool(&tool(LiveRegistrations::new(watched.clone())));
    let left_out = left_out.check().await;
    assert_eq!(
        wrong_checks(&left_out),
        ["registration_entry"],
        "{left_out}"
    );
    assert!(left_out.findings()[0].seen.starts_with("2 "), "{left_out}");

    watched.set(Fault::Down);
    let down = Doctor::of_tool(&tool(LiveRegistrations::new(watched)));
    let down = down.check().await;
    assert_eq!(wrong_checks(&down), ["registrations_file"], "{down}");

    let hidden = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Hidden)
        .exchange(world.client())
        .build()
        .unwrap();
    let hidden = Doctor::of_tool(&hidden).check().await;
    assert_eq!(wrong_checks(&hidden), ["registrations_file"], "{hidden}");
    assert_eq!(hidden.findings()[0].who, ActionBy::Developer);
}

/// A store that does not show what it has.
struct Hidden;

impl RegistrationStore for Hidden {
    async fn find(
        &self,
        _: &Issuer,
        _: &ClientId,
        _: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(None)
    }

    async fn find_by_issuer(&self, _: &Issuer) -> Result<IssuerMatch, StoreError> {
        Ok(IssuerMatch::None)
    }

    async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
        Ok(None)
    }
}
