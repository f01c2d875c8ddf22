//! Records for the tests.

use tower_lti::registration::RegistrationRecord;

/// A registration of one platform, with further members.
pub(super) fn record_with(client_id: &str, members: &str) -> RegistrationRecord {
    let json = format!(
        r#"{{"issuer": "https://lms.test", "client_id": "{client_id}", "authorization_endpoint": "https://lms.test/auth", "jwks_url": "https://lms.test/jwks"{members}}}"#,
    );
    RegistrationRecord::from_json(&json).unwrap()
}

pub(super) fn record(client_id: &str) -> RegistrationRecord {
    record_with(client_id, "")
}

/// A registration that is reached by a login URL of its own.
pub(super) fn named(client_id: &str, login_name: &str) -> RegistrationRecord {
    record_with(client_id, &format!(r#", "login_name": "{login_name}""#))
}
