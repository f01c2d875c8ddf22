//! What Moodle answers at its token endpoint, as it was captured.

use serde_json::json;
use tower_lti::outbound::HttpsClient;

use super::world::{Reply, TOKEN, World, good};

const AGS: &str = "https://purl.imsglobal.org/spec/lti-ags/scope";

fn token(scopes: &str) -> String {
    let token =
        json!({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, "scope": scopes});
    format!("{token:#}")
}

// ADV-96
#[tokio::test]
async fn moodles_answers_to_a_request_for_a_token_are_told_apart() {
    let all = format!(
        "{AGS}/lineitem {AGS}/lineitem.readonly {AGS}/result.readonly {AGS}/score \
         https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
    );
    let client = HttpsClient::new();
    for (status, body, check) in [
        (200, token(&all), "token_granted"),
        (200, token(&format!("{AGS}/score")), "token_scope"),
        (
            400,
            "{\n  \"error\" : \"unsupported_grant_type\"\n}".to_owned(),
            "token_refused",
        ),
        (
            400,
            "{\n  \"error\" : \"invalid_request\"\n}".to_owned(),
            "token_refused",
        ),
        (
            400,
            "{\n  \"error\" : \"invalid_scope\"\n}".to_owned(),
            "token_scope",
        ),
        (
            400,
            "{\n  \"error\" : \"invalid_client\"\n}".to_owned(),
            "token_client_unknown",
        ),
        (
            400,
            "{\n  \"error\" : \"Expired token\"\n}".to_owned(),
            "token_clock",
        ),
        (
            400,
            "{\n  \"error\" : \"\"kid\" invalid, unable to lookup correct key\"\n}".to_owned(),
            "token_key_unknown",
        ),
        (
            400,
            "{\n  \"error\" : \"\"kid\" empty, unable to lookup correct key\"\n}".to_owned(),
            "token_key_unknown",
        ),
    ] {
        let world = World::over(&client).await;
        let answer =
            Reply::new(status, body.clone()).with("content-type", "text/html; charset=utf-8");
        world.tokens(move |_| answer.clone());

        let report = world.doctor(&json!([good()]).to_string()).check().await;

        let checks: Vec<_> = report
            .findings()
            .iter()
            .map(|finding| finding.check)
            .collect();
        assert_eq!(checks, [check], "{body}:\n{report}");
        assert!(!report.to_string().contains(TOKEN));
    }
}
