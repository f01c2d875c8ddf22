//! A registration that is changed while the tool runs: keys and endpoints move, deployments stay.

use http::header;
use serde_json::{Value, json};
use tower_lti::{
    MemoryStore,
    error::LtiErrorKind,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    live_registrations::LiveRegistrations,
    registration::{Endpoint, RegistrationRecord},
    testing::{Platform, SigningKey},
};

use crate::{
    app::{App, NOW, body},
    platforms::lms::{TARGET, form, kind},
};

/// The platform before and after it has moved, with another key under the same key id.
#[derive(Clone, Debug)]
struct Moved {
    before: Platform,
    after: Platform,
}

impl FetchKeySet for Moved {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        let moved = url.as_str().starts_with("https://new.test/");
        let platform = if moved { &self.after } else { &self.before };
        platform.fetch(url).await
    }
}

async fn launch(app: &App, platform: &Platform) -> Result<Value, LtiErrorKind> {
    let mut browser = app.browser();
    let request = browser.log_in(platform).await.unwrap();
    let token = platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    match kind(&answer) {
        None => Ok(body(&answer)),
        Some(refused) => Err(refused),
    }
}

// N45
#[tokio::test]
async fn new_keys_and_endpoints_count_at_once_and_deployments_stay() {
    let moved = Moved {
        before: Platform::new("https://lms.test", "tool-1").at("https://old.test"),
        after: Platform::new("https://lms.test", "tool-1").at("https://new.test"),
    };
    moved.after.use_key(SigningKey::shared(1, "k1"));
    let live = LiveRegistrations::new(MemoryStore::default());
    let record = json!({
        "issuer": "https://lms.test",
        "client_id": "tool-1",
        "authorization_endpoint": "https://old.test/auth",
        "jwks_url": "https://old.test/jwks",
    });
    let record = RegistrationRecord::from_json(&record.to_string()).unwrap();
    let id = record.id().clone();
    live.add(record).await.unwrap();
    let registrations = live.clone();
    let keys = moved.clone();
    let app = App::with(|builder| builder.registrations(registrations).key_sets(keys));
    let first = launch(&app, &moved.before).await.unwrap();
    assert_eq!(first["created"], true);
    let mut begun = app.browser();
    let before = begun.log_in(&moved.before).await.unwrap();

    live.change(&id, |record| {
        record.with_members([
            ("authorization_endpoint", Some(r#""https://new.test/auth""#)),
            ("jwks_url", Some(r#""https://new.test/jwks""#)),
        ])
    })
    .await
    .unwrap();

    let second = launch(&app, &moved.after).await.unwrap();
    assert_eq!(second["created"], false, "the deployment stays");
    assert_eq!(second["user_key"], first["user_key"]);
    let refused = launch(&app, &moved.before).await;
    assert_eq!(refused, Err(LtiErrorKind::SignatureWrong));
    // A login that was begun before goes on with the keys of now.
    let old = moved.before.id_token(&before, NOW).sign();
    let refused = begun.launch(&before, &old).await;
    assert_eq!(kind(&refused), Some(LtiErrorKind::SignatureWrong));
    let fields = [
        ("iss", "https://lms.test"),
        ("login_hint", "hint-1"),
        ("target_link_uri", TARGET),
    ];
    let answer = app.browser().get_login(&form(&fields)).await;
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    assert!(location.starts_with("https://new.test/auth?"));
    assert_eq!(app.store.deployment_count(), 1);

    // Keys in the registration itself replace the URL.
    let third = SigningKey::shared(2, "k1");
    moved.after.use_key(third);
    let jwks = moved.after.jwks_json();
    live.change(&id, |record| {
        record.with_members([("jwks_url", None), ("jwks", Some(&*jwks))])
    })
    .await
    .unwrap();
    assert_eq!(launch(&app, &moved.after).await.unwrap()["created"], false);
}
