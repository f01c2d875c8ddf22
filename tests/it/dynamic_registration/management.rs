//! Reading, changing and removing a registration at the platform (RFC 7592).

use serde_json::{Value, json};
use tower_lti::{
    dynamic_registration::{LtiRegistration, RegistrationFailure},
    registration::RegistrationId,
};

use super::{
    platform::{Heard, Platform, Reply, echo},
    world::World,
};

/// Gives an address to manage the registration by, and answers there by `manage`.
fn manages(
    platform: &Platform,
    at: String,
    manage: impl Fn(&Heard) -> Reply + Send + Sync + 'static,
) {
    let configuration = platform.configuration();
    platform.answers(
        move |heard| match (heard.method.as_str(), heard.path.as_str()) {
            ("GET", "/configuration") => Reply::Json(200, configuration.clone()),
            ("POST", _) => {
                let mut reply = echo(heard, "client-1");
                reply["registration_client_uri"] = json!(at);
                reply["registration_access_token"] = json!("acc3ss");
                Reply::Json(201, reply)
            }
            _ => manage(heard),
        },
    );
}

async fn registered(world: &World) -> (LtiRegistration, RegistrationId) {
    let service = world.open();
    let done = world.register(&service, None).await;
    assert_eq!(done.status, 200, "{}", done.body);
    (service, world.records().await[0].id().clone())
}

fn client(token: &str) -> Value {
    json!({"client_id": "client-1", "registration_access_token": token, "scope": "a b"})
}

// REG-11
#[tokio::test]
async fn a_registration_is_read_changed_and_removed_at_its_platform() {
    let world = World::start().await;
    let at = format!("{}/register/7", world.platform.url);
    manages(&world.platform, at, |heard| match heard.method.as_str() {
        "GET" => Reply::Json(200, client("acc3ss-2")),
        "PUT" => Reply::Json(200, client("acc3ss-2")),
        _ => Reply::Raw(204, "text/plain", String::new()),
    });
    let (service, id) = registered(&world).await;
    let kept = world.records().await[0].json().to_owned();
    assert!(!kept.contains("acc3ss"), "it is sealed");
    assert!(!format!("{:?}", world.records().await).contains("acc3ss"));

    let read = service.read_back(&id).await.unwrap();
    assert_eq!(read.client_id(), "client-1");
    assert_eq!(read.scopes().unwrap(), ["a", "b"]);
    assert!(!format!("{read:?}").contains("acc3ss"));
    service.update(&id).await.unwrap();
    service.unregister(&id).await.unwrap();

    let heard = world.platform.heard();
    let [_, _, read, changed, removed] = heard.as_slice() else {
        panic!("{heard:?}");
    };
    assert_eq!(read.authorization.as_deref(), Some("Bearer acc3ss"));
    assert_eq!(changed.method, "PUT");
    // The token that came in place of the other counts from then on.
    assert_eq!(changed.authorization.as_deref(), Some("Bearer acc3ss-2"));
    let sent = changed.json();
    assert_eq!(sent["client_id"], "client-1");
    assert_eq!(sent["client_name"], "Puzzles & more");
    assert!(sent.get("registration_access_token").is_none());
    assert_eq!(removed.method, "DELETE");
    assert_eq!(removed.path, "/register/7");
    assert!(world.records().await.is_empty());
    let error = service.read_back(&id).await.unwrap_err();
    assert_eq!(error.kind(), RegistrationFailure::UnknownRegistration);
}

// REG-11, REG-12, S28: the token never goes to another origin.
#[tokio::test]
async fn an_address_at_another_origin_is_not_kept() {
    for elsewhere in [
        "https://evil.example/r",
        "http://127.0.0.1:9/r",
        "javascript:x",
        "/r",
        "",
    ] {
        let world = World::start().await;
        manages(&world.platform, elsewhere.to_owned(), |_| Reply::Hang);
        let (service, id) = registered(&world).await;
        let error = service.read_back(&id).await.unwrap_err();
        assert_eq!(error.kind(), RegistrationFailure::Unmanaged, "{elsewhere}");
        assert!(!world.records().await[0].json().contains("registration_"));
    }
}

// REG-11, REG-12: whoever changes what is kept does not get the token.
#[tokio::test]
async fn a_token_is_good_for_the_address_that_it_came_with() {
    let world = World::start().await;
    let thief = Platform::start().await;
    let at = format!("{}/register/7", world.platform.url);
    manages(&world.platform, at, |_| Reply::Json(200, client("acc3ss")));
    let (service, id) = registered(&world).await;
    let to = format!("\"{}/register/7\"", thief.url);
    let members = [("registration_client_uri", Some(&*to))];
    let changing = world
        .registrations
        .change(&id, |record| record.with_members(members));
    changing.await.unwrap();
    let error = service.read_back(&id).await.unwrap_err();
    assert_eq!(error.kind(), RegistrationFailure::Unmanaged);
    assert!(thief.heard().is_empty());
}

// REG-11
#[tokio::test]
async fn what_the_platform_refuses_stays_here() {
    let world = World::start().await;
    let at = format!("{}/register/7", world.platform.url);
    manages(&world.platform, at, |heard| match heard.method.as_str() {
        "DELETE" => Reply::Raw(401, "text/plain", "no".to_owned()),
        "PUT" => Reply::Json(200, json!({"client_id": "another"})),
        _ => Reply::Redirect(302, "https://evil.example/".to_owned()),
    });
    let (service, id) = registered(&world).await;
    let kind = |error: tower_lti::dynamic_registration::DynamicRegistrationError| error.kind();
    assert_eq!(
        service.unregister(&id).await.map_err(kind),
        Err(RegistrationFailure::PlatformRefused)
    );
    let changed = service.update(&id).await.map(drop).map_err(kind);
    assert_eq!(changed, Err(RegistrationFailure::ReplyDiffers));
    let read = service.read_back(&id).await.map(drop).map_err(kind);
    assert_eq!(read, Err(RegistrationFailure::PlatformRedirected));
    assert_eq!(world.records().await.len(), 1);
}
