//! Reading, changing and removing a registration at the platform (RFC 7592).

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tower_lti::{
    LoginSecret,
    dynamic_registration::{LtiRegistration, RegistrationAccess, RegistrationFailure},
    registration::RegistrationId,
    tool::LtiToolBuilder,
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
    assert_eq!(error.kind(), RegistrationFailure::TokenUnreadable);
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

// REG-11
#[tokio::test]
async fn what_another_secret_has_sealed_is_said_to_be_so_and_is_sealed_anew_in_time() {
    let secret = |text: &str| LoginSecret::from_bytes(text.as_bytes().to_vec()).unwrap();
    let old = secret("an old secret that only tests may know");
    let new = secret("a new secret that only tests may know");
    let world = World::start().await;
    let at = format!("{}/register/7", world.platform.url);
    manages(&world.platform, at, |_| Reply::Json(200, client("acc3ss")));
    let service = |change: &dyn Fn(LtiToolBuilder) -> LtiToolBuilder| {
        let tool = world.other_tool(|builder| change(builder).insecure_allow_volatile_store());
        world.service_of(&tool, RegistrationAccess::InsecureAnybody)
    };
    let before = service(&|builder| builder.login_secret(old.clone()));
    assert_eq!(world.register(&before, None).await.status, 200);
    let id = world.records().await[0].id().clone();
    let sealed = world.records().await[0].json().to_owned();

    let after = service(&|builder| builder.login_secret(new.clone()));
    let error = after.read_back(&id).await.unwrap_err();
    assert_eq!(error.kind(), RegistrationFailure::TokenUnreadable);

    let between = service(&|builder| {
        builder
            .login_secret(new.clone())
            .add_previous_login_secret(old.clone())
    });
    between.read_back(&id).await.unwrap();
    assert_ne!(world.records().await[0].json(), sealed);
    after.read_back(&id).await.unwrap();
    let resealed = world.records().await[0].json().to_owned();
    after.read_back(&id).await.unwrap();
    assert_eq!(world.records().await[0].json(), resealed);
}

// REG-11: RFC 7592 §3
#[tokio::test]
async fn an_address_or_a_token_that_came_in_place_of_the_other_is_kept_where_it_can_be_used() {
    let world = World::start().await;
    let at = |path: &str| format!("{}/register/{path}", world.platform.url);
    let long = "x".repeat(4 * 1024 + 1);
    for (came, uri, token, then) in [
        ("both", at("8"), "acc3ss-8", Some("/register/8")),
        ("another address", at("9"), "acc3ss", Some("/register/9")),
        (
            "elsewhere",
            "https://evil.example/r".to_owned(),
            "acc3ss-8",
            None,
        ),
        ("no token to send", at("8"), "a b", None),
        ("a long one", at("8"), &long, None),
    ] {
        let mut reply = client(token);
        reply["registration_client_uri"] = json!(uri);
        manages(&world.platform, at("7"), move |_| {
            Reply::Json(200, reply.clone())
        });
        let (service, id) = registered(&world).await;
        let read = service.read_back(&id).await;
        let error = read.map(drop).map_err(|error| error.kind());
        let (expected, path, token) = match then {
            Some(path) => (Ok(()), path, token),
            None => (
                Err(RegistrationFailure::ReplyInvalid),
                "/register/7",
                "acc3ss",
            ),
        };
        assert_eq!(error, expected, "{came}");
        let _ = service.read_back(&id).await;
        let heard = world.platform.heard().pop().unwrap();
        assert_eq!(heard.path, path, "{came}");
        let bearer = format!("Bearer {token}");
        assert_eq!(heard.authorization, Some(bearer), "{came}");
        world.registrations.remove(&id).await.unwrap();
    }
}

// REG-11: it was removed here meanwhile.
#[tokio::test]
async fn what_was_done_at_the_platform_and_not_here_is_not_told_as_a_registration_that_failed() {
    let world = World::start().await;
    let at = format!("{}/register/7", world.platform.url);
    for removes in [true, false] {
        let told = Arc::new(Notify::new());
        manages(&world.platform, at.clone(), {
            let told = Arc::clone(&told);
            move |_| Reply::Once(Arc::clone(&told), Box::new(Reply::Json(200, client("n3w"))))
        });
        let (service, id) = registered(&world).await;
        let calls = world.platform.heard().len();
        let call = async {
            match removes {
                true => service.unregister(&id).await,
                false => service.read_back(&id).await.map(drop),
            }
        };
        let meanwhile = async {
            while world.platform.heard().len() == calls {
                tokio::task::yield_now().await;
            }
            world.registrations.remove(&id).await.unwrap();
            told.notify_one();
        };
        let (done, ()) = tokio::join!(call, meanwhile);
        let kind = done.unwrap_err().kind();
        let expected = match removes {
            true => RegistrationFailure::NotRemoved,
            false => RegistrationFailure::TokenNotKept,
        };
        assert_eq!(kind, expected);
    }
}
