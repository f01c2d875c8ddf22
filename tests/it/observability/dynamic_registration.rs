//! What an operator sees of dynamic registrations, and what nobody does.

use serde_json::json;
use tower_lti::dynamic_registration::RegistrationFailure;

use super::{guide, watch::watch};
use crate::dynamic_registration::{
    platform::Reply,
    world::{World, confirm, get},
};

const REGISTERED: &str = "a platform registered the tool";
const NOT_REGISTERED: &str = "a platform was not registered";

// S27, P31
#[tokio::test]
async fn neither_tokens_nor_what_a_platform_says_stand_in_a_log() {
    let world = World::start().await;
    let service = world.open();
    let at = format!("{}/register?k=qu3ry", world.platform.url);
    world.platform.changes(move |reply| {
        reply["registration_client_uri"] = json!(at);
        reply["registration_access_token"] = json!("acc3ss");
    });
    let query = format!("session=qu3ry&{}", world.platform.query(Some("t0ken")));
    let (shown, seen) = watch(async {
        let shown = get(&service, &query).await;
        let done = confirm(&service, &query, &shown).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let id = world.records().await[0].id().clone();
        world
            .platform
            .answers(|_| Reply::Raw(401, "text/plain", "w0rds of t0ken and acc3ss".to_owned()));
        get(&service, &query)
            .await
            .assert_refused(502, "configuration_rejected");
        let failed = service.read_back(&id).await.unwrap_err();
        assert!(!format!("{failed:?} {failed} {service:?}").contains("w0rds"));
        shown
    })
    .await;

    let told = seen.event(REGISTERED);
    assert_eq!(told.level, "INFO");
    assert_eq!(told.fields["client_id"], "client-1");
    assert_eq!(told.fields["left_out"], "0");
    let told = seen.event(NOT_REGISTERED);
    assert_eq!(told.level, "WARN");
    assert_eq!(told.fields["code"], "configuration_rejected");
    assert_eq!(told.fields["status"], "401");
    let all = format!("{seen:?}");
    for secret in ["t0ken", "acc3ss", "qu3ry", "w0rds", shown.handle()] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

// S25, P16
#[tokio::test]
async fn refusals_that_anybody_can_cause_are_told_ten_times_and_counted() {
    let world = World::start().await;
    let service = world.open();
    let ((), seen) = watch(async {
        for _ in 0..30 {
            assert_eq!(get(&service, "x=1").await.status, 400);
        }
    })
    .await;
    assert_eq!(seen.events(NOT_REGISTERED).len(), 10);
}

// REG-10
#[test]
fn the_guide_has_every_code_of_a_registration() {
    for kind in RegistrationFailure::ALL {
        let code = kind.code();
        assert!(guide::knows(code), "{code}");
        let status = kind.status().as_u16();
        assert!(
            (400..500).contains(&status) || (502..505).contains(&status),
            "{code}"
        );
    }
}
