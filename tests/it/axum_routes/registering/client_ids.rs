//! Client ids of odd kinds.

use serde_json::{Value, json};

use super::stage::Stage;

// ADV-84, REG-06
#[tokio::test]
async fn client_ids_of_up_to_1024_characters_and_numbers_are_taken() {
    for client_id in [
        json!(10_000_000_000_001_u64),
        json!(u64::MAX),
        json!("a".repeat(1_024)),
        json!("~!@#$%^&*()_+{}|:<>?\"'\\/"),
        json!("0"),
    ] {
        let mut stage = Stage::start_over_file("open", Some("[]")).await;
        let told = client_id.clone();
        stage
            .services
            .alter_registration_reply(move |reply| reply["client_id"] = told.clone());
        let (tool, _) = stage.register().await;
        stage.assert_launches(&tool).await;
        let kept = match &client_id {
            Value::String(text) => text.clone(),
            number => number.to_string(),
        };
        assert_eq!(stage.entries()[0]["client_id"], kept);
        stage.restart().await;
        stage.assert_launches(&tool).await;
    }
}

// ADV-84
#[tokio::test]
async fn client_ids_that_nothing_can_be_sent_with_are_refused_and_not_kept() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    for client_id in [
        json!("a".repeat(1_025)),
        json!("a\nb"),
        json!("a\u{0}"),
        json!("a\u{7f}"),
        json!("\u{e9}"),
        json!(""),
        json!(null),
        json!(1.5),
        json!(-1),
        json!(["a"]),
        json!({"id": "a"}),
        json!(true),
    ] {
        let told = client_id.clone();
        stage
            .services
            .alter_registration_reply(move |reply| reply["client_id"] = told.clone());
        let page = stage.begin().await.confirm().await;
        page.assert_refused(&client_id.to_string());
        assert_eq!(stage.text(), "[]", "{client_id}");
    }
}
