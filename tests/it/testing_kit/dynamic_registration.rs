//! The kit's platform as it registers tools, by the specifications and as products do.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tower_lti::testing::{Call, Dialect, Fault};

use super::{
    administrator::{Course, TOOL, metadata},
    client::{NOW, SCORE},
};

#[tokio::test]
async fn a_tool_registers_once_by_its_token_and_gets_back_what_is_granted() {
    let course = Course::start(Dialect::Reference).await;
    course.client.services.grant_scopes([SCORE]);
    let (url, token) = course.brought();
    let configuration = course.configuration(&url, None).await;
    let base = course.client.services.base_url();
    assert_eq!(configuration["issuer"], base.as_str());
    assert_eq!(configuration["scopes_supported"], json!([SCORE, "openid"]));
    let endpoint = configuration["registration_endpoint"].as_str().unwrap();
    let mut sent = metadata(&course.jwks_url);
    sent["scope"] = format!("{SCORE} https://scope.test/other").into();

    let body = sent.to_string();
    let answer = course
        .send("POST", endpoint, token.as_deref(), body.clone())
        .await;
    let again = course
        .send("POST", endpoint, token.as_deref(), body.clone())
        .await;
    let unknown = course
        .send("POST", endpoint, Some("guessed"), body.clone())
        .await;
    let none = course.send("POST", endpoint, None, body).await;

    let reply = answer.json();
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(reply["scope"], SCORE);
    assert_eq!(reply[TOOL]["claims"], json!(["iss", "sub", "name"]));
    assert_eq!(reply[TOOL]["messages"].as_array().unwrap().len(), 2);
    assert!(reply[TOOL].get("deployment_id").is_none());
    for refused in [again, unknown, none] {
        assert_eq!(refused.status, 401);
        assert_eq!(refused.json()["error"], "invalid_token");
    }
    let tools = course.client.services.registered_tools();
    assert_eq!(tools.len(), 1);
    assert_eq!(tools[0].client_id(), reply["client_id"].as_str().unwrap());
    assert_eq!((tools[0].metadata(), tools[0].reply()), (&sent, &reply));
    let bearers: Vec<String> = course
        .client
        .services
        .requests_for(Call::Registration)
        .iter()
        .map(|request| request.header("authorization").to_owned())
        .collect();
    assert_eq!(
        bearers,
        [
            "Bearer registration #1",
            "Bearer registration #1",
            "Bearer #0",
            ""
        ]
    );
}

#[tokio::test]
async fn metadata_with_any_one_thing_wrong_registers_nothing_and_leaves_the_token() {
    let course = Course::start(Dialect::Reference).await;
    let (url, token) = course.brought();
    let endpoint = course.configuration(&url, None).await["registration_endpoint"].clone();
    let good = metadata(&course.jwks_url);
    for (pointer, value) in [
        ("/application_type", json!("native")),
        ("/response_types", json!(["code"])),
        ("/grant_types", json!(["implict", "client_credentials"])),
        ("/initiate_login_uri", json!("/lti/login")),
        ("/redirect_uris", json!([])),
        ("/jwks_uri", json!(null)),
        ("/client_name", json!("")),
        ("/token_endpoint_auth_method", json!("client_secret_basic")),
        ("/scope", json!([SCORE])),
        (
            &format!("/{}/domain", TOOL.replace('/', "~1")),
            json!("other.test"),
        ),
        (&format!("/{}/claims", TOOL.replace('/', "~1")), json!(null)),
        (
            &format!("/{}/messages", TOOL.replace('/', "~1")),
            json!(["LtiResourceLinkRequest"]),
        ),
        (
            &format!("/{}/target_link_uri", TOOL.replace('/', "~1")),
            json!(""),
        ),
    ] {
        let mut sent = good.clone();
        *sent.pointer_mut(pointer).unwrap() = value;
        let body = sent.to_string();
        let answer = course
            .send("POST", endpoint.as_str().unwrap(), token.as_deref(), body)
            .await;
        assert_eq!(answer.status, 400, "{pointer}");
        let code = if pointer == "/redirect_uris" {
            "invalid_redirect_uri"
        } else {
            "invalid_client_metadata"
        };
        assert_eq!(answer.json()["error"], code, "{pointer}");
    }
    assert!(course.client.services.registered_tools().is_empty());
    let body = good.to_string();
    let answer = course
        .send("POST", endpoint.as_str().unwrap(), token.as_deref(), body)
        .await;
    assert_eq!(answer.status, 201, "the token is still good");
}

#[tokio::test]
async fn products_register_in_their_own_ways() {
    let course = Course::start(Dialect::Canvas).await;
    let (url, _) = course.brought();
    let refused = course.send("GET", &url, None, String::new()).await;
    assert_eq!(
        refused.status, 401,
        "Canvas wants the token for its configuration"
    );
    let reply = course.register(&metadata(&course.jwks_url)).await.json();
    assert!(reply["client_id"].is_u64());
    let tool = &course.client.services.registered_tools()[0];
    assert_eq!(tool.client_id(), reply["client_id"].to_string());
    let mut without_claims = metadata(&course.jwks_url);
    without_claims[TOOL]
        .as_object_mut()
        .unwrap()
        .remove("claims");
    let refused = course.register(&without_claims).await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"].is_array());

    let course = Course::start(Dialect::Moodle).await;
    let mut sent = metadata(&course.jwks_url);
    sent[TOOL]["target_link_uri"] = "https://tool.test:8443/lti/launch".into();
    let refused = course.register(&sent).await;
    assert_eq!(
        (refused.status.as_u16(), &*refused.body),
        (400, &b"domain_targetlinkuri_mismatch"[..])
    );
    sent[TOOL]["domain"] = "tool.test:8443".into();
    let reply = course.register(&sent).await.json();
    assert_eq!(
        (&reply["logo_uri"], &reply[TOOL]["deployment_id"]),
        (&json!(""), &json!("1"))
    );
    assert!(
        reply["scope"].as_str().unwrap().contains("lineitem"),
        "one switch for all grades"
    );
    assert!(!course.client.services.registered_tools()[0].is_active());

    let course = Course::start(Dialect::Sakai).await;
    let reply = course.register(&metadata(&course.jwks_url)).await.json();
    assert_eq!(reply["deployment_id"], "1");

    let course = Course::start(Dialect::Brightspace).await;
    let (url, token) = course.brought();
    assert!(url.contains('?') && token.is_none(), "{url}");
    let mut sent = metadata("http://127.0.0.1:1/jwks.json");
    let refused = course.register(&sent).await;
    assert_eq!(
        refused.status, 400,
        "Brightspace looks at the key set first"
    );
    sent["jwks_uri"] = course.jwks_url.as_str().into();
    assert_eq!(course.register(&sent).await.status, 201);
    let tool = course.client.services.registered_tools().remove(0);
    course.client.services.activate_tool(tool.client_id());
    assert!(!tool.is_active() && course.client.services.registered_tools()[0].is_active());
}

#[tokio::test]
async fn a_registration_is_read_replaced_and_removed_by_its_own_token() {
    let course = Course::start(Dialect::Reference).await;
    let reply = course.register(&metadata(&course.jwks_url)).await.json();
    let text = |name: &str| reply[name].as_str().unwrap().to_owned();
    let (url, token) = (
        text("registration_client_uri"),
        text("registration_access_token"),
    );

    let other = course
        .send("GET", &url, Some("guessed"), String::new())
        .await;
    assert_eq!(other.status, 401);
    let read = course.send("GET", &url, Some(&token), String::new()).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, reply.clone()));
    let mut sent = metadata(&course.jwks_url);
    sent["client_name"] = "Renamed".into();
    let refused = course
        .send("PUT", &url, Some(&token), sent.to_string())
        .await;
    assert_eq!(refused.status, 400, "the client id has to be there");
    sent["client_id"] = text("client_id").into();
    let changed = course
        .send("PUT", &url, Some(&token), sent.to_string())
        .await
        .json();
    assert_eq!(changed["client_name"], "Renamed");
    let old = course
        .send("DELETE", &url, Some(&token), String::new())
        .await;
    assert_eq!(old.status, 401, "there is a new token");
    let token = changed["registration_access_token"].as_str();
    let removed = course.send("DELETE", &url, token, String::new()).await;
    assert_eq!(removed.status, 204);
    assert!(course.client.services.registered_tools().is_empty());
}

#[tokio::test]
async fn a_tool_that_has_registered_gets_tokens_for_its_own_scopes() {
    let course = Course::start(Dialect::Reference).await;
    course.register(&metadata(&course.jwks_url)).await;
    let mut client = course.client;
    let tool = client.services.registered_tools().remove(0);
    let mut claims = client.claims();
    for name in ["iss", "sub"] {
        claims.insert(name.to_owned(), tool.client_id().into());
    }
    let other = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
    let granted = client.ask_with(&client.sign(&claims), SCORE).await;
    claims.insert("jti".to_owned(), "another".into());
    let refused = client.ask_with(&client.sign(&claims), other).await;

    assert_eq!(granted.status, 200, "{granted:?}");
    assert_eq!(refused.status, 400);
    let request = tower_lti::testing::AuthenticationRequest::from_query(
        "nonce=n-1",
        "https://tool.test/lti/launch",
    );
    let payload = client
        .services
        .id_token_for(&tool, &request, NOW)
        .payload_json();
    let token: Value = serde_json::from_str(&payload).unwrap();
    let base = client.services.base_url();
    assert_eq!(
        (&token["iss"], &token["aud"]),
        (&json!(base), &json!(tool.client_id()))
    );
    let grades = &token["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"];
    assert_eq!(grades["scope"], json!([SCORE]));
}

#[tokio::test]
async fn configuration_and_reply_can_be_odd_hostile_late_or_missing() {
    let course = Course::start(Dialect::Reference).await;
    let services = course.client.services.clone();
    services.alter_configuration(|json| json["issuer"] = "https://school.test".into());
    services.alter_registration_reply(|json| json["client_id"] = json!(42));
    let (url, token) = course.brought();
    let configuration = course.configuration(&url, None).await;
    assert_eq!(configuration["issuer"], "https://school.test");
    let reply = course.register(&metadata(&course.jwks_url)).await.json();
    assert_eq!(reply["client_id"], 42);
    assert_eq!(services.registered_tools()[0].client_id(), "42");

    services.fail_next(
        Call::Configuration,
        1,
        Fault::redirect(302, "http://10.0.0.1/"),
    );
    let moved = course
        .send("GET", &url, token.as_deref(), String::new())
        .await;
    assert_eq!(moved.status, 302);
    services.fail_next(Call::Configuration, 1, Fault::huge_body(100_000));
    let huge = course.send("GET", &url, None, String::new()).await;
    assert_eq!(huge.body, Bytes::from(vec![b' '; 100_000]));
    services.fail_next(Call::Registration, 1, Fault::close());
    let endpoint = configuration["registration_endpoint"]
        .as_str()
        .unwrap()
        .to_owned();
    let request = Request::post(endpoint).header("content-type", "application/json");
    assert!(course.client.send(request, "{}".to_owned()).await.is_err());
}
