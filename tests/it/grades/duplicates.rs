//! Finding a line item or creating it, alone and in a crowd.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tower_lti::{
    grades::LineItemDraft,
    services::ServiceErrorKind,
    testing::{Call, Dialect, Fault},
};

use super::course::{Course, kind};

fn draft() -> LineItemDraft {
    LineItemDraft::new("Quiz", 10.0).unwrap()
}

// ADV-45, ADV-47, AGS-12
#[tokio::test]
async fn a_line_item_is_created_once_and_found_from_then_on() {
    let course = Course::start().await;
    course.platform.uncouple();
    let grades = course.grades();
    let quiz = draft()
        .resource_id("quiz-1")
        .tag("grade")
        .resource_link_id("rl-1");

    let first = grades.find_or_create(&quiz).await.unwrap();
    let second = grades
        .find_or_create(&quiz.clone().label("Renamed").unwrap())
        .await
        .unwrap();

    assert!(first.created && !second.created);
    assert_eq!(first.item.id(), second.item.id());
    assert_eq!(
        second.item.label(),
        Some("Quiz"),
        "what is there is not changed"
    );
    assert_eq!(course.platform.line_items().len(), 1);
    assert!(second.duplicates.is_empty());
}

// ADV-45
#[tokio::test]
async fn what_differs_in_resource_tag_or_link_is_another_line_item() {
    let course = Course::start().await;
    for item in [
        json!({"label": "a", "scoreMaximum": 1, "resourceId": "q", "tag": "bonus"}),
        json!({"label": "b", "scoreMaximum": 1, "resourceId": "q2"}),
        json!({"label": "c", "scoreMaximum": 1, "tag": "grade"}),
        json!({"label": "d", "scoreMaximum": 1, "resourceId": "q", "resourceLinkId": "rl-7"}),
        json!({"label": "e", "scoreMaximum": 1, "resourceId": "q3", "tag": ""}),
    ] {
        course.platform.add_line_item(item);
    }
    let grades = course.grades();
    for (draft, created) in [
        (draft().resource_id("q").tag("grade"), true),
        (draft().resource_id("q2"), false),
        (draft().resource_id("q3"), false),
        (draft().tag("grade"), false),
        (draft().resource_id("q").resource_link_id("rl-1"), true),
        (
            draft()
                .resource_id("q")
                .tag("bonus")
                .resource_link_id("rl-1"),
            false,
        ),
    ] {
        let found = grades.find_or_create(&draft).await.unwrap();
        assert_eq!(found.created, created, "{:?}", found.item.members());
    }
    // One that came with the course, by a link that the tool does not name.
    let copied = grades
        .find_or_create(&draft().resource_id("q"))
        .await
        .unwrap();
    assert!(!copied.created);
    let unnamed = grades.find_or_create(&draft()).await;
    assert_eq!(kind(unnamed), ServiceErrorKind::ValueInvalid);
}

// AGS-12, AGS-13, ADV-47
#[tokio::test]
async fn the_launch_s_own_line_item_stands_for_its_link() {
    let course = Course::start().await;
    let own = course.platform.line_item();
    let found = course
        .grades()
        .find_or_create(&draft().resource_link_id("rl-1"))
        .await
        .unwrap();
    assert_eq!((found.item.id(), found.created), (&*own, false));
    assert_eq!(course.calls(), 1, "one look at it is enough");

    let course = Course::of(Dialect::Brightspace).await;
    let found = course
        .grades()
        .find_or_create(&draft().resource_link_id("rl-1"))
        .await
        .unwrap();
    assert!(
        !found.created,
        "it is in the list, though the launch does not name it"
    );

    course.platform.uncouple();
    let created = course
        .grades()
        .find_or_create(&draft().resource_link_id("rl-1"))
        .await
        .unwrap();
    assert!(created.created);
    assert_eq!(created.item.resource_link_id(), Some("rl-1"));
}

// ADV-44, ADV-45
#[tokio::test]
async fn a_line_item_on_the_last_page_is_found() {
    let course = Course::start().await;
    for number in 0..9 {
        course.platform.add_line_item(json!({
            "label": "x", "scoreMaximum": 1, "resourceId": "q", "tag": number.to_string(),
        }));
    }
    course.platform.use_page_size(2);
    let found = course
        .grades()
        .find_or_create(&draft().resource_id("q").tag("8"))
        .await
        .unwrap();
    assert!(!found.created);

    // A page that fails is not "none".
    course
        .platform
        .fail_next(Call::LineItems, 1, Fault::right());
    course
        .platform
        .fail_always(Call::LineItems, Fault::status(500));
    let refused = course
        .grades()
        .find_or_create(&draft().resource_id("q"))
        .await;
    assert_eq!(kind(refused), ServiceErrorKind::PlatformFailed);
    assert_eq!(course.platform.count(Call::LineItemCreation), 0);
}

// ADV-45
#[tokio::test]
async fn a_crowd_that_looks_for_one_line_item_creates_one() {
    let course = Course::start().await;
    course.platform.uncouple();
    let slow = Fault::right().after(Duration::from_millis(20));
    course.platform.fail_always(Call::LineItemCreation, slow);
    let calls = (0..20).map(|_| {
        let grades = course.grades();
        async move {
            grades
                .find_or_create(&draft().resource_id("q"))
                .await
                .unwrap()
        }
    });

    let found = join_all(calls).await;

    assert_eq!(found.iter().filter(|found| found.created).count(), 1);
    assert!(found.iter().all(|one| one.item.id() == found[0].item.id()));
    assert_eq!(course.platform.count(Call::LineItemCreation), 1);
}

// ADV-45
#[tokio::test]
async fn doubles_of_two_processes_are_reported_and_both_choose_the_same() {
    let course = Course::start().await;
    course.platform.uncouple();
    let quiz = json!({"label": "Quiz", "scoreMaximum": 10, "resourceId": "q"});
    // Another process creates it between this one's look and its creation.
    course
        .platform
        .fail_next(Call::LineItems, 1, Fault::body("[]"));
    let theirs = course.platform.add_line_item(quiz);

    let ours = course
        .grades()
        .find_or_create(&draft().resource_id("q"))
        .await
        .unwrap();

    assert!(ours.created);
    assert_eq!(ours.item.id(), theirs, "the platform's first");
    assert_eq!(ours.duplicates.len(), 1);
    let later = course
        .grades()
        .find_or_create(&draft().resource_id("q"))
        .await
        .unwrap();
    assert_eq!(
        (later.item.id(), later.created, later.duplicates.len()),
        (&*theirs, false, 1)
    );
}

// ADV-45, S36
#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_not_made_twice() {
    let course = Course::start().await;
    course
        .platform
        .fail_next(Call::LineItemCreation, 1, Fault::close().having_acted());

    let found = course
        .grades()
        .find_or_create(&draft().resource_id("q"))
        .await
        .unwrap();

    assert!(found.created);
    assert_eq!(course.platform.count(Call::LineItemCreation), 1);
    assert_eq!(course.platform.line_items().len(), 2);

    course
        .platform
        .fail_next(Call::LineItemCreation, 1, Fault::close());
    let lost = course
        .grades()
        .find_or_create(&draft().resource_id("q2"))
        .await;
    assert_eq!(kind(lost), ServiceErrorKind::Unavailable);
    assert_eq!(course.platform.count(Call::LineItemCreation), 2);
}

// ADV-45
#[tokio::test]
async fn a_list_that_does_not_show_what_was_created_leaves_what_was_answered() {
    let course = Course::start().await;
    course
        .platform
        .fail_always(Call::LineItems, Fault::body("[]"));
    let found = course
        .grades()
        .find_or_create(&draft().resource_id("q"))
        .await
        .unwrap();
    assert!(found.created && found.duplicates.is_empty());
    assert_eq!(found.item.resource_id(), Some("q"));
}
