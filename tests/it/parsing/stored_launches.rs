//! A launch in a session: it proves nothing until somebody says that it is trusted, and fits together.

use serde_json::{Value, json};
use tower_lti::{
    LaunchContext,
    claims::names,
    deployment::DeploymentStatus,
    launch::{StoredLaunch, StoredLaunchError},
};

use super::launched;
use crate::app::App;

fn trusted(stored: &Value) -> Result<LaunchContext, StoredLaunchError> {
    let stored: StoredLaunch = serde_json::from_value(stored.clone()).unwrap();
    LaunchContext::trust_stored(stored)
}

// N25
#[tokio::test]
async fn a_launch_comes_out_of_a_session_as_it_went_in() {
    let app = App::new();
    let launch = launched(&app, |token| token.claim("name", "Ada")).await;
    let stored = serde_json::to_string(&launch.to_stored()).unwrap();
    let again = LaunchContext::trust_stored(serde_json::from_str(&stored).unwrap()).unwrap();
    assert_eq!(again.deployment().key(), launch.deployment().key());
    assert_eq!(again.deployment_created(), launch.deployment_created());
    assert_eq!(again.claims().all(), launch.claims().all());
    assert_eq!(again.user_key(), launch.user_key());
    let debug = format!("{:?}", launch.to_stored());
    assert!(
        !debug.contains("Ada") && !debug.contains("user-1"),
        "{debug}"
    );
}

// N25
#[tokio::test]
async fn a_stored_launch_whose_parts_do_not_belong_together_is_none() {
    let launch = launched(&App::new(), |token| token).await;
    let good = serde_json::to_value(launch.to_stored()).unwrap();
    assert!(trusted(&good).is_ok());
    let claim = |name: &str, value: Value| {
        let mut stored = good.clone();
        stored["claims"][name] = value;
        trusted(&stored).unwrap_err()
    };
    assert_eq!(
        claim(names::DEPLOYMENT_ID, json!("dep-2")),
        StoredLaunchError::OtherDeployment
    );
    for (name, value) in [
        ("iss", json!("https://evil.test")),
        ("iss", json!("https://lms.test/")),
        ("iss", Value::Null),
        ("aud", json!("tool-2")),
        ("aud", json!(["tool-2"])),
        ("aud", Value::Null),
    ] {
        let error = claim(name, value.clone());
        assert_eq!(
            error,
            StoredLaunchError::OtherRegistration,
            "{name} {value}"
        );
    }
    for name in [
        names::DEPLOYMENT_ID,
        names::MESSAGE_TYPE,
        names::VERSION,
        names::ROLES,
    ] {
        let error = claim(name, Value::Null);
        assert!(matches!(error, StoredLaunchError::Claims { .. }), "{name}");
    }
    for status in [DeploymentStatus::Disabled, DeploymentStatus::Pending] {
        let mut stored = good.clone();
        stored["deployment"]["status"] = json!(status);
        assert_eq!(
            trusted(&stored).unwrap_err(),
            StoredLaunchError::NotActive { status }
        );
    }
}
