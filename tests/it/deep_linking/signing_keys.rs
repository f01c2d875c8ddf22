//! What a response is signed with.

use serde_json::json;
use tower_lti::{
    LtiError,
    error::LtiErrorKind::{SigningKeyMissing, SigningKeyUnavailable},
    keys::{ToolKey, ToolKeys},
    registration::{RegistrationBuilder, ToolKeyAlgorithm},
    testing::DeepLinkingOptions,
};

use super::{picker::Picker, responses::taken};
use crate::{
    app::App, connected::tool_key, services::world::World, tool_keys::faults::none_at_the_moment,
};

// DL-11, DL-12
#[tokio::test]
async fn a_registration_s_algorithm_is_signed_with_and_without_a_key_for_it_nothing_is() {
    let curve = ToolKey::generate_p256().unwrap();
    let (id, jwk) = (curve.id().to_owned(), curve.public_jwk().clone());
    let es256 = |registration: RegistrationBuilder| {
        registration.tool_key_algorithm(ToolKeyAlgorithm::Es256)
    };
    let world = World::with(es256, |tool| {
        tool.tool_keys(ToolKeys::fixed([tool_key(), curve]))
    })
    .await;
    let jwks = json!({"keys": [jwk]}).to_string();
    world.services.use_tool_keys(move || jwks.clone());
    let taken = taken(&world, &DeepLinkingOptions::new()).await;
    assert_eq!(
        (&taken.header()["alg"], &taken.header()["kid"]),
        (&json!("ES256"), &json!(id))
    );

    let revoked = ToolKeys::from(tool_key());
    revoked.revoke(tool_key().id()).await.unwrap();
    let later = none_at_the_moment().await;
    for (keys, expected, status) in [
        (None, SigningKeyMissing, 403),
        (
            Some(ToolKeys::from(ToolKey::generate_p256().unwrap())),
            SigningKeyMissing,
            403,
        ),
        (Some(revoked), SigningKeyMissing, 403),
        (Some(later), SigningKeyUnavailable, 503),
    ] {
        let app = App::with(|builder| match keys {
            Some(keys) => builder.tool_keys(keys),
            None => builder,
        });
        let picker = Picker::open(&app).await;
        assert_eq!(picker.send(&app.tool).await, Err(expected));
        let error = LtiError::from(expected);
        assert_eq!(error.status().as_u16(), status);
        assert_eq!(error.retry_after().is_some(), status == 503);
    }
}
