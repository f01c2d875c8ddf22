//! The next page, as the platform names it.

use tower_lti::{
    services::ServiceErrorKind,
    testing::{Call, Fault},
};

use crate::roster::{Course, container, members};

// ADV-57, AGS-08, NRPS-04, TRAP-25
#[tokio::test]
async fn the_next_page_is_asked_for_as_it_came() {
    let course = Course::start().await;
    let url = course.platform.members_url();
    for next in [
        "p=2",
        "Page=2&LIMIT=3&x=%7E%2f(b)*!",
        "cursor=a=b==&empty=&&flag",
        "q=a,b;c",
    ] {
        course.answer(&format!("<{url}?{next}>; rel=\"next\""), members(&["1"]));
        course.answer("", members(&["2"]));
        course.platform.forget_requests();

        let all = course.roster().role("Learner").collect().await.unwrap();

        assert_eq!(all.len(), 2);
        assert_eq!(course.queries(), ["role=Learner&limit=200", next]);
    }
}

// ADV-62, NRPS-06
#[tokio::test]
async fn a_relative_target_is_resolved_against_the_request() {
    let course = Course::start().await;
    let url = course.platform.members_url();
    let path = url.trim_start_matches("http://");
    let path = &path[path.find('/').unwrap()..];
    let last = path.rsplit('/').next().unwrap();
    for (next, query) in [
        ("?p=2".to_owned(), "p=2"),
        (format!("{path}?p=2"), "p=2"),
        (format!("{last}?p=2"), "p=2"),
        (url.replace("http:", "") + "?p=2", "p=2"),
    ] {
        course.answer(&format!("<{next}>; rel=next"), members(&["1"]));
        course.answer("", members(&["2"]));
        course.platform.forget_requests();

        let all = course.roster().collect().await.unwrap();

        assert_eq!(all.len(), 2, "{next}");
        assert_eq!(course.queries()[1], query);
    }
}

// ADV-54, NRPS-04
#[tokio::test]
async fn a_short_or_empty_page_is_not_the_end() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", container(""));
    course.answer("<?p=3>; rel=next", members(&["1"]));
    course.answer("<?p=4>; rel=next", container(""));
    course.answer("<?p=1>; rel=prev, <?p=4>; rel=last", members(&["2", "3"]));

    let all = course.roster().page_size(2).collect().await.unwrap();

    assert_eq!(all.len(), 3);
    assert_eq!(course.queries()[1..], ["p=2", "p=3", "p=4"]);
}

// ADV-55
#[tokio::test]
async fn what_fails_on_a_later_page_fails_the_list_and_says_how_far_it_got() {
    let course = Course::start().await;
    for (fault, kind) in [
        (Fault::status(404), ServiceErrorKind::Refused),
        (Fault::redirect(302, "/x"), ServiceErrorKind::Redirected),
        (
            Fault::status(200).with_body("[]"),
            ServiceErrorKind::NotAMembershipContainer,
        ),
    ] {
        course.answer("<?p=2>; rel=next", members(&["1", "2", "3"]));
        course.platform.fail_next(Call::Roster, 1, fault);

        let error = course.fails().await;

        assert_eq!(error.kind(), kind);
        let progress = error.list_progress().unwrap();
        assert_eq!((progress.pages, progress.entries), (1, 3));
    }
}
