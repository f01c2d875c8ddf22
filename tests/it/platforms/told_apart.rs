//! Two platforms with the same issuer and client id, as self-hosted ones of one product have.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header;
use serde_json::{Value, json};
use tower_lti::{
    LtiLogin,
    deployment::DeploymentKey,
    error::LtiErrorKind,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    nonce::OneTimeKey,
    registration::{Endpoint, Registration, RegistrationId, Registrations},
    testing::{Browser, Platform, SigningKey},
};

use super::lms::{TARGET, form, kind};
use crate::{
    app::{App, NOW, body},
    sessions::tool_of,
};

const ISSUER: &str = "https://canvas.instructure.com";

const CLIENT_ID: &str = "10000000000001";

/// Platforms of one issuer and client id, each with a key of its own under the same key id.
#[derive(Clone, Debug)]
struct Schools(Vec<(&'static str, Platform)>);

impl Schools {
    fn new(hosts: &[&'static str]) -> Self {
        let schools = hosts.iter().enumerate().map(|(number, host)| {
            let platform = Platform::new(ISSUER, CLIENT_ID).at(&format!("https://{host}.test"));
            platform.use_key(SigningKey::shared(number, "k1"));
            (*host, platform)
        });
        Self(schools.collect())
    }

    fn app(&self, registrations: impl IntoIterator<Item = Registration>) -> App {
        App::with(|builder| {
            builder
                .registrations(Registrations::new(registrations).unwrap())
                .key_sets(self.clone())
        })
    }
}

impl FetchKeySet for Schools {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        let is_its = |host: &str| url.as_str() == format!("https://{host}.test/jwks");
        let found = self.0.iter().find(|(host, _)| is_its(host));
        found.unwrap().1.fetch(url).await
    }
}

/// A registration whose login name is its host's, with a discriminator or without one.
fn registration(host: &str, is_told_apart: bool) -> Registration {
    let builder = Registration::builder(ISSUER, CLIENT_ID)
        .authorization_endpoint(format!("https://{host}.test/auth"))
        .jwks_url(format!("https://{host}.test/jwks"))
        .login_name(host);
    let builder = if is_told_apart {
        builder.discriminator(host)
    } else {
        builder
    };
    builder.build().unwrap()
}

fn three_schools() -> (Schools, App) {
    let schools = Schools::new(&["plain", "north", "south"]);
    let app = schools.app([
        registration("south", true),
        registration("plain", false),
        registration("north", true),
    ]);
    (schools, app)
}

// N19
#[tokio::test]
async fn platforms_of_one_issuer_and_client_id_launch_by_their_login_names_and_share_nothing() {
    let (schools, app) = three_schools();
    for created in [true, false] {
        for (host, platform) in &schools.0 {
            let mut browser = app.browser_at(host);
            let request = browser.log_in(platform).await.unwrap();
            let token = platform.id_token(&request, NOW).sign();

            let answer = browser.launch(&request, &token).await;

            assert_eq!(answer.status(), 200, "{host}");
            let seen = body(&answer);
            assert_eq!(seen["created"], created, "{host}: no other's deployment");
            let whose = &seen["user_key"][0];
            assert_eq!(whose["issuer"], ISSUER);
            let expected = (*host != "plain").then_some(*host);
            assert_eq!(whose.get("discriminator").and_then(Value::as_str), expected);
        }
    }
    assert_eq!(app.store.deployment_count(), 3);
}

// N19
#[tokio::test]
async fn a_token_of_one_platform_is_refused_with_the_state_of_another() {
    let (schools, app) = three_schools();
    for (host, platform) in &schools.0 {
        for (other, stranger) in schools.0.iter().filter(|(other, _)| other != host) {
            let mut browser = app.browser_at(host);
            let request = browser.log_in(platform).await.unwrap();
            let wrong = stranger.id_token(&request, NOW).sign();
            let refused = browser.launch(&request, &wrong).await;
            assert_eq!(
                kind(&refused),
                Some(LtiErrorKind::SignatureWrong),
                "{other} at {host}"
            );
        }
    }
    assert_eq!(
        (app.store.nonce_count(), app.store.deployment_count()),
        (0, 0)
    );
    assert_eq!(app.calls(), 0);
}

// N19
#[tokio::test]
async fn a_login_that_does_not_say_which_one_leads_to_the_one_without_a_discriminator() {
    let (schools, app) = three_schools();
    let fields = [
        ("iss", ISSUER),
        ("target_link_uri", TARGET),
        ("login_hint", "hint-1"),
        ("client_id", CLIENT_ID),
    ];
    for fields in [&fields[..], &fields[..3]] {
        let answer = app.browser().get_login(&form(fields)).await;
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(location.starts_with("https://plain.test/auth?"));
    }

    let app = schools.app([registration("north", true), registration("south", true)]);
    for (fields, refused) in [
        (&fields[..], LtiErrorKind::ClientIdUnknown),
        (&fields[..3], LtiErrorKind::ClientIdNeeded),
    ] {
        let answer = app.browser().get_login(&form(fields)).await;
        assert_eq!(kind(&answer), Some(refused));
    }
    let answer = app.browser_at("north").get_login(&form(&fields)).await;
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    assert!(location.starts_with("https://north.test/auth?"));
    for wrong in ["North", "plain", "north "] {
        let mut browser = app.browser_at(&wrong.replace(' ', "%20"));
        let answer = browser.get_login(&form(&fields)).await;
        assert_eq!(
            kind(&answer),
            Some(LtiErrorKind::ClientIdUnknown),
            "{wrong}"
        );
    }
}

// N19: by a release without discriminators
#[tokio::test]
async fn what_is_stored_and_sent_without_a_discriminator_is_as_it_was() {
    let plain = RegistrationId::new("https://lms.example", "tool-1");
    let texts = |id: &RegistrationId| {
        [
            id.to_text(),
            DeploymentKey::new(id.clone(), "dep-1".into()).to_text(),
            OneTimeKey::new(id, "n-1").to_text(),
        ]
    };
    assert_eq!(
        texts(&plain),
        [
            "JVa_vV05w5m9V0J6Et7TvDISoCWuDRLfvZmSLQU6FmQ",
            "NVtCBl5pSWAXJMoU8TFe9POROKkdnXkFG7SWttv-Bo0",
            "q7J8TwZXHEpFXpRASFb2qGQhtXwIh6MOsZBvJ3TdHCs",
        ]
    );
    let north = plain.with_discriminator("north");
    for (with, without) in texts(&north).iter().zip(&texts(&plain)) {
        assert_ne!(with, without);
    }
    assert_ne!(texts(&north), texts(&plain.with_discriminator("south")));
    let written = json!({"issuer": "https://lms.example", "client_id": "tool-1"});
    assert_eq!(serde_json::to_value(&plain).unwrap(), written);
    assert_eq!(
        serde_json::from_value::<RegistrationId>(written).unwrap(),
        plain
    );
    let json = serde_json::to_string(&north).unwrap();
    assert_eq!(
        serde_json::from_str::<RegistrationId>(&json).unwrap(),
        north
    );

    let (schools, app) = three_schools();
    for (host, platform) in &schools.0 {
        let request = app.browser_at(host).log_in(platform).await.unwrap();
        let payload = request.state().split_once('.').unwrap().0;
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        let state: Vec<Value> = serde_json::from_slice(&payload).unwrap();
        assert_eq!(state[..2], [json!(ISSUER), json!(CLIENT_ID)]);
        match *host {
            "plain" => assert_eq!(state.len(), 11),
            told_apart => assert_eq!(state[12..], [json!(told_apart)]),
        }
    }
}

// N19, SESSION-13
#[tokio::test]
async fn ending_the_sessions_of_one_platform_leaves_those_of_the_other() {
    let (schools, app) = three_schools();
    let mut visits = Vec::new();
    for (host, platform) in &schools.0 {
        let login = LtiLogin::new(app.tool.clone()).registration_from_path();
        let mut browser =
            Browser::new(login, tool_of(&app.tool)).with_login_path(&format!("/lti/login/{host}"));
        let request = browser.log_in(platform).await.unwrap();
        let token = platform
            .id_token(&request, NOW)
            .claim("sub", "user-1")
            .sign();
        let answer = browser.launch(&request, &token).await;
        let page = answer.headers()[header::LOCATION].to_str().unwrap();
        visits.push((*host, browser, page.to_owned()));
    }
    let plain = RegistrationId::new(ISSUER, CLIENT_ID);
    let ended = |host: &'static str| {
        let id = plain.with_discriminator(host);
        let tool = app.tool.clone();
        async move {
            match host {
                "north" => tool.end_sessions_of_user(&id, "user-1").await.unwrap(),
                _ => tool.end_sessions_of_registration(&id).await.unwrap(),
            }
        }
    };
    for (end, open) in [
        (None, &["plain", "north", "south"][..]),
        (Some("north"), &["plain", "south"]),
        (Some("south"), &["plain"]),
    ] {
        if let Some(host) = end {
            ended(host).await;
        }
        for (host, browser, page) in &mut visits {
            let answer = browser.get(page).await;
            let expected = if open.contains(host) { 200 } else { 401 };
            assert_eq!(answer.status(), expected, "{host} after {end:?}");
        }
    }
}
