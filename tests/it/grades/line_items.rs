//! Line items: listed, got, created, changed, deleted.

use futures_util::StreamExt;
use serde_json::json;
use tower_lti::{
    grades::{ActivityProgress, LineItemDraft, ReviewSettings},
    registration::ProductFamily,
    services::ServiceErrorKind,
    testing::{Call, Dialect, Fault},
};

use super::course::{Course, at, kind};

const LINE_ITEM_TYPE: &str = "application/vnd.ims.lis.v2.lineitem+json";
const LINE_ITEMS_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";

fn quiz(number: usize) -> serde_json::Value {
    json!({
        "label": format!("Quiz {number}"), "scoreMaximum": 10, "resourceId": format!("quiz-{}", number % 2),
        "tag": "grade",
    })
}

// AGS-E1, AGS-08, AGS-03, ADV-30, ADV-44
#[tokio::test]
async fn all_pages_are_read_with_the_one_exact_media_type() {
    for dialect in [Dialect::Reference, Dialect::Moodle, Dialect::Canvas] {
        let course = Course::of(dialect).await;
        (0..7).for_each(|number| drop(course.platform.add_line_item(quiz(number))));
        course.platform.use_page_size(3);

        let items = course
            .grades()
            .line_items()
            .page_size(3)
            .collect()
            .await
            .unwrap();

        assert_eq!(items.len(), 8, "{dialect:?}");
        let requests = course.platform.requests_for(Call::LineItems);
        assert_eq!(requests.len(), 3);
        for request in &requests {
            assert_eq!(request.header("accept"), LINE_ITEMS_TYPE);
            assert!(request.header("authorization").starts_with("Bearer #"));
            let limits = request
                .query()
                .unwrap_or_default()
                .matches("limit=")
                .count();
            assert!(limits <= 1, "{:?}", request.query());
        }
    }
}

// AGS-06, ADV-44
#[tokio::test]
async fn filters_are_sent_and_kept_here_by_a_platform_that_ignores_them() {
    let course = Course::start().await;
    let odd = json!({"label": "Odd", "scoreMaximum": 1, "resourceId": "a b&c/ü+%", "tag": "x=y"});
    course.platform.add_line_item(odd);
    course.platform.add_line_item(quiz(0));
    let all = serde_json::to_vec(&course.platform.line_items()).unwrap();
    let grades = course.grades();
    for ignores_filters in [false, true] {
        if ignores_filters {
            course
                .platform
                .fail_always(Call::LineItems, Fault::body(all.clone()));
        }
        let found = grades.line_items().resource_id("a b&c/ü+%").tag("x=y");
        let found = found.collect().await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].label(), Some("Odd"));
        let linked = grades.line_items().resource_link_id("rl-1");
        assert_eq!(
            linked.collect().await.unwrap()[0].id(),
            course.platform.line_item()
        );
        let both = grades
            .line_items()
            .resource_link_id("rl-1")
            .resource_id("quiz-0");
        assert_eq!(both.collect().await.unwrap(), [], "an intersection");
        let unfiltered = grades
            .line_items()
            .resource_id("")
            .tag("")
            .resource_link_id("");
        assert_eq!(unfiltered.collect().await.unwrap().len(), 3);
    }
    let requests = course.platform.requests_for(Call::LineItems);
    assert_eq!(
        requests[0].parameter("resource_id").as_deref(),
        Some("a b&c/ü+%")
    );
    assert_eq!(
        requests[0].query(),
        Some("resource_id=a%20b%26c%2F%C3%BC%2B%25&tag=x%3Dy")
    );
    assert_eq!(requests[1].query(), Some("resource_link_id=rl-1"));
    assert_eq!(requests[3].query(), None);
}

// AGS-06
#[tokio::test]
async fn a_query_that_the_list_has_is_kept() {
    let course = Course::of(Dialect::Moodle).await;
    course
        .grades()
        .line_items()
        .tag("t")
        .page_size(5)
        .collect()
        .await
        .unwrap();
    let requests = course.platform.requests_for(Call::LineItems);
    assert_eq!(requests[0].query(), Some("type_id=5&tag=t&limit=5"));
}

// AGS-08, ADV-44
#[tokio::test]
async fn pages_come_as_a_stream_and_one_by_one() {
    let course = Course::start().await;
    (0..4).for_each(|number| drop(course.platform.add_line_item(quiz(number))));
    course.platform.use_page_size(2);
    let grades = course.grades();

    let mut pages = grades.line_items().resource_id("quiz-1").pages().unwrap();
    let mut seen = Vec::new();
    while let Some(page) = pages.next_page().await {
        seen.push(page.unwrap().entries().len());
    }
    let streamed: Vec<_> = grades.line_items().pages().unwrap().collect().await;

    assert_eq!(seen.iter().sum::<usize>(), 2);
    let streamed = streamed
        .into_iter()
        .map(|page| page.unwrap().into_entries().len());
    assert_eq!(streamed.collect::<Vec<_>>(), [2, 2, 1]);
}

// AGS-F05, AGS-F06, AGS-F07, AGS-F01
#[tokio::test]
async fn members_that_are_absent_blank_null_or_unknown_are_coped_with() {
    let course = Course::start().await;
    let list = json!([
        {"id": "https://x.test/1", "label": "A", "scoreMaximum": "60", "resourceId": "", "tag": null,
         "startDateTime": "", "endDateTime": "2027-01-15T08:00:00+00", "gradesReleased": false, "vendor": [1]},
        {"label": "no id"}, 7, {"id": 3}, {"id": " "},
        {"id": "https://x.test/2", "scoreMaximum": {}, "startDateTime": "soon"},
    ]);
    course
        .platform
        .fail_always(Call::LineItems, Fault::body(list.to_string()));

    let mut pages = course.grades().line_items().pages().unwrap();
    let page = pages.next_page().await.unwrap().unwrap();

    assert_eq!((page.entries().len(), page.unreadable()), (2, 4));
    let [first, second] = page.entries() else {
        panic!("two line items");
    };
    assert_eq!(
        (first.resource_id(), first.tag(), first.score_maximum()),
        (None, None, Some(60.0))
    );
    assert_eq!((first.start(), first.end()), (None, Some(at(0))));
    assert_eq!(first.grades_released(), Some(false));
    assert_eq!(
        first.member("startDateTime"),
        Some(&json!("")),
        "known to the platform, and unset"
    );
    assert_eq!(first.member("vendor"), Some(&json!([1])));
    assert_eq!(
        (second.label(), second.score_maximum(), second.start()),
        (None, None, None)
    );
    assert_eq!(
        second.member("endDateTime"),
        None,
        "the platform does not know of it"
    );
}

// AGS-24, ADV-53, S08
#[tokio::test]
async fn an_answer_counts_by_what_it_is_and_not_by_its_media_type() {
    let course = Course::start().await;
    for media_type in [
        "application/json",
        "text/html; charset=utf-8",
        "Application/JSON;charset=UTF-8",
    ] {
        let fault = Fault::right().with_header("content-type", media_type);
        course.platform.fail_next(Call::LineItems, 1, fault);
        assert_eq!(
            course.grades().line_items().collect().await.unwrap().len(),
            1,
            "{media_type}"
        );
    }
    let untyped = Fault::right().without_header("content-type");
    course.platform.fail_next(Call::LineItems, 1, untyped);
    assert_eq!(
        course.grades().line_items().collect().await.unwrap().len(),
        1
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in ["", "<html>", "{}", "null", "[1e999]", "[{]", &deep] {
        course
            .platform
            .fail_next(Call::LineItems, 1, Fault::body(body.to_owned()));
        let refused = course
            .grades()
            .line_items()
            .collect()
            .await
            .expect_err("it is no list");
        assert_eq!(
            refused.kind(),
            ServiceErrorKind::AnswerInvalid,
            "{}",
            &body[..body.len().min(9)]
        );
        assert_eq!(refused.status(), 502);
    }
    course
        .platform
        .fail_next(Call::LineItems, 1, Fault::status(204));
    assert_eq!(course.grades().line_items().collect().await.unwrap(), []);
}

// AGS-E2, AGS-11, AGS-F02, AGS-F03, AGS-F04, AGS-F05, AGS-F06, AGS-F07, AGS-F08, ADV-50, ADV-30, ADV-31
#[tokio::test]
async fn a_line_item_is_created_as_it_was_drafted_and_counts_as_the_platform_has_it() {
    let course = Course::start().await;
    let draft = LineItemDraft::new("Essay \"1\" ž", 60.0)
        .unwrap()
        .resource_id("r-1")
        .tag("grade")
        .resource_link_id("rl-1")
        .start(at(0))
        .unwrap()
        .end(at(86_400_001))
        .unwrap()
        .grades_released(true)
        .submission_review(
            ReviewSettings::new([ActivityProgress::Submitted, ActivityProgress::Completed])
                .label("Open")
                .url("https://tool.test/review")
                .custom("a", "b"),
        );
    let changed = json!({"id": "https://x.test/9", "label": "Essay, renamed", "scoreMaximum": 61});
    course.platform.fail_next(
        Call::LineItemCreation,
        1,
        Fault::right().with_body(changed.to_string()),
    );

    let altered = course.grades().create_line_item(&draft).await.unwrap();
    let created = course.grades().create_line_item(&draft).await.unwrap();

    assert_eq!(
        (altered.label(), altered.score_maximum()),
        (Some("Essay, renamed"), Some(61.0))
    );
    assert_eq!(created.label(), Some("Essay \"1\" ž"));
    assert_eq!(
        (created.start(), created.end()),
        (Some(at(0)), Some(at(86_400_001)))
    );
    assert_eq!(created.resource_link_id(), Some("rl-1"));
    let requests = course.platform.requests_for(Call::LineItemCreation);
    assert_eq!(requests[1].header("content-type"), LINE_ITEM_TYPE);
    let expected = json!({
        "label": "Essay \"1\" ž", "scoreMaximum": 60, "resourceId": "r-1", "tag": "grade",
        "resourceLinkId": "rl-1", "startDateTime": "2027-01-15T08:00:00.000Z",
        "endDateTime": "2027-01-16T08:00:00.001Z", "gradesReleased": true,
        "submissionReview": {
            "reviewableStatus": ["Submitted", "Completed"], "label": "Open", "url": "https://tool.test/review",
            "custom": {"a": "b"},
        },
    });
    assert_eq!(requests[1].json(), expected);
    assert!(
        requests[1]
            .body()
            .windows(17)
            .any(|part| part == b"\"scoreMaximum\":60"),
        "no fraction"
    );
}

// AGS-21, AGS-F02, AGS-F03
#[test]
fn a_line_item_that_no_platform_takes_cannot_be_drafted() {
    for (label, maximum) in [
        ("", 1.0),
        (" \t", 1.0),
        ("x", 0.0),
        ("x", -1.0),
        ("x", f64::NAN),
        ("x", f64::INFINITY),
    ] {
        let refused = LineItemDraft::new(label, maximum);
        assert_eq!(
            kind(refused),
            ServiceErrorKind::ValueInvalid,
            "{label:?} {maximum}"
        );
    }
    let draft = LineItemDraft::new("x", 0.5).unwrap();
    assert_eq!(
        kind(draft.clone().label("")),
        ServiceErrorKind::ValueInvalid
    );
    assert_eq!(
        kind(draft.score_maximum(0.0)),
        ServiceErrorKind::ValueInvalid
    );
}

// AGS-F24, ADV-37
#[tokio::test]
async fn an_extension_goes_to_its_vendor_s_platforms_alone_and_has_a_qualified_name() {
    let name = "https://canvas.instructure.com/lti/submission_type";
    let draft = LineItemDraft::new("x", 1.0).unwrap();
    for unqualified in ["external_tool", "/submission_type", "urn:x", ""] {
        let refused = draft
            .clone()
            .extension(ProductFamily::Canvas, unqualified, 1);
        assert_eq!(
            kind(refused),
            ServiceErrorKind::ValueInvalid,
            "{unqualified}"
        );
    }
    let draft = draft
        .extension(ProductFamily::Canvas, name, json!({"type": "none"}))
        .unwrap();
    for (dialect, expected) in [(Dialect::Canvas, true), (Dialect::Schoology, false)] {
        let course = Course::of(dialect).await;
        let created = course.grades().create_line_item(&draft).await.unwrap();
        assert_eq!(created.member(name).is_some(), expected, "{dialect:?}");
    }
}

// AGS-E3, AGS-22, ADV-49
#[tokio::test]
async fn a_line_item_that_is_gone_says_to_launch_once_more() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let item = grades.get_line_item().await.unwrap();
    assert_eq!(item.id(), course.platform.line_item());
    let request = &course.platform.requests_for(Call::LineItem)[0];
    assert_eq!(request.header("accept"), LINE_ITEM_TYPE);

    grades.delete_coupled().await.unwrap();
    let gone = grades.get_line_item().await.expect_err("it is gone");

    assert_eq!(gone.kind(), ServiceErrorKind::LineItemGone);
    assert_eq!(gone.platform_status().unwrap(), 404);
    assert!(
        gone.remedy().contains("Open the tool once more"),
        "{}",
        gone.remedy()
    );
}

// AGS-E4, AGS-10, AGS-F01, ADV-48, ADV-30
#[tokio::test]
async fn an_update_sends_back_all_that_the_platform_has_but_for_the_id() {
    for dialect in [Dialect::Reference, Dialect::Blackboard, Dialect::Moodle] {
        let course = Course::of(dialect).await;
        let item = json!({
            "label": "Quiz", "scoreMaximum": 10, "resourceId": "r", "tag": "t", "endDateTime": "2027-01-01T00:00:00Z",
            "https://vendor.test/x": {"kept": [1, null]},
        });
        let url = course.platform.add_line_item(item);
        let grades = course.grades().at_line_item(&url).unwrap();

        let changed = grades
            .update_line_item(|item| {
                item.without("endDateTime")
                    .without("label")
                    .label("Quiz 2")?
                    .score_maximum(12.5)
            })
            .await
            .unwrap();

        assert_eq!(changed.id(), url, "{dialect:?}");
        let sent = &course.platform.requests_for(Call::LineItemUpdate)[0];
        let expected = json!({
            "label": "Quiz 2", "scoreMaximum": 12.5, "resourceId": "r", "tag": "t", "https://vendor.test/x": {"kept": [1, null]},
        });
        assert_eq!(sent.json(), expected, "{dialect:?}");
        assert_eq!(sent.header("content-type"), LINE_ITEM_TYPE);
        assert_eq!(
            sent.path().to_owned() + "?" + sent.query().unwrap_or_default(),
            path_and_query(&url)
        );
    }
}

fn path_and_query(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let path = &rest[rest.find('/').unwrap()..];
    if path.contains('?') {
        path.to_owned()
    } else {
        format!("{path}?")
    }
}

// AGS-11, ADV-53
#[tokio::test]
async fn an_update_that_is_answered_with_nothing_stands_as_it_was_sent() {
    let course = Course::start().await;
    course
        .platform
        .fail_next(Call::LineItemUpdate, 1, Fault::status(204));
    let changed = course
        .grades()
        .update_line_item(|item| item.label("New"))
        .await
        .unwrap();
    assert_eq!(
        (changed.label(), changed.id()),
        (Some("New"), &*course.platform.line_item())
    );
}

// AGS-F04
#[tokio::test]
async fn the_resource_link_of_a_line_item_cannot_be_changed() {
    let course = Course::start().await;
    let refused = course
        .grades()
        .update_line_item(|item| Ok(item.resource_link_id("rl-2")))
        .await;
    assert_eq!(kind(refused), ServiceErrorKind::ValueInvalid);
    assert_eq!(course.platform.count(Call::LineItemUpdate), 0);
}

// AGS-E5, ADV-52
#[tokio::test]
async fn the_launch_s_own_line_item_is_deleted_only_where_that_is_meant() {
    let course = Course::start().await;
    let grades = course.grades();
    let own = course.platform.line_item();
    let other_spelling = own.replacen("http://", "HTTP://", 1);

    for url in [&*own, &other_spelling] {
        let coupled = grades.at_line_item(url).unwrap();
        let refused = coupled.delete_line_item().await.expect_err("it is coupled");
        assert_eq!(refused.kind(), ServiceErrorKind::LineItemCoupled);
        assert_eq!(refused.status(), 422);
    }
    assert_eq!(course.platform.requests().len(), 0);

    let other = course.platform.add_line_item(quiz(1));
    grades
        .at_line_item(&other)
        .unwrap()
        .delete_line_item()
        .await
        .unwrap();
    assert_eq!(course.platform.line_items().len(), 1);
    grades.delete_coupled().await.unwrap();
    assert_eq!(course.platform.line_items().len(), 0);
    assert_eq!(
        kind(grades.delete_coupled().await),
        ServiceErrorKind::LineItemGone
    );
}

// ADV-52, AGS-23, AGS-22, TRAP-21
#[tokio::test]
async fn canvas_refuses_to_delete_a_coupled_line_item_without_burning_tokens() {
    let course = Course::of(Dialect::Canvas).await;
    let grades = course.grades();
    let refused = grades.delete_coupled().await.expect_err("Canvas refuses");
    assert_eq!(refused.kind(), ServiceErrorKind::Refused);
    assert_eq!(refused.platform_status().unwrap(), 401);
    assert_eq!(course.platform.count(Call::LineItemDeletion), 2);
    assert_eq!(course.platform.count(Call::Token), 2);

    let draft = LineItemDraft::new("x", 1.0).unwrap();
    grades.create_line_item(&draft).await.unwrap();
    assert_eq!(
        course.platform.count(Call::Token),
        2,
        "the second token is kept"
    );
}

// ADV-46, AGS-F04
#[tokio::test]
async fn a_resource_link_that_is_refused_can_be_left_out() {
    for (dialect, link) in [
        (Dialect::Canvas, "course-level"),
        (Dialect::Moodle, "course-level"),
        (Dialect::Blackboard, "rl-1"),
        (Dialect::Reference, "course-level"),
        (Dialect::Sakai, "course-level"),
    ] {
        let course = Course::of(dialect).await;
        let grades = course.grades();
        let draft = LineItemDraft::new("Quiz", 1.0).unwrap().resource_id("q");

        let linked = draft.clone().resource_link_id(link);
        let refused = grades
            .create_line_item(&linked)
            .await
            .expect_err("it is refused");

        assert_eq!(
            refused.kind(),
            ServiceErrorKind::ResourceLinkRefused,
            "{dialect:?}"
        );
        assert_eq!(
            refused.remedy(),
            "Create the line item without a resource link."
        );
        grades
            .create_line_item(&draft.resource_link_id(""))
            .await
            .unwrap();
    }
    let course = Course::of(Dialect::Moodle).await;
    course
        .platform
        .fail_next(Call::LineItemCreation, 1, Fault::status(403));
    let unlinked = LineItemDraft::new("Quiz", 1.0).unwrap();
    assert_eq!(
        kind(course.grades().create_line_item(&unlinked).await),
        ServiceErrorKind::Refused
    );
}
