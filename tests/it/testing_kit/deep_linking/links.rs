//! What becomes of links: launches, line items and grades.

use serde_json::{Value, json};
use tower_lti::testing::{AuthenticationRequest, DeepLinkingOptions, Dialect};

use super::{
    super::client::{Client, LINE_ITEM},
    course::{Course, NOW},
};

const ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
const ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";

#[tokio::test]
async fn a_link_launches_with_what_its_item_said() {
    let mut course = Course::new();
    let item = json!({
        "type": "ltiResourceLink", "title": "Quiz", "text": "Of ten questions",
        "url": "https://tool.test/quiz/1", "custom": {"quiz": "1", "empty": ""},
        "lineItem": {"scoreMaximum": 10},
    });
    let items = json!([item, {"type": "ltiResourceLink"}]);
    let response = course
        .judge(&DeepLinkingOptions::new(), items)
        .await
        .unwrap();
    let [quiz, plain] = response.links() else {
        panic!("there are two links");
    };
    assert_ne!(quiz.id(), plain.id());
    assert_eq!((quiz.title(), plain.title()), ("Quiz", plain.id()));
    assert_eq!(json!(quiz.item()), item);

    let launch = course.platform.link_context(quiz).build();
    let claims = launch.claims();
    let link = claims.resource_link().unwrap();
    assert_eq!(link.id(), quiz.id());
    assert_eq!(link.title(), Some("Quiz"));
    assert_eq!(link.description(), Some("Of ten questions"));
    assert_eq!(claims.target_link_uri(), Some("https://tool.test/quiz/1"));
    assert_eq!(claims.custom().get("quiz"), Some(&json!("1")));
    assert_eq!(claims.custom().get("empty"), Some(&json!("")));
    assert_eq!(claims.ags_endpoint().unwrap().lineitem(), quiz.line_item());

    let launch = course.platform.link_context(plain).build();
    let claims = launch.claims();
    assert_eq!(claims.resource_link().unwrap().id(), plain.id());
    assert_eq!(claims.ags_endpoint().unwrap().lineitem(), None);
    assert_eq!(plain.line_item(), None);

    let nobody = AuthenticationRequest::from_query("nonce=n-1", "https://tool.test/app");
    let token = course
        .platform
        .link_token(quiz, &nobody, NOW)
        .payload_json();
    let token: Value = serde_json::from_str(&token).unwrap();
    let target = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri";
    assert_eq!(token[target], "https://tool.test/quiz/1");
    let token = course
        .platform
        .link_token(plain, &nobody, NOW)
        .payload_json();
    let token: Value = serde_json::from_str(&token).unwrap();
    assert_eq!(token[target], "https://tool.test/app");
}

#[tokio::test]
async fn a_line_item_of_a_link_is_in_the_course_as_the_tool_wrote_it() {
    let mut client = Client::start().await;
    let mut course = Course::with(client.services.clone());
    let items = json!([
        {
            "type": "ltiResourceLink", "title": "Quiz",
            "lineItem": {"scoreMaximum": 7.5, "resourceId": "quiz-1", "tag": "final", "gradesReleased": false},
        },
        {"type": "ltiResourceLink", "title": "Essay", "lineItem": {"scoreMaximum": 1, "label": "Grade"}},
    ]);
    let response = course
        .judge(&DeepLinkingOptions::new(), items)
        .await
        .unwrap();
    let [quiz, essay] = response.links() else {
        panic!("there are two links");
    };
    let url = quiz.line_item().unwrap();

    let list = format!(
        "{}?resource_id=quiz-1&tag=final",
        client.services.line_items_url()
    );
    let found = client.get(&list, ITEMS, LINE_ITEM).await.json();
    assert_eq!(
        found,
        json!([{
            "id": url, "label": "Quiz", "scoreMaximum": 7.5, "resourceId": "quiz-1", "tag": "final",
            "gradesReleased": false, "resourceLinkId": quiz.id(),
        }])
    );
    let list = format!(
        "{}?resource_link_id={}",
        client.services.line_items_url(),
        essay.id()
    );
    let found = client.get(&list, ITEMS, LINE_ITEM).await.json();
    assert_eq!(found[0]["label"], "Grade");

    // A second one for the link, and none for a link that is not there.
    for (link, status) in [(quiz.id(), 201), ("deep-link-99", 404)] {
        let item = json!({"label": "More", "scoreMaximum": 1, "resourceLinkId": link});
        let url = client.services.line_items_url();
        let answer = client.post(&url, ITEM, LINE_ITEM, &item).await;
        assert_eq!(answer.status, status, "{link}");
    }
}

#[tokio::test]
async fn a_line_item_that_is_gone_comes_with_no_launch_and_with_brightspace_none_does() {
    let mut client = Client::start().await;
    let mut course = Course::with(client.services.clone());
    let items = json!([{"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 1}}]);
    let response = course
        .judge(&DeepLinkingOptions::new(), items)
        .await
        .unwrap();
    let link = &response.links()[0];
    let line_item = |client: &Client| {
        let launch = client.services.link_context(link).build();
        let endpoint = launch.claims().ags_endpoint().unwrap();
        endpoint.lineitem().map(str::to_owned)
    };
    assert_eq!(line_item(&client).as_deref(), link.line_item());
    client.services.speak(Dialect::Brightspace);
    assert_eq!(line_item(&client), None);

    client.services.speak(Dialect::Reference);
    let token = client.token(LINE_ITEM).await;
    let request = http::Request::delete(link.line_item().unwrap())
        .header("authorization", format!("Bearer {token}"));
    let answer = client.send(request, String::new()).await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(line_item(&client), None);
}
