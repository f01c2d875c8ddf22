//! Signature algorithms: what a registration allows is let in, and nothing else.

use bytes::Bytes;
use http::Response;
use tower_lti::{
    key_set::SignatureAlgorithm,
    registration::{Registration, Registrations},
    testing::SigningKey,
};

use crate::app::{App, code};

/// Launches with a genuine signature of this key, where the registration allows these algorithms.
async fn launch(key: SigningKey, allowed: &[&str]) -> (Response<Bytes>, usize) {
    let allowed = allowed.iter().map(|name| name.parse().unwrap());
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .algorithms(allowed)
        .build()
        .unwrap();
    let app =
        App::with(|builder| builder.registrations(Registrations::new([registration]).unwrap()));
    app.platform.use_key(key);
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();

    let token = app.platform.id_token(&request, app.clock.unix()).sign();
    let response = browser.launch(&request, &token).await;

    (response, app.calls())
}

fn keys() -> [SigningKey; 4] {
    [
        SigningKey::generate_p256("k1"),
        SigningKey::generate_p384("k1"),
        SigningKey::shared(1, "k1").for_algorithm("RS384"),
        SigningKey::shared(1, "k1").for_algorithm("RS512"),
    ]
}

// LAUNCH-34
#[tokio::test]
async fn the_one_algorithm_that_a_registration_allows_is_let_in() {
    for key in keys() {
        let algorithm = key.algorithm().to_owned();

        let (response, calls) = launch(key, &[&algorithm]).await;

        assert_eq!(response.status(), 200, "{algorithm}: {}", code(&response));
        assert_eq!(calls, 1, "{algorithm}");
    }
}

// LAUNCH-34, J04
#[tokio::test]
async fn a_genuine_signature_of_another_algorithm_is_refused() {
    for key in keys()
        .into_iter()
        .chain([SigningKey::shared(1, "k1").for_algorithm("PS256")])
    {
        let algorithm = key.algorithm().to_owned();

        let (response, calls) = launch(key, &["RS256"]).await;

        assert_eq!(response.status(), 401, "{algorithm}");
        assert_eq!(code(&response), "token_rejected", "{algorithm}");
        assert_eq!(calls, 0, "{algorithm}");
    }
}

#[tokio::test]
async fn rs256_is_refused_where_only_another_is_allowed() {
    for other in ["RS384", "RS512", "ES256", "ES384"] {
        let (response, calls) = launch(SigningKey::shared(1, "k1"), &[other]).await;

        assert_eq!(code(&response), "token_rejected", "{other}");
        assert_eq!(calls, 0, "{other}");
    }
}

#[test]
fn an_algorithm_is_written_and_read_by_its_jose_name_alone() {
    for name in ["RS256", "RS384", "RS512", "ES256", "ES384"] {
        let algorithm: SignatureAlgorithm = name.parse().unwrap();
        let json = format!("\"{name}\"");

        assert_eq!(algorithm.to_string(), name);
        assert_eq!(serde_json::to_string(&algorithm).unwrap(), json);
        assert_eq!(
            serde_json::from_str::<SignatureAlgorithm>(&json).unwrap(),
            algorithm
        );
    }
    for name in ["", "rs256", "RS256 ", "none", "HS256", "PS256", "EdDSA"] {
        assert!(name.parse::<SignatureAlgorithm>().is_err(), "{name:?}");
    }
}
