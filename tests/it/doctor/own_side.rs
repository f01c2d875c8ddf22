//! The tool's own side over its public URLs, and the registrations of a running tool.

use serde_json::{Value, json};
use tower_lti::{
    LtiTool, MemoryStore,
    doctor::Doctor,
    live_registrations::LiveRegistrations,
    outbound::HttpsClient,
    registration::{RegistrationRecord, RegistrationStatus, Registrations},
};

use super::world::{Reply, World, good, wrong_checks};
use crate::connected::tool_key;

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

    let report = doctor.check().await;

    assert_eq!(
        wrong_checks(&report),
        ["launch_url", "login_url", "tool_key_set"],
        "{report}"
    );
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
}
