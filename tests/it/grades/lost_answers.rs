//! Scores whose answer never comes.

use tower_lti::{
    grades::Posted,
    services::ServiceErrorKind,
    testing::{Call, Dialect, Fault},
};

use super::course::{Course, kind, score};

// ADV-39, S36, AGS-14
#[tokio::test]
async fn a_score_whose_answer_is_lost_is_sent_again_with_its_timestamp_and_counts_once() {
    for dialect in [
        Dialect::Reference,
        Dialect::Moodle,
        Dialect::OpenEdx,
        Dialect::Blackboard,
    ] {
        let course = Course::of(dialect).await;
        course
            .platform
            .fail_next(Call::Score, 1, Fault::close().having_acted());

        let posted = course.grades().post(score("user-1", 5.0)).await.unwrap();

        assert_eq!(posted, Posted::ProbablyRecorded, "{dialect:?}");
        let sent = course.platform.requests_for(Call::Score);
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].body(), sent[1].body(), "the same timestamp");
        assert_eq!(course.grade("user-1"), Some(50.0));
    }
}

// ADV-39
#[tokio::test]
async fn a_score_that_was_not_taken_before_its_answer_was_lost_is_recorded_by_the_next_attempt() {
    let course = Course::of(Dialect::Moodle).await;
    course.platform.fail_next(Call::Score, 1, Fault::close());
    let posted = course.grades().post(score("user-1", 5.0)).await.unwrap();
    assert_eq!(posted, Posted::Recorded);
    assert_eq!(course.platform.count(Call::Score), 2);
}

// ADV-38, ADV-39
#[tokio::test]
async fn canvas_gets_a_score_a_second_time_only_where_it_uses_up_no_attempt() {
    for (graded, expected) in [
        (score("user-1", 5.0), None),
        (score("user-1", 5.0).new_submission(true), None),
        (
            score("user-1", 5.0).new_submission(false),
            Some(Posted::Recorded),
        ),
    ] {
        let course = Course::of(Dialect::Canvas).await;
        course
            .platform
            .fail_next(Call::Score, 1, Fault::close().having_acted());
        let posted = course.grades().post(graded).await;
        match expected {
            Some(expected) => {
                assert_eq!(posted.unwrap(), expected);
                assert_eq!(course.platform.count(Call::Score), 2);
            }
            None => {
                assert_eq!(kind(posted), ServiceErrorKind::Unavailable);
                assert_eq!(course.platform.count(Call::Score), 1);
            }
        }
    }
}

// ADV-39
#[tokio::test]
async fn a_conflict_at_the_first_attempt_is_no_success() {
    let course = Course::start().await;
    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(409));
    let refused = course.grades().post(score("user-1", 5.0)).await;
    assert_eq!(kind(refused), ServiceErrorKind::OutOfOrder);
}
