//! What a running Moodle was seen to answer.

use serde_json::json;
use tower_lti::{
    grades::{LineItemDraft, Posted},
    services::ServiceErrorKind,
    testing::{Call, Dialect, Fault},
};

use super::course::{Course, at, kind, score};

const TYPE: &str = "application/vnd.ims.lis.v1.score+json; charset=utf-8";

/// Moodle's own words: in the status line, with the score that it refuses.
fn refusal(status: u16, reason: &str) -> Fault {
    Fault::status(status)
        .with_reason(reason)
        .with_header("content-type", TYPE)
        .with_body("[]")
}

// ADV-44, AGS-08, AGS-F05, AGS-F06
#[tokio::test]
async fn its_line_items_with_blank_ids_and_curly_links_are_read_to_the_end() {
    let course = Course::of(Dialect::Moodle).await;
    let url = course.platform.line_items_url();
    let page = |from: usize, entries: serde_json::Value| {
        let escaped = url.replace('&', "&amp;");
        let link = |rel: &str, from: usize| {
            format!("<{escaped}&amp;limit=2&amp;from={from}>; rel=\u{201c}{rel}\u{201d}")
        };
        let mut links = vec![link("first", 0), link("canonical", from)];
        if from < 4 {
            links.push(link("next", from + 2));
        }
        links.push(link("last", 4));
        Fault::link(links.join(", ")).with_body(entries.to_string())
    };
    let item = |number: usize| {
        json!({
            "id": format!("{}/lineitems/{number}/lineitem?type_id=5", course.platform.base_url()),
            "label": "Essay \"1\" ž", "scoreMaximum": 60, "resourceId": "", "tag": "",
            "resourceLinkId": number.to_string(), "ltiLinkId": number.to_string(),
        })
    };
    for from in [0, 2, 4] {
        let entries = match from {
            4 => json!([item(17)]),
            _ => json!([item(13 + from), item(14 + from)]),
        };
        course
            .platform
            .fail_next(Call::LineItems, 1, page(from, entries));
    }

    let items = course
        .grades()
        .line_items()
        .page_size(2)
        .collect()
        .await
        .unwrap();

    assert_eq!(items.len(), 5);
    assert_eq!((items[0].resource_id(), items[0].tag()), (None, None));
    assert_eq!(items[0].label(), Some("Essay \"1\" ž"));
    assert_eq!(items[0].member("ltiLinkId"), Some(&json!("13")));
    let requests = course.platform.requests_for(Call::LineItems);
    assert_eq!(requests[1].query(), Some("type_id=5&limit=2&from=2"));
}

// AGS-F07, AGS-11
#[tokio::test]
async fn its_created_line_item_is_taken_with_the_date_that_it_later_forgets() {
    let course = Course::of(Dialect::Moodle).await;
    let url = format!(
        "{}/lineitems/13/lineitem?type_id=5",
        course.platform.base_url()
    );
    let created = format!(
        r#"{{"label":"Essay \"1\" \u017e","scoreMaximum":60,"resourceId":"r-1","tag":"grade",
        "startDateTime":"2027-01-15T08:00:00Z","id":"{url}"}}"#
    );
    let fault = Fault::status(201).with_body(created);
    course.platform.fail_next(Call::LineItemCreation, 1, fault);
    let draft = LineItemDraft::new("Essay", 60.0).unwrap();
    let item = course.grades().create_line_item(&draft).await.unwrap();
    assert_eq!((item.id(), item.start()), (&*url, Some(at(0))));

    let got =
        r#"{"label":"Essay \"1\" \u017e","scoreMaximum":60,"resourceId":"r-1","tag":"grade"}"#;
    course
        .platform
        .fail_next(Call::LineItem, 1, Fault::right().with_body(got));
    let got = course
        .grades()
        .at_line_item(&url)
        .unwrap()
        .get_line_item()
        .await;
    assert!(got.is_err() || got.unwrap().member("startDateTime").is_none());
}

// AGS-23, ADV-42, ADV-27
#[tokio::test]
async fn its_refusals_are_told_apart_though_the_reason_stands_in_the_status_line_alone() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let echo = r#"Incorrect score received{"userId": "4", "scoreGiven": 42.5, "comment": "private words"}"#;
    for (fault, expected) in [
        (refusal(409, "Refusing score with an earlier timestamp for item 13 and user 3"), ServiceErrorKind::OutOfOrder),
        (refusal(400, echo), ServiceErrorKind::NotGradable),
        (
            Fault::status(400).with_reason("No handler found").with_body(
                r#"{"status": 400, "reason": "No handler found for /2/lineitems/13/lineitem/scores"}"#,
            ),
            ServiceErrorKind::Refused,
        ),
        (
            Fault::status(404).with_body(r#"{"status": 404, "reason": "Not Found: Grade item 13 doesn't exist"}"#),
            ServiceErrorKind::LineItemGone,
        ),
    ] {
        course.platform.fail_next(Call::Score, 1, fault);
        let refused = grades.post(score("4", 4.25)).await.expect_err("it is refused");
        assert_eq!(refused.kind(), expected);
        let shown = format!("{refused} {refused:?} {:?}", refused.platform_message());
        assert!(!shown.contains("private") && !shown.contains("42.5"), "{shown}");
    }
    // Any body, none, and its own media type.
    let taken = Fault::status(200).with_header("content-type", TYPE);
    course.platform.fail_next(Call::Score, 1, taken);
    assert_eq!(
        grades.post(score("3", 4.25)).await.unwrap(),
        Posted::Recorded
    );
}

// ADV-51, AGS-F20, AGS-F22
#[tokio::test]
async fn its_results_have_long_numbers_markup_and_times_with_an_offset() {
    let course = Course::of(Dialect::Moodle).await;
    let results = r#"[{"id":"http:\/\/localhost\/results?type_id=5&user_id=3","userId":"3",
        "resultScore":66.666669999999996,"resultMaximum":80,"comment":"Well <b>done<\/b>",
        "scoreOf":"http:\/\/localhost\/lineitem?type_id=5","timestamp":"2027-01-15T08:00:00+00:00"}]"#;
    course
        .platform
        .fail_next(Call::Results, 1, Fault::right().with_body(results));
    let result = course
        .grades()
        .of_user("3")
        .result()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (result.result_score(), result.result_maximum()),
        (Some(66.666_67), 80.0)
    );
    assert_eq!(result.comment(), Some("Well <b>done</b>"));
    assert_eq!(result.timestamp(), Some(at(0)));
    course
        .platform
        .fail_next(Call::Results, 1, Fault::right().with_body("[]"));
    assert_eq!(
        course.grades().of_user("99999").result().await.unwrap(),
        None
    );
}

// ADV-51
#[tokio::test]
async fn its_404_page_for_a_page_size_is_not_taken_for_an_empty_list() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    grades.post(score("user-1", 5.0)).await.unwrap();
    let result = grades
        .results()
        .user_id("user-1")
        .page_size(1)
        .collect()
        .await
        .unwrap();
    assert_eq!(
        result.len(),
        1,
        "not found with a page size says nothing of the user"
    );
}

// AGS-22, ADV-52
#[tokio::test]
async fn it_deletes_with_204_and_no_body_and_refuses_another_tool_s_line_item_with_401() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let other = course
        .platform
        .add_line_item(json!({"label": "x", "scoreMaximum": 1}));
    let deleted = Fault::status(204).with_header("content-type", "text/html; charset=utf-8");
    course
        .platform
        .fail_next(Call::LineItemDeletion, 1, deleted);
    grades
        .at_line_item(&other)
        .unwrap()
        .delete_line_item()
        .await
        .unwrap();

    let unauthorized = Fault::status(401).with_body(r#"{"status": 401, "reason": "Unauthorized"}"#);
    course.platform.fail_always(Call::LineItem, unauthorized);
    let refused = grades
        .get_line_item()
        .await
        .expect_err("it is another tool's");
    assert_eq!(refused.kind(), ServiceErrorKind::Refused);
    assert_eq!(refused.platform_status().unwrap(), 401);
    assert_eq!(
        course.platform.count(Call::LineItem),
        2,
        "once with a new token"
    );
    let _ = kind::<()>(Err(refused));
}
