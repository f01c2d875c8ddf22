//! `azp`, where a registration is strict about it.

use serde_json::{Value, json};
use tower_lti::{
    LtiError,
    error::LtiErrorKind,
    registration::{AuthorizedPartyCheck, Registration, Registrations},
};

use crate::app::{App, NOW};

// N27, C08
#[tokio::test]
async fn an_azp_that_is_always_checked_is_there_and_is_the_client_id() {
    let missing = Value::Null;
    for (strict, audience, azp, let_in) in [
        (true, json!("tool-1"), Some(json!("tool-1")), true),
        (true, json!(["tool-1"]), Some(json!("tool-1")), true),
        (true, json!("tool-1"), None, false),
        (true, json!("tool-1"), Some(missing.clone()), false),
        (true, json!("tool-1"), Some(json!("")), false),
        (true, json!("tool-1"), Some(json!("other")), false),
        (true, json!("tool-1"), Some(json!("tool-1 ")), false),
        (true, json!("tool-1"), Some(json!(["tool-1"])), false),
        (true, json!("tool-1"), Some(json!(1)), false),
        (false, json!("tool-1"), None, true),
        (false, json!("tool-1"), Some(missing.clone()), true),
        (false, json!("tool-1"), Some(json!("")), true),
        (false, json!("tool-1"), Some(json!("other")), true),
        (false, json!("tool-1"), Some(json!(1)), false),
        (false, json!(["tool-1", "beside"]), None, false),
        (false, json!(["tool-1", "beside"]), Some(missing), false),
        (
            false,
            json!(["tool-1", "beside"]),
            Some(json!("tool-1")),
            true,
        ),
    ] {
        let check = if strict {
            AuthorizedPartyCheck::Always
        } else {
            AuthorizedPartyCheck::SeveralAudiences
        };
        let registration = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .add_trusted_audience("beside")
            .authorized_party_check(check)
            .build()
            .unwrap();
        let registrations = Registrations::new([registration]).unwrap();
        let app = App::with(|builder| builder.registrations(registrations));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW);
        let token = token.claim("aud", audience.clone());
        let token = match &azp {
            Some(azp) => token.claim("azp", azp.clone()),
            None => token.without_claim("azp"),
        };
        let answer = browser.launch(&request, &token.sign()).await;
        let kind = answer.extensions().get::<LtiError>().map(LtiError::kind);
        let expected = (!let_in).then_some(LtiErrorKind::AuthorizedPartyMismatch);
        assert_eq!(kind, expected, "strict {strict}, {audience}, {azp:?}");
    }
}
