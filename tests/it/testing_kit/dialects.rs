//! By the rules of products.

use serde_json::json;
use tower_lti::testing::{CourseMember, Dialect};

use super::client::{Client, LINE_ITEM, MEMBERS, NOW, RESULT, SCORE, good_score};

const ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
const ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
const RESULTS: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
const ROSTER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

async fn speaking(dialect: Dialect) -> Client {
    let client = Client::start().await;
    client.services.speak(dialect);
    client
}

#[tokio::test]
async fn moodle_writes_its_links_with_curly_quotes() {
    let mut client = speaking(Dialect::Moodle).await;
    for number in 0..4 {
        client
            .services
            .add_line_item(json!({"label": number.to_string(), "scoreMaximum": 1}));
    }
    let list = client.services.line_items_url();

    let page = client
        .get(&format!("{list}&limit=2&from=2"), ITEMS, LINE_ITEM)
        .await;

    let url = |from: usize| format!("<{list}&amp;limit=2&amp;from={from}>; rel=");
    let expected = format!(
        "{}“first”, {}“prev”, {}“canonical”, {}“next”, {}“last”",
        url(0),
        url(0),
        url(2),
        url(4),
        url(4),
    );
    assert_eq!(page.link(), expected);
    assert_eq!(page.json()[0]["resourceId"], "");
}

#[tokio::test]
async fn moodle_refuses_in_its_own_way() {
    let mut client = speaking(Dialect::Moodle).await;
    let item = client.services.line_item();
    let (path, query) = item.split_once('?').unwrap();

    assert_eq!(
        client
            .score(&good_score("2023-11-14T22:13:20.001Z"))
            .await
            .status,
        200
    );
    let same_second = client.score(&good_score("2023-11-14T22:13:20.999Z")).await;
    assert_eq!(
        (same_second.status.as_u16(), &*same_second.body),
        (409, &b"[]"[..])
    );
    assert!(same_second.reason.contains("user user-1"));
    let mut teacher = good_score("2023-11-14T22:13:30.001Z");
    teacher["userId"] = json!("teacher-1");
    let refused = client.score(&teacher).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.reason.contains("Well <b>done</b>"),
        "the score is repeated"
    );
    let wrong_place = format!("{path}?{query}/scores");
    let score = good_score("2023-11-14T22:13:31.001Z");
    let media_type = "application/vnd.ims.lis.v1.score+json";
    assert_eq!(
        client
            .post(&wrong_place, media_type, SCORE, &score)
            .await
            .status,
        405
    );
    let results = format!("{path}/results?{query}&limit=1");
    let limited = client.get(&results, RESULTS, RESULT).await;
    assert_eq!(
        (
            limited.status.as_u16(),
            limited.headers["content-type"].to_str().unwrap()
        ),
        (404, "text/html; charset=utf-8")
    );
    let list = client.services.line_items_url();
    assert_eq!(
        client
            .get(&list, "application/json", LINE_ITEM)
            .await
            .status,
        400
    );
    let mut late = client.claims();
    late.insert("exp".to_owned(), json!(NOW - 1));
    let late = client.ask_with(&client.sign(&late), SCORE).await;
    assert_eq!(late.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(late.body, "{\n  \"error\" : \"Expired token\"\n}");
}

#[tokio::test]
async fn products_differ_about_who_can_be_graded_and_when() {
    for (dialect, not_gradable, equal) in [
        (Dialect::Canvas, 422, 200),
        (Dialect::Blackboard, 400, 409),
        (Dialect::Brightspace, 404, 409),
        (Dialect::Sakai, 400, 400),
        (Dialect::OpenEdx, 422, 400),
        (Dialect::Schoology, 422, 409),
    ] {
        let mut client = speaking(dialect).await;
        let score = good_score("2023-11-14T22:13:20.001Z");
        assert_eq!(client.score(&score).await.status, 200, "{dialect:?}");
        assert_eq!(client.score(&score).await.status, equal, "{dialect:?}");
        let mut teacher = score.clone();
        teacher["userId"] = json!("teacher-1");
        assert_eq!(
            client.score(&teacher).await.status,
            not_gradable,
            "{dialect:?}"
        );
    }
}

#[tokio::test]
async fn products_differ_about_scopes() {
    let both = format!("{SCORE} {MEMBERS}");
    for (dialect, status, scope) in [
        (Dialect::Reference, 200, SCORE),
        (Dialect::Moodle, 200, SCORE),
        (Dialect::Sakai, 400, ""),
    ] {
        let mut client = speaking(dialect).await;
        client.services.grant_scopes([SCORE, LINE_ITEM]);
        let answer = client.ask(&both).await;
        assert_eq!(answer.status, status, "{dialect:?}");
        assert_eq!(answer.json()["scope"].as_str().unwrap_or(""), scope);
    }
    let mut edx = speaking(Dialect::OpenEdx).await;
    edx.services.grant_scopes([]);
    let answer = edx.ask(&both).await.json();
    assert_eq!(
        (&answer["scope"], &answer["token_type"]),
        (&json!(""), &json!("bearer"))
    );
    let mut blackboard = speaking(Dialect::Blackboard).await;
    let scope = blackboard.ask(SCORE).await.json()["scope"].to_string();
    assert!(scope.contains(MEMBERS));
}

#[tokio::test]
async fn products_have_longest_pages_and_forget_on_the_way() {
    let mut canvas = speaking(Dialect::Canvas).await;
    canvas.services.enroll_crowd(100);
    let url = format!("{}?limit=200&role=Learner", canvas.services.members_url());
    let page = canvas.get(&url, ROSTER, MEMBERS).await;
    assert_eq!(page.json()["members"].as_array().unwrap().len(), 50);
    assert!(page.link().contains("role=Learner&per_page=50&from=50"));

    let mut moodle = speaking(Dialect::Moodle).await;
    moodle
        .services
        .enroll(CourseMember::learner("former").with("status", "Inactive"));
    let url = format!("{}?limit=2&role=Learner", moodle.services.members_url());
    let page = moodle.get(&url, ROSTER, MEMBERS).await;
    assert!(!page.link().contains("role"));
    assert_eq!(page.json()["members"][0]["roles"], json!(["Learner"]));
    let all = moodle
        .get(&moodle.services.members_url(), ROSTER, MEMBERS)
        .await;
    assert_eq!(all.json()["members"].as_array().unwrap().len(), 4);

    let mut edx = speaking(Dialect::OpenEdx).await;
    edx.services.enroll_crowd(2_000);
    let all = edx.get(&edx.services.members_url(), ROSTER, MEMBERS).await;
    assert_eq!(all.status, 403);
}

#[tokio::test]
async fn products_differ_about_line_items() {
    let linked = json!({"label": "x", "scoreMaximum": 1, "resourceLinkId": "rl-2"});
    for (dialect, status) in [
        (Dialect::Canvas, 404),
        (Dialect::Moodle, 403),
        (Dialect::Blackboard, 400),
    ] {
        let mut client = speaking(dialect).await;
        let list = client.services.line_items_url();
        assert_eq!(
            client.post(&list, ITEM, LINE_ITEM, &linked).await.status,
            status
        );
    }
    let client = speaking(Dialect::Brightspace).await;
    let claims = client.services.launch_claims();
    let grades = &claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"];
    assert!(grades.get("lineitem").is_none());
}
