//! `Link` headers that are too long, contradict themselves, or are none.

use tower_lti::{
    services::ServiceErrorKind,
    testing::{Call, Fault},
};

use crate::roster::{Course, members};

const NEXT: &str = "<?p=2>; rel=\"next\"";

// S10
#[tokio::test]
async fn sixteen_kilobytes_of_links_are_read_and_more_is_an_error_and_not_the_end() {
    let course = Course::start().await;
    let most = 16 * 1024;
    let filled = |bytes: usize| format!("{}{NEXT}", ", ".repeat(bytes / 2 - NEXT.len() / 2));
    assert_eq!(filled(most).len(), most);
    course.answer(&filled(most), members(&["1"]));
    course.answer("", members(&["2"]));
    assert_eq!(course.roster().collect().await.unwrap().len(), 2);

    course.answer(&filled(most + 2), members(&["1"]));
    let error = course.fails().await;
    assert_eq!(error.kind(), ServiceErrorKind::AnswerInvalid, "{error}");
    assert_eq!(error.detail(), Some("`Link` header over 16 KiB"));
    assert_eq!(course.asked().len(), 3);
}

// S10
#[tokio::test]
async fn ten_thousand_links_are_an_error() {
    let course = Course::start().await;
    let links: Vec<_> = (0..10_000).map(|n| format!("<?p={n}>; rel=next")).collect();
    course.answer(&links.join(","), members(&["1"]));

    let error = course.fails().await;

    assert_eq!(error.status(), 502);
    assert_eq!(course.asked().len(), 1);
}

// S10: no HTTP client reads a megabyte of headers.
#[tokio::test]
async fn a_megabyte_of_links_is_an_error() {
    let course = Course::start().await;
    let page = Fault::status(200)
        .with_body(members(&["1"]))
        .with_header("link", "x".repeat(1 << 20));
    course.platform.fail_always(Call::Roster, page);

    assert_eq!(course.fails().await.status().as_u16() / 100, 5);
}

// S10
#[tokio::test]
async fn two_next_pages_are_an_error_and_the_same_twice_is_one() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next, <?p=3>; rel=next", members(&["1"]));
    let error = course.fails().await;
    assert_eq!(error.kind(), ServiceErrorKind::AnswerInvalid);
    assert_eq!(error.detail(), Some("two different next pages"));

    course.answer("<?p=2>; rel=next, <?p=2>; rel=next", members(&["1"]));
    course.answer("", members(&["2"]));
    assert_eq!(course.roster().collect().await.unwrap().len(), 2);
}

// ADV-62, S10
#[tokio::test]
async fn what_is_no_link_to_a_next_page_ends_the_list() {
    let course = Course::start().await;
    for link in [
        "",
        "?p=2; rel=prev",
        "<?p=2; rel=prev",
        "<>; rel=first",
        "<?p=2>",
        "<?p=2>; rel=nextpage",
        "{\"next\": \"?p=2\"}",
    ] {
        course.answer(link, members(&["1"]));
        assert_eq!(course.roster().collect().await.unwrap().len(), 1, "{link}");
    }
    assert_eq!(course.asked().len(), 7);
}

// ADV-55, S10: a part of a list must not look like the whole.
#[tokio::test]
async fn a_next_page_that_cannot_be_read_is_an_error_and_not_the_end() {
    let course = Course::start().await;
    for link in [
        &b"<https://l.test/\xe9?page=2>; rel=\"next\""[..],
        b"<>; rel=next",
        b"<?p=\t2>; rel=next",
        b"<?p=2; rel=next",
        b"?p=2; rel=next",
    ] {
        let page = Fault::status(200)
            .with_body(members(&["1"]))
            .with_header("link", link);
        course.platform.fail_next(Call::Roster, 1, page);
        let error = course.fails().await;
        assert_eq!(error.kind(), ServiceErrorKind::AnswerInvalid, "{link:?}");
        assert_eq!(error.detail(), Some("a next page that cannot be read"));
    }
    assert_eq!(course.asked().len(), 5);
}

// ADV-62, S10
#[tokio::test]
async fn a_quote_that_is_never_closed_hides_no_next_page() {
    let course = Course::start().await;
    course.answer("<?p=9>; title=\"a, <?p=2>; rel=next", members(&["1"]));
    course.answer("", members(&["2"]));

    assert_eq!(course.roster().collect().await.unwrap().len(), 2);
}
