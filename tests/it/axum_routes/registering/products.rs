//! Products, each in its own way, and configurations that are odd but good.

use serde_json::json;
use tower_lti::testing::{Call, Dialect};

use super::stage::Stage;

const PLATFORM: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";

// ADV-78, ADV-79, ADV-84, ADV-88
#[tokio::test]
async fn every_product_registers_and_launches() {
    for dialect in [
        Dialect::Reference,
        Dialect::Canvas,
        Dialect::Moodle,
        Dialect::Brightspace,
        Dialect::Sakai,
        Dialect::Blackboard,
    ] {
        let stage = Stage::start_over_file("open", None).await.speaking(dialect);
        let (tool, _) = stage.register().await;
        stage.assert_launches(&tool).await;
        let bearers = |call| {
            let requests = stage.services.requests_for(call);
            requests[0].header("authorization").to_owned()
        };
        let expected = match dialect {
            Dialect::Brightspace => "",
            _ => "Bearer registration #1",
        };
        assert_eq!(bearers(Call::Configuration), expected, "{dialect:?}");
        assert_eq!(bearers(Call::Registration), expected, "{dialect:?}");
    }
}

// REG-02, REG-07, ADV-84
#[tokio::test]
async fn configurations_and_replies_that_are_odd_but_good_register() {
    let stage = Stage::start_over_file("open", None).await;
    for place in 0..6 {
        stage.services.alter_configuration(move |json| match place {
            0 => json[PLATFORM]["messages_supported"] = json!(["LtiResourceLinkRequest"]),
            1 => json["authorization_server"] = json!("127.0.0.1"),
            2 => json["authorization_server"] = json!("https://audience.test/token"),
            3 => json["scopes_supported"] = json!([]),
            4 => json["unknown"] = json!({"a": [1, 2, {"b": null}]}),
            _ => _ = json.as_object_mut().unwrap().remove(PLATFORM),
        });
        stage
            .services
            .alter_registration_reply(move |json| match place {
                0 => json["application_type"] = json!(["web"]),
                1 => json["logo_uri"] = json!(""),
                2 => json["grant_types"] = json!(["implict", "client_credentials"]),
                3 => json["scope"] = json!(""),
                4 => json["deployment_id"] = json!("dep-9"),
                _ => *json = json!({"client_id": "bare"}),
            });
        let (tool, _) = stage.register().await;
        stage.assert_launches(&tool).await;
    }
    let audiences: Vec<_> = stage
        .entries()
        .iter()
        .map(|entry| entry["token_audience"].clone())
        .collect();
    let mut expected = vec![json!(null); 6];
    expected[2] = json!("https://audience.test/token");
    assert_eq!(audiences, expected);
}
