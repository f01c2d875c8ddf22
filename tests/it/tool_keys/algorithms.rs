//! Keys of one algorithm, and registrations that ask for another.

use std::sync::Arc;

use tower_lti::{
    LtiTool, MemoryStore,
    keys::{ToolKey, ToolKeys},
    registration::{
        ClientId, Issuer, Registration, RegistrationBuilder, Registrations, ToolKeyAlgorithm,
    },
    services::ActionBy,
    store::{IssuerMatch, RegistrationStore, StoreError},
    tool::ConfigError,
};

use super::{
    material::{P384_SEC1, RSA_PKCS8},
    rotation::secret,
    tokens::School,
};

/// Registrations that nobody can go through.
struct LookedUp(Registrations);

impl RegistrationStore for LookedUp {
    async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        self.0.find(issuer, client_id, discriminator).await
    }

    async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        self.0.find_by_issuer(issuer).await
    }

    async fn find_by_login_name(
        &self,
        name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        self.0.find_by_login_name(name).await
    }
}

fn rsa() -> ToolKeys {
    ToolKeys::from_pem(RSA_PKCS8).unwrap()
}

fn p256() -> ToolKeys {
    ToolKey::generate_p256().unwrap().into()
}

fn registration() -> RegistrationBuilder {
    Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .token_endpoint("https://lms.test/token")
}

fn built(keys: ToolKeys, registration: RegistrationBuilder) -> Result<LtiTool, ConfigError> {
    LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([registration.build().unwrap()]).unwrap())
        .tool_keys(keys)
        .build()
}

// KEY-12
#[test]
fn a_tool_whose_keys_cannot_sign_for_a_registration_is_not_built() {
    let es256 = || registration().tool_key_algorithm(ToolKeyAlgorithm::Es256);
    let p384 = ToolKeys::from_pem(P384_SEC1).unwrap();
    let own = rsa().with_own_keys_for("school-a", [ToolKey::generate_p256().unwrap()]);
    for (keys, registration, asked) in [
        (p256(), registration(), "RS256"),
        (p384.clone(), registration(), "RS256"),
        (p384, es256(), "ES256"),
        (rsa(), es256(), "ES256"),
        (ToolKeys::fixed([]), registration(), "RS256"),
        (own, registration().login_name("school-a"), "RS256"),
    ] {
        let error = built(keys, registration).expect_err(asked);
        assert!(
            matches!(&error, ConfigError::MissingToolKey { algorithm, .. } if algorithm.as_str() == asked)
        );
        let said = error.to_string();
        for word in [asked, "tool-1", "https://lms.test"] {
            assert!(said.contains(word), "{said}");
        }
    }
}

// KEY-12
#[test]
fn a_registration_that_gets_no_tokens_needs_no_key() {
    let launches_alone = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks");
    for registration in [launches_alone, registration().disabled(true)] {
        assert!(built(p256(), registration).is_ok());
    }
}

// KEY-12
#[tokio::test]
async fn keys_in_a_store_sign_for_what_is_kept_there_alone() {
    for (with_es256, is_built) in [(false, false), (true, true)] {
        let keys = ToolKeys::stored(MemoryStore::default(), [secret(1)]);
        let keys = if with_es256 { keys.with_es256() } else { keys };
        let keys = keys.open().await.unwrap();
        let es256 = registration().tool_key_algorithm(ToolKeyAlgorithm::Es256);

        assert_eq!(built(keys.clone(), es256).is_ok(), is_built);
        assert!(built(keys, registration()).is_ok());
    }
}

// KEY-12, ADV-26
#[tokio::test]
async fn a_registration_that_is_looked_up_is_refused_for_good_where_no_key_can_sign() {
    let school = School::over(Some(p256()), |registration| registration, LookedUp).await;
    school.know("/lti/jwks.json").await;

    let error = school.try_call().await.unwrap_err();

    assert_eq!(error.code(), "signing_key_missing");
    assert_eq!((error.status().as_u16(), error.retry_after()), (403, None));
    assert_eq!(error.action_by(), ActionBy::ToolOperator);
    assert_eq!(error.detail(), Some("no key for RS256"));
    assert!(school.services.requests().is_empty());
}
