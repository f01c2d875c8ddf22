//! Results: what the grade book has.

use serde_json::json;
use tower_lti::{
    services::{ListBounds, ServiceErrorKind},
    testing::{Call, CourseMember, Dialect, Fault},
};

use super::course::{Course, at, kind, score};

const RESULTS_TYPE: &str = "application/vnd.ims.lis.v2.resultcontainer+json";

// AGS-E6, AGS-F20, AGS-F21, AGS-F22, AGS-F23, ADV-30
#[tokio::test]
async fn a_result_is_what_the_platform_made_of_a_score() {
    let course = Course::start().await;
    let grades = course.grades();
    grades
        .post(score("user-1", 4.25).comment("Well done"))
        .await
        .unwrap();

    let results = grades.results().collect().await.unwrap();

    let [result] = &results[..] else {
        panic!("one result");
    };
    assert_eq!(result.user_id(), "user-1");
    assert_eq!(
        (result.result_score(), result.result_maximum()),
        (Some(42.5), 100.0)
    );
    assert_eq!(result.fraction(), Some(0.425));
    assert_eq!(result.comment(), Some("Well done"));
    assert_eq!(result.score_of(), Some(&*course.platform.line_item()));
    assert!(result.id().unwrap().contains("/results"));
    assert_eq!(result.timestamp(), Some(at(0)));
    let request = &course.platform.requests_for(Call::Results)[0];
    assert_eq!(
        (request.header("accept"), request.query()),
        (RESULTS_TYPE, None)
    );
}

// AGS-F21, AGS-F22, AGS-F23, AGS-19, ADV-51
#[tokio::test]
async fn numbers_that_are_absent_odd_or_zero_are_coped_with() {
    let course = Course::start().await;
    let list = json!([
        {"userId": "a", "resultScore": 0.5},
        {"userId": "b", "resultScore": 3, "resultMaximum": 0},
        {"userId": "c", "resultScore": null, "resultMaximum": null, "comment": ""},
        {"userId": "d", "resultScore": "7,5", "resultMaximum": -1, "comment": null},
        {"userId": 42, "resultScore": "7.5", "resultMaximum": "10", "scoringUserId": "teacher-1"},
        {"userId": "f", "resultScore": 66.666_67, "resultMaximum": 80},
        {"resultScore": 1}, "odd", {"userId": ""}, null,
    ]);
    course
        .platform
        .fail_always(Call::Results, Fault::body(list.to_string()));

    let mut pages = course.grades().results().pages().unwrap();
    let page = pages.next_page().await.unwrap().unwrap();

    let read: Vec<_> = page
        .entries()
        .iter()
        .map(|one| {
            (
                one.user_id(),
                one.result_score(),
                one.result_maximum(),
                one.fraction(),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            ("a", Some(0.5), 1.0, Some(0.5)),
            ("b", Some(3.0), 0.0, None),
            ("c", None, 1.0, None),
            ("d", None, -1.0, None),
            ("42", Some(7.5), 10.0, Some(0.75)),
            ("f", Some(66.666_67), 80.0, Some(66.666_67 / 80.0)),
        ]
    );
    assert_eq!(page.unreadable(), 4);
    assert_eq!(page.entries()[2].comment(), None);
    assert_eq!(page.entries()[4].scoring_user_id(), Some("teacher-1"));
    assert_eq!(page.entries()[4].member("userId"), Some(&json!(42)));
}

// AGS-07, AGS-19, ADV-51
#[tokio::test]
async fn one_user_is_asked_for_and_matched_here_as_well() {
    let course = Course::start().await;
    let grades = course.grades();
    for (user, given) in [("user-1", 1.0), ("user-2", 2.0)] {
        grades.post(score(user, given)).await.unwrap();
    }
    let found = grades.results().user_id("user-2").collect().await.unwrap();
    assert_eq!((found.len(), found[0].user_id()), (1, "user-2"));
    let nobody = grades.results().user_id("user-3").collect().await.unwrap();
    assert_eq!(nobody, []);
    assert_eq!(grades.of_user("user-3").result().await.unwrap(), None);
    let requests = course.platform.requests_for(Call::Results);
    assert_eq!(requests[0].query(), Some("user_id=user-2"));

    let all =
        json!([{"userId": "user-1", "resultScore": 1}, {"userId": "user-2", "resultScore": 2}]);
    course
        .platform
        .fail_always(Call::Results, Fault::body(all.to_string()));
    let found = grades.of_user("user-2").result().await.unwrap().unwrap();
    assert_eq!(
        found.result_score(),
        Some(2.0),
        "a platform that ignores the filter"
    );
}

// ADV-51
#[tokio::test]
async fn the_filter_can_be_left_out_for_a_platform_that_then_drops_comments() {
    let course = Course::of(Dialect::Blackboard).await;
    let grades = course.grades();
    grades
        .post(score("user-1", 1.0).comment("Good"))
        .await
        .unwrap();
    grades.post(score("user-2", 1.0)).await.unwrap();
    let filtered = grades.results().user_id("user-1").collect().await.unwrap();
    let here = grades
        .results()
        .user_id("user-1")
        .filter_here()
        .collect()
        .await
        .unwrap();
    assert_eq!(
        (filtered[0].comment(), here[0].comment()),
        (None, Some("Good"))
    );
    assert_eq!(here.len(), 1);
    assert_eq!(course.platform.requests_for(Call::Results)[1].query(), None);
}

// ADV-51, AGS-08
#[tokio::test]
async fn all_pages_are_read() {
    for dialect in [Dialect::Reference, Dialect::Canvas] {
        let course = Course::of(dialect).await;
        let grades = course.grades();
        for number in 0..7 {
            let user = format!("s-{number}");
            course.platform.enroll(CourseMember::learner(&user));
            grades.post(score(&user, 1.0)).await.unwrap();
        }
        course.platform.use_page_size(3);
        let results = grades.results().page_size(3).collect().await.unwrap();
        assert_eq!(results.len(), 7, "{dialect:?}");
        assert_eq!(course.platform.count(Call::Results), 3);
    }
}

// ADV-51, AGS-22
#[tokio::test]
async fn not_found_is_no_result_of_a_user_and_no_line_item_without_one() {
    let course = Course::start().await;
    let grades = course.grades();
    course
        .platform
        .fail_always(Call::Results, Fault::status(404));
    assert_eq!(grades.of_user("user-1").result().await.unwrap(), None);
    assert_eq!(
        kind(grades.results().collect().await),
        ServiceErrorKind::LineItemGone
    );
    assert_eq!(course.platform.count(Call::Results), 2);
}

// ADV-51
#[tokio::test]
async fn a_platform_that_knows_no_page_size_is_asked_once_more_without() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    grades.post(score("user-1", 1.0)).await.unwrap();
    let results = grades.results().page_size(1).collect().await.unwrap();
    assert_eq!(results.len(), 1);
    let requests = course.platform.requests_for(Call::Results);
    let queries: Vec<_> = requests.iter().map(|request| request.query()).collect();
    assert_eq!(queries, [Some("type_id=5&limit=1"), Some("type_id=5")]);

    course.platform.forget_requests();
    course
        .platform
        .fail_always(Call::Results, Fault::status(404));
    let gone = grades.results().page_size(1).collect().await;
    assert_eq!(kind(gone), ServiceErrorKind::LineItemGone);
    assert_eq!(course.platform.count(Call::Results), 2, "once, and no more");
}

// AGS-09, S05, S06
#[tokio::test]
async fn an_endless_or_repeating_list_is_an_error_and_not_half_a_list() {
    let course = Course::start().await;
    let grades = course.grades();
    grades.post(score("user-1", 1.0)).await.unwrap();
    let again = format!("{}/results", course.platform.line_item());
    course
        .platform
        .fail_always(Call::Results, Fault::next_page_at(&again));
    assert_eq!(
        kind(grades.results().collect().await),
        ServiceErrorKind::PagesRepeat
    );
    course.platform.heal();
    course.platform.fail_always(
        Call::Results,
        Fault::next_page_at("https://elsewhere.test/next"),
    );
    assert_eq!(
        kind(grades.results().collect().await),
        ServiceErrorKind::NextPageElsewhere
    );
    course.platform.heal();
    let bounded = grades.results().bounds(ListBounds::new().max_entries(0));
    assert_eq!(
        kind(bounded.collect().await),
        ServiceErrorKind::ListIncomplete
    );
}
