//! Line items, scores and results over the routes.

use serde_json::{Value, json};
use tower_lti::testing::{Call, Dialect};

use super::tool::Tool;

const ITEMS: &str = "/lti/ags/line_items";
const ITEM: &str = "/lti/ags/line_item";
const SCORE: &str = "/lti/ags/score";
const RESULTS: &str = "/lti/ags/results";

// CERT-AGS-1, AGS-13, AGS-16, OAUTH-09
#[tokio::test]
async fn a_score_of_the_launch_is_in_the_grade_book_and_in_the_results() {
    let tool = Tool::start().await;
    tool.services.require_deployment();
    let (mut visitor, launch_id) = tool.launched().await;

    let score = json!({
        "launch_id": launch_id, "user_id": "user-1", "score_given": 8.5, "score_maximum": 10,
        "comment": "Well done",
    });
    let (status, answer) = visitor.call(SCORE, score).await;
    assert_eq!((status, answer), (200, json!({})));

    let grade = tool
        .services
        .grade_of(&tool.services.line_item(), "user-1")
        .unwrap();
    assert_eq!(grade.score(), Some(85.0));
    assert_eq!(grade.comment(), Some("Well done"));
    assert_eq!(grade.activity_progress(), "Completed");
    assert_eq!(grade.grading_progress(), "FullyGraded");
    let (status, answer) = visitor.call(RESULTS, json!({"launch_id": launch_id})).await;
    assert_eq!(status, 200);
    let result = &answer["results"][0];
    assert_eq!(result["user_id"], "user-1");
    assert_eq!(result["result_score"], 85.0);
    assert_eq!(result["result_maximum"], 100.0);
    assert_eq!(result["comment"], "Well done");
    assert!(
        tool.services
            .assertions()
            .iter()
            .all(|assertion| assertion.is_accepted())
    );
}

// AGS-17
#[tokio::test]
async fn progress_is_sent_as_it_was_given() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let score = json!({
        "launch_id": launch_id, "user_id": "user-2", "score_given": 1, "score_maximum": 2,
        "activity_progress": "Submitted", "grading_progress": "PendingManual",
    });
    assert_eq!(visitor.call(SCORE, score).await.0, 200);
    let sent = &tool.services.posted_scores()[0];
    assert_eq!(sent.json()["activityProgress"], "Submitted");
    assert_eq!(sent.json()["gradingProgress"], "PendingManual");
    assert!(sent.json().get("comment").is_none());
}

// AGS-06, AGS-08, AGS-11
#[tokio::test]
async fn line_items_are_created_and_found_on_all_pages() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    for number in 0..7 {
        let item = json!({
            "launch_id": launch_id, "label": format!("Essay {number}"), "score_maximum": 60,
            "resource_id": format!("r-{number}"), "tag": "essay",
        });
        let (status, answer) = visitor.call(ITEM, item).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["line_item"]["label"], format!("Essay {number}"));
        assert!(
            answer["line_item"]["id"]
                .as_str()
                .unwrap()
                .starts_with("http://")
        );
    }

    let all = json!({"launch_id": launch_id, "limit": 3});
    let (_, answer) = visitor.call(ITEMS, all).await;
    assert_eq!(
        answer["line_items"].as_array().unwrap().len(),
        8,
        "the launch's own among them"
    );
    assert_eq!(tool.services.count(Call::LineItems), 3, "in pages of three");
    let one = json!({"launch_id": launch_id, "resource_id": "r-3", "tag": "essay"});
    let (_, answer) = visitor.call(ITEMS, one).await;
    let found = answer["line_items"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["score_maximum"], 60.0);
    assert_eq!(found[0]["resource_id"], "r-3");
    assert_eq!(found[0]["tag"], "essay");
    let linked = json!({"launch_id": launch_id, "resource_link_id": "rl-1"});
    let (_, answer) = visitor.call(ITEMS, linked).await;
    assert_eq!(answer["line_items"][0]["resource_link_id"], "rl-1");
}

// AGS-01, AGS-04
#[tokio::test]
async fn a_line_item_that_is_named_counts_instead_of_the_launch_s_own() {
    let tool = Tool::start().await;
    let item = tool
        .services
        .add_line_item(json!({"label": "Essay", "scoreMaximum": 10}));
    let (mut visitor, launch_id) = tool.launched().await;
    let score = json!({
        "launch_id": launch_id, "user_id": "user-3", "score_given": 1, "score_maximum": 1,
        "line_item": item,
    });
    assert_eq!(visitor.call(SCORE, score).await.0, 200);
    assert_eq!(
        tool.services.grade_of(&item, "user-3").unwrap().score(),
        Some(10.0)
    );
    let wanted = json!({"launch_id": launch_id, "line_item": item, "user_id": "user-3"});
    let (_, answer) = visitor.call(RESULTS, wanted).await;
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    let wanted = json!({"launch_id": launch_id, "user_id": "user-3"});
    let (_, answer) = visitor.call(RESULTS, wanted).await;
    assert_eq!(answer["results"], json!([]), "the launch's own has none");
}

// AGS-14
#[tokio::test]
async fn scores_of_one_learner_at_once_are_all_taken_in_order() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    for given in 1..=5 {
        let score = json!({
            "launch_id": launch_id, "user_id": "user-1", "score_given": given, "score_maximum": 5,
        });
        assert_eq!(visitor.call(SCORE, score).await.0, 200);
    }
    let grade = tool
        .services
        .grade_of(&tool.services.line_item(), "user-1")
        .unwrap();
    assert_eq!(grade.score(), Some(100.0));
}

// ADV-30, ADV-32, ADV-53
#[tokio::test]
async fn moodle_takes_line_items_scores_and_results() {
    let tool = Tool::start_registered(json!({"product_family": "moodle"})).await;
    tool.services.speak(Dialect::Moodle);
    for number in 0..4 {
        tool.services
            .add_line_item(json!({"label": number.to_string(), "scoreMaximum": 1}));
    }
    let (mut visitor, launch_id) = tool.launched().await;

    let (status, answer) = visitor
        .call(ITEMS, json!({"launch_id": launch_id, "limit": 2}))
        .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["line_items"].as_array().unwrap().len(),
        5,
        "{answer}"
    );
    for given in [1, 2] {
        let score = json!({
            "launch_id": launch_id, "user_id": "user-1", "score_given": given, "score_maximum": 2,
        });
        let (status, answer) = visitor.call(SCORE, score).await;
        assert_eq!(status, 200, "{answer}");
    }
    let (status, answer) = visitor
        .call(RESULTS, json!({"launch_id": launch_id, "limit": 1}))
        .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["results"][0]["result_score"], 100.0);
}

/// Members that stand for "nothing said".
#[tokio::test]
async fn null_and_empty_text_are_as_if_left_out() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let score = json!({
        "launch_id": launch_id, "user_id": "user-1", "score_given": 1, "score_maximum": 1,
        "line_item": "", "comment": Value::Null, "activity_progress": "", "grading_progress": null,
    });
    let (status, answer) = visitor.call(SCORE, score).await;
    assert_eq!(status, 200, "{answer}");
}
