//! By the rules of the specifications.

use http::Request;
use serde_json::{Value, json};
use tower_lti::testing::{Call, CourseMember, SigningKey};

use super::client::{Client, LINE_ITEM, MEMBERS, NOW, RESULT, SCORE, good_score, with_payload};

const ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
const ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
const RESULTS: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
const ROSTER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

#[tokio::test]
async fn a_good_assertion_gets_a_token_once() {
    let mut client = Client::start().await;
    let claims = client.claims();
    let assertion = client.sign(&claims);

    let answer = client.ask_with(&assertion, SCORE).await;
    let again = client.ask_with(&assertion, SCORE).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["scope"], SCORE);
    assert_eq!(answer.json()["expires_in"], 3_600);
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["error"], "invalid_client");
    let received = client.services.assertions();
    assert!(received[0].is_accepted() && !received[1].is_accepted());
    assert_eq!(received[0].header()["kid"], "tool-key");
}

#[tokio::test]
async fn an_assertion_with_any_one_thing_wrong_gets_none() {
    let mut client = Client::start().await;
    for (name, value) in [
        ("iss", json!("tool-2")),
        ("sub", json!("https://tool.test")),
        ("aud", json!("https://lms.test/token")),
        (
            "aud",
            json!([client.services.token_url(), "https://other.test"]),
        ),
        ("exp", json!(NOW)),
        ("exp", json!("1700000280")),
        ("exp", json!(NOW + 500)),
        ("iat", json!(NOW + 60)),
        ("iat", json!(NOW - 400)),
        ("jti", Value::Null),
        (
            "https://purl.imsglobal.org/spec/lti/claim/deployment_id",
            json!("dep-2"),
        ),
    ] {
        let mut claims = client.claims();
        claims.insert(name.to_owned(), value.clone());
        let answer = client.ask_with(&client.sign(&claims), SCORE).await;
        assert_eq!(answer.status, 400, "{name} {value}");
    }
    let claims = client.claims();
    let signed = client.sign(&claims);
    let changed = with_payload(&signed, &json!({"iss": "tool-1"}));
    assert_eq!(client.ask_with(&changed, SCORE).await.status, 400);
    client.key = SigningKey::shared(3, "tool-key");
    assert_eq!(
        client.ask(SCORE).await.status,
        400,
        "another key of that id"
    );
    client.key = SigningKey::shared(2, "another-key");
    assert_eq!(
        client.ask(SCORE).await.status,
        400,
        "an id that is not published"
    );
    assert!(client.services.issued_tokens().is_empty());
}

#[tokio::test]
async fn a_tool_with_a_key_on_a_curve_gets_a_token() {
    let mut client = Client::start().await;
    client.key = SigningKey::generate_p256("curve");
    let set = json!({"keys": [client.key.jwk()]}).to_string();
    client.services.use_tool_keys(move || set.clone());
    let claims = client.claims();
    let nobody = tower_lti::testing::AuthenticationRequest::from_query("", "");
    let assertion = tower_lti::testing::Platform::new("https://lms.test", "tool-1")
        .id_token(&nobody, NOW)
        .raw_payload(Value::Object(claims).to_string())
        .header("alg", "ES256")
        .header("kid", "curve")
        .signed_by(&client.key)
        .sign();

    assert_eq!(client.ask_with(&assertion, SCORE).await.status, 200);
}

#[tokio::test]
async fn a_score_is_in_the_grade_book_and_in_the_results() {
    let mut client = Client::start().await;
    let item = client.services.line_item();

    let answer = client.score(&good_score("2023-11-14T22:13:20.001Z")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.is_empty());

    let grade = client.services.grade_of(&item, "user-1").unwrap();
    assert_eq!(grade.score(), Some(85.0));
    assert_eq!(grade.maximum(), 100.0);
    assert_eq!(grade.comment(), Some("Well <b>done</b>"));
    assert_eq!(
        client.services.posted_scores()[0].json()["scoreGiven"],
        42.5
    );
    let results = client
        .get(&format!("{item}/results"), RESULTS, RESULT)
        .await;
    assert_eq!(results.json()[0]["resultScore"], 85.0);
    assert_eq!(results.json()[0]["scoreOf"], item);
    let nobody = client
        .get(&format!("{item}/results?user_id=user-2"), RESULTS, RESULT)
        .await;
    assert_eq!(nobody.json(), json!([]));
    let request = &client.services.requests_for(Call::Score)[0];
    assert_eq!(request.header("authorization"), "Bearer #1");
}

#[tokio::test]
async fn a_score_that_is_wrong_or_out_of_order_is_not_recorded() {
    let mut client = Client::start().await;
    let item = client.services.line_item();
    assert_eq!(
        client
            .score(&good_score("2023-11-14T22:13:20.001Z"))
            .await
            .status,
        200
    );
    for (what, status, score) in [
        ("equal time", 409, good_score("2023-11-14T22:13:20.001Z")),
        ("no fraction", 400, good_score("2023-11-14T22:13:25Z")),
        ("no zone", 400, good_score("2023-11-14T22:13:25.001")),
        ("teacher", 422, json!({"userId": "teacher-1"})),
        ("stranger", 422, json!({"userId": "nobody"})),
        ("no maximum", 400, json!({"scoreMaximum": null})),
        ("below zero", 400, json!({"scoreGiven": -1})),
        ("progress", 400, json!({"gradingProgress": "Graded"})),
    ] {
        let mut whole = good_score("2023-11-14T22:13:26.001Z");
        for (name, value) in score.as_object().unwrap() {
            whole[name] = value.clone();
        }
        assert_eq!(client.score(&whole).await.status, status, "{what}");
    }
    let grade = client.services.grade_of(&item, "user-1").unwrap();
    assert_eq!(grade.score(), Some(85.0));
    assert!(client.services.grade_of(&item, "teacher-1").is_none());
    let recorded = client.services.posted_scores();
    assert_eq!(
        recorded.iter().filter(|score| score.is_recorded()).count(),
        1
    );
}

#[tokio::test]
async fn a_score_without_points_clears_and_one_that_is_pending_changes_nothing() {
    let mut client = Client::start().await;
    let item = client.services.line_item();
    client.score(&good_score("2023-11-14T22:13:20.001Z")).await;

    let mut pending = good_score("2023-11-14T22:13:21.001Z");
    pending["scoreGiven"] = json!(1);
    pending["gradingProgress"] = json!("PendingManual");
    client.score(&pending).await;
    assert_eq!(
        client.services.grade_of(&item, "user-1").unwrap().score(),
        Some(85.0)
    );

    let mut cleared = good_score("2023-11-14T22:13:22.001Z");
    for name in ["scoreGiven", "comment"] {
        cleared.as_object_mut().unwrap().remove(name);
    }
    client.score(&cleared).await;
    let grade = client.services.grade_of(&item, "user-1").unwrap();
    assert_eq!((grade.score(), grade.comment()), (None, None));
}

#[tokio::test]
async fn line_items_are_created_found_changed_and_deleted() {
    let mut client = Client::start().await;
    let list = client.services.line_items_url();
    let essay = json!({"label": "Essay", "scoreMaximum": 60, "resourceId": "r-1", "x-own": 1});

    let created = client.post(&list, ITEM, LINE_ITEM, &essay).await;
    assert_eq!(created.status, 201);
    let url = created.json()["id"].as_str().unwrap().to_owned();
    let found = client
        .get(&format!("{list}?resource_id=r-1&tag="), ITEMS, LINE_ITEM)
        .await;
    assert_eq!(found.json().as_array().unwrap().len(), 1);
    assert_eq!(found.json()[0]["x-own"], 1);
    let coupled = client
        .get(&format!("{list}?resource_link_id=rl-1"), ITEMS, LINE_ITEM)
        .await;
    assert_eq!(coupled.json()[0]["id"], client.services.line_item());

    let token = client.token(LINE_ITEM).await;
    let put = Request::put(&url)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", ITEM);
    let body = json!({"label": "Long essay", "scoreMaximum": 80});
    let changed = client.send(put, body.to_string()).await.unwrap();
    assert_eq!(changed.json()["label"], "Long essay");
    let delete = Request::delete(&url).header("authorization", format!("Bearer {token}"));
    let deleted = client.send(delete, String::new()).await.unwrap();
    assert_eq!(deleted.status, 204);
    assert_eq!(client.get(&url, ITEM, LINE_ITEM).await.status, 404);
}

#[tokio::test]
async fn what_may_not_be_done_is_refused() {
    let mut client = Client::start().await;
    let list = client.services.line_items_url();
    let members = client.services.members_url();

    let no_token = Request::get(&list).header("accept", ITEMS);
    assert_eq!(
        client.send(no_token, String::new()).await.unwrap().status,
        401
    );
    assert_eq!(client.get(&list, ITEMS, SCORE).await.status, 403);
    assert_eq!(client.get(&list, "*/*", LINE_ITEM).await.status, 406);
    let json = "application/json";
    assert_eq!(
        client.post(&list, json, LINE_ITEM, &json!({})).await.status,
        415
    );
    assert_eq!(
        client
            .post(&list, ITEM, LINE_ITEM, &json!({"label": " "}))
            .await
            .status,
        400
    );
    let other_link = json!({"label": "x", "scoreMaximum": 1, "resourceLinkId": "rl-2"});
    assert_eq!(
        client
            .post(&list, ITEM, LINE_ITEM, &other_link)
            .await
            .status,
        404
    );
    client.services.revoke_tokens();
    let token = client.services.issued_tokens()[0].clone();
    let revoked = Request::get(&members).header("authorization", format!("Bearer {token}"));
    assert_eq!(
        client.send(revoked, String::new()).await.unwrap().status,
        401
    );
    client.services.grant_scopes([SCORE]);
    assert_eq!(client.ask(MEMBERS).await.json()["error"], "invalid_scope");
    assert!(
        client
            .services
            .launch_claims()
            .keys()
            .all(|name| !name.contains("lti-nrps"))
    );
}

#[tokio::test]
async fn a_roster_of_fifty_thousand_is_read_page_by_page() {
    let mut client = Client::start().await;
    client.services.dismiss_all();
    client
        .services
        .enroll(CourseMember::instructor("teacher-1"));
    client.services.enroll_crowd(50_000);
    let mut url = format!("{}?limit=10000&role=Learner", client.services.members_url());
    let mut members = Vec::new();
    for _ in 0..5 {
        let page = client.get(&url, ROSTER, MEMBERS).await;
        members.extend(page.json()["members"].as_array().unwrap().clone());
        let link = page.link();
        match link
            .strip_prefix('<')
            .and_then(|link| link.split_once(">; rel=\"next\""))
        {
            Some((next, _)) => url = next.to_owned(),
            None => url.clear(),
        }
    }
    assert_eq!(url, "");
    assert_eq!(members.len(), 50_000);
    assert_eq!(members[49_999]["user_id"], "student-049999");
}
