//! Logins and launches over registrations that change.

use tower_lti::{
    MemoryStore,
    live_registrations::LiveRegistrations,
    registration::{RegistrationRecord, RegistrationStatus},
};

use crate::app::{App, NOW, code};

/// The record of a test's platform.
fn record_of(app: &App) -> RegistrationRecord {
    let registration = app.platform.registration();
    let json = format!(
        r#"{{"issuer": "{}", "client_id": "{}", "authorization_endpoint": "{}", "jwks": {}}}"#,
        registration.id().issuer().as_str(),
        registration.id().client_id().as_str(),
        registration.authorization_endpoint(),
        app.platform.jwks_json(),
    );
    RegistrationRecord::from_json(&json).unwrap()
}

/// The code of a refused launch, or none.
async fn launch(app: &App) -> Option<String> {
    let mut browser = app.browser();
    let request = match browser.log_in(&app.platform).await {
        Ok(request) => request,
        Err(refused) => return Some(code(&refused.0)),
    };
    let token = app.platform.id_token(&request, NOW).sign();
    let launched = browser.launch(&request, &token).await;
    (launched.status() != 200).then(|| code(&launched))
}

// N45
#[tokio::test(start_paused = true)]
async fn what_is_added_disabled_and_removed_on_one_instance_is_so_on_the_other() {
    let store = MemoryStore::default();
    let [here, elsewhere] = [store.clone(), store].map(LiveRegistrations::new);
    let registrations = here.clone();
    let app = App::with(|builder| builder.registrations(registrations));
    let record = record_of(&app);
    let unknown = launch(&app).await.unwrap();

    elsewhere.add(record.clone()).await.unwrap();
    assert_eq!(launch(&app).await, None, "found at once");
    for (status, refused) in [
        (RegistrationStatus::Disabled, Some("registration_disabled")),
        (RegistrationStatus::Active, None),
    ] {
        elsewhere.set_status(record.id(), status).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        assert_eq!(launch(&app).await.as_deref(), refused);
    }
    elsewhere.remove(record.id()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(launch(&app).await, Some(unknown));
}
