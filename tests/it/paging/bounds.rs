//! Lists without an end.

use std::time::{Duration, Instant};

use tower_lti::{
    services::{ListBounds, ServiceError, ServiceErrorKind},
    testing::{Call, Fault},
    tool::Limits,
};

use crate::roster::{Course, members};

/// A course whose list has one member a page, and no end within reach.
async fn endless() -> Course {
    let course = Course::start().await;
    course.platform.dismiss_all();
    course.platform.enroll_crowd(1_000_000);
    course
}

fn assert_incomplete(error: &ServiceError, why: &str, pages: usize, entries: usize) {
    assert_eq!(error.kind(), ServiceErrorKind::ListIncomplete);
    assert_eq!(error.detail(), Some(why));
    let progress = error.list_progress().unwrap();
    assert_eq!((progress.pages, progress.entries), (pages, entries));
    assert_eq!(error.status(), 502);
}

// S05, ADV-55
#[tokio::test]
async fn a_list_ends_with_an_error_after_a_thousand_pages() {
    let course = endless().await;
    let bounds = ListBounds::new().max_time(Duration::from_secs(600));

    let roster = course.roster().page_size(1).bounds(bounds);
    let error = roster.collect().await.unwrap_err();

    assert_incomplete(&error, "more than 1000 pages", 1_000, 1_000);
    assert_eq!(course.asked().len(), 1_000);
}

// S05, ADV-55
#[tokio::test]
async fn pages_and_entries_have_a_bound_that_can_be_set() {
    let course = endless().await;
    let roster = course.roster().page_size(10);

    let bounds = ListBounds::new().max_pages(3);
    let error = roster.clone().bounds(bounds).collect().await.unwrap_err();
    assert_incomplete(&error, "more than 3 pages", 3, 30);

    let bounds = ListBounds::new().max_entries(25);
    let error = roster.clone().bounds(bounds).collect().await.unwrap_err();
    assert_incomplete(&error, "more than 25 entries", 2, 20);

    // What is filtered out counts as well: these pages know of no role.
    course.answer("<?limit=10&from=10>; rel=next", members(&["1"]));
    let nobody = roster.clone().role("Mentor").bounds(bounds);
    let error = nobody.collect().await.unwrap_err();
    assert_incomplete(&error, "more than 25 entries", 3, 21);

    // A list that just fits is whole.
    course.platform.enroll_crowd(20);
    let bounds = ListBounds::new().max_pages(2).max_entries(20);
    assert_eq!(roster.bounds(bounds).collect().await.unwrap().len(), 20);
}

// S05: all pages together, as they came.
#[tokio::test]
async fn bytes_have_a_bound_that_can_be_set() {
    let course = Course::start().await;
    let (first, second) = (members(&["1"]), members(&["2"]));
    let both = first.len() + second.len();
    for (most, is_whole) in [(both, true), (both - 1, false)] {
        course.answer("<?p=2>; rel=next", first.clone());
        course.answer("", second.clone());
        let bounds = ListBounds::new().max_bytes(most);
        let read = course.roster().bounds(bounds).collect().await;
        assert_eq!(read.is_ok(), is_whole, "{most}");
        if let Err(error) = read {
            assert_incomplete(&error, &format!("more than {most} bytes"), 1, 1);
        }
    }
}

// S05: the time of the list cuts a page that is under way, after the first.
#[tokio::test]
async fn a_list_takes_no_longer_than_its_time() {
    let course = endless().await;
    course.platform.fail_next(Call::Roster, 1, Fault::right());
    course.platform.fail_always(Call::Roster, Fault::hang());
    let began = Instant::now();

    let bounds = ListBounds::new().max_time(Duration::from_secs(1));
    let roster = course.roster().page_size(1).bounds(bounds);
    let error = roster.collect().await.unwrap_err();

    assert_incomplete(&error, "more than 1 s", 1, 1);
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// A course of a tool whose calls take two seconds, and four where they wait.
async fn impatient() -> Course {
    let limits = Limits::default()
        .service_timeout(Duration::from_secs(1))
        .service_call_timeout(Duration::from_secs(4));
    let course = Course::with_tool(move |tool| tool.limits(limits)).await;
    course.platform.dismiss_all();
    course.platform.enroll_crowd(2);
    course
}

// ADV-23, ADV-55: waiting for a token is no part of a list's time.
#[tokio::test]
async fn a_list_is_read_though_its_token_takes_longer_than_its_time() {
    let course = impatient().await;
    let late = Fault::right().after(Duration::from_millis(1_500));
    course.platform.fail_next(Call::Token, 1, late);

    let bounds = ListBounds::new().max_time(Duration::from_secs(1));
    let roster = course.roster().page_size(1).bounds(bounds);

    assert_eq!(roster.collect().await.unwrap().len(), 2);
}

// ADV-40, ADV-55
#[tokio::test]
async fn a_page_that_asks_to_wait_for_longer_than_the_list_may_is_no_list_without_an_end() {
    let course = impatient().await;
    let slower = Fault::status(429).with_header("retry-after", "1");
    course.platform.fail_next(Call::Roster, 1, Fault::right());
    course.platform.fail_always(Call::Roster, slower);
    let began = Instant::now();

    let bounds = ListBounds::new().max_time(Duration::from_secs(1));
    let roster = course.roster().page_size(1).bounds(bounds);
    let error = roster.collect().await.unwrap_err();

    assert_eq!(error.kind(), ServiceErrorKind::RateLimited);
    assert_eq!(error.status(), 503);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert_eq!(error.list_progress().unwrap().pages, 1);
    assert!(began.elapsed() < Duration::from_secs(8));
}
