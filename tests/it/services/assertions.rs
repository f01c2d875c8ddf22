//! What a token endpoint is sent.

use std::collections::BTreeSet;

use serde_json::json;
use tower_lti::{registration::ToolKeyAlgorithm, testing::Call};

use super::world::{NOW, World};

// OAUTH-01, OAUTH-02, OAUTH-03, OAUTH-04, OAUTH-06, OAUTH-07, OAUTH-08, OAUTH-09, ADV-11, ADV-14, S18
#[tokio::test]
async fn an_assertion_says_who_the_tool_is_and_no_more() {
    let world = World::start().await;

    assert_eq!(world.list().await.unwrap().status(), 200);

    let [assertion] = &world.services.assertions()[..] else {
        panic!("one assertion");
    };
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": world.key_id});
    assert_eq!(*assertion.header(), header);
    let mut claims = assertion.claims().clone();
    let id = claims["jti"].take();
    assert!(id.as_str().unwrap().len() >= 22, "128 bits: {id}");
    let expected = json!({
        "iss": "tool-1",
        "sub": "tool-1",
        "aud": world.services.token_url(),
        "iat": NOW - 10,
        "exp": NOW + 290,
        "jti": null,
        "https://purl.imsglobal.org/spec/lti/claim/deployment_id": "dep-1",
    });
    assert_eq!(claims, expected);
}
