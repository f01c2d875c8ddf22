//! Scopes that a platform does not give, and what an answer must not make the doctor show.

use serde_json::json;
use tower_lti::doctor::Severity;

use super::world::{Reply, World, good, wrong_checks};

// ADV-96
#[tokio::test]
async fn where_one_scope_spoils_all_each_is_asked_for_by_itself() {
    let world = World::start().await;
    world.tokens(
        |asked| match asked.scopes.iter().any(|scope| scope.contains("nrps")) {
            true => Reply::new(400, r#"{"error":"invalid_scope"}"#),
            false => Reply::token(),
        },
    );

    let report = world.doctor(&json!([good()]).to_string()).check().await;

    assert_eq!(wrong_checks(&report), ["token_scope"]);
    let finding = &report.findings()[0];
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding
            .seen
            .ends_with("not given by themselves: contextmembership.readonly"),
        "{report}"
    );
}

// ADV-97
#[tokio::test]
async fn nothing_is_written_to_the_platform_and_what_it_repeats_of_the_assertion_is_not_shown() {
    let world = World::start().await;
    world.tokens(|asked| {
        let whole = format!("bad assertion {}", asked.assertion);
        Reply::new(
            400,
            json!({"error": "invalid_client", "error_description": whole}).to_string(),
        )
    });

    let report = world.doctor(&json!([good()]).to_string()).check().await;

    // Neither form holds what a token begins with.
    assert_eq!(wrong_checks(&report), ["token_client_unknown"]);
    let writing = world
        .asked()
        .into_iter()
        .filter(|asked| !asked.starts_with("GET "));
    let writing: Vec<_> = writing.collect();
    assert!(!writing.is_empty());
    assert!(
        writing.iter().all(|asked| asked == "POST lms.test/token"),
        "{writing:?}"
    );
}
