//! Lists that lead back to what was read.

use tower_lti::services::{ServiceError, ServiceErrorKind};

use crate::roster::{Course, container, members};

async fn repeats_at(course: &Course, page: usize, requests: usize) -> ServiceError {
    let error = course.fails().await;
    assert_eq!(error.kind(), ServiceErrorKind::PagesRepeat);
    assert_eq!(error.detail(), Some(&*format!("page {page}")));
    assert_eq!(error.list_progress().unwrap().pages, page - 1);
    assert_eq!(course.asked().len(), requests);
    error
}

// S06, ADV-60, TRAP-25
#[tokio::test]
async fn a_page_that_names_itself_is_a_loop() {
    let course = Course::start().await;
    let url = format!("{}?limit=200", course.platform.members_url());
    course.answer(&format!("<{url}>; rel=next"), members(&["1"]));

    repeats_at(&course, 2, 1).await;
}

// S06, ADV-60
#[tokio::test]
async fn a_list_from_one_page_to_another_and_back_is_a_loop() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", members(&["1"]));
    course.answer("<?p=3>; rel=next", members(&["2"]));
    course.answer("<?p=2>; rel=next", members(&["3"]));

    repeats_at(&course, 4, 3).await;
}

// S06, ADV-60, TRAP-25: Schoology's next page did not advance, under a new address each time.
#[tokio::test]
async fn the_same_members_under_another_address_are_a_loop() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", members(&["1", "2"]));
    course.answer("<?p=3>; rel=next", members(&["3", "4"]));
    course.answer("<?p=4>; rel=next", members(&["1", "2"]));

    repeats_at(&course, 3, 3).await;
}

// ADV-54, ADV-61: neither empty pages nor a member who comes again are a loop.
#[tokio::test]
async fn pages_that_are_alike_in_part_are_no_loop() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", members(&["1", "2"]));
    course.answer("<?p=3>; rel=next", container(""));
    course.answer("<?p=4>; rel=next", container(""));
    course.answer("<?p=5>; rel=next", members(&["2", "3"]));
    course.answer("<?P=5>; rel=next", members(&["2", "1"]));
    course.answer("", members(&["1"]));

    let all = course.roster().collect().await.unwrap();

    assert_eq!((all.len(), all.repeated()), (3, 4));
}
