//! Line items that come with a link, and what the tool finds of them.

use tower_lti::{
    deep_linking::{ContentItem, LinkLineItem, ResourceLinkItem},
    grades::{ActivityProgress, ReviewSettings},
};

use super::course::Course;

// DLI-24
#[tokio::test]
async fn a_line_item_of_a_link_and_the_same_as_a_draft_are_found_alike() {
    let course = Course::start().await;
    let line_item = LinkLineItem::new(12.5)
        .unwrap()
        .resource_id("quiz 7")
        .tag("final")
        .grades_released(true)
        .submission_review(ReviewSettings::new([ActivityProgress::Completed]))
        .unwrap();
    let draft = line_item.to_draft("Quiz 7").unwrap();
    let link = ResourceLinkItem::new().title("Quiz 7");
    let link = ContentItem::from(link.line_item(line_item.clone()));

    let created = course.grades().create_line_item(&draft).await.unwrap();
    let found = course
        .grades()
        .line_items()
        .resource_id("quiz 7")
        .tag("final");

    let found = found.collect().await.unwrap();
    assert_eq!(found[0].id(), created.id());
    assert_eq!(found[0].label(), Some("Quiz 7"), "the title of the link");
    for (member, value) in link.members()["lineItem"].as_object().unwrap() {
        assert_eq!(found[0].member(member), Some(value));
    }
    let labelled = line_item
        .clone()
        .label("Column")
        .to_draft("Quiz 7")
        .unwrap();
    let created = course.grades().create_line_item(&labelled).await.unwrap();
    assert_eq!(created.label(), Some("Column"));
    assert!(line_item.to_draft(" ").is_err(), "a column has a name");
}
