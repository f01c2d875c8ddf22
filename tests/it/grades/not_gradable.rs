//! Users who cannot be graded, in every dialect.

use tower_lti::{
    services::{ActionBy, ServiceErrorKind},
    testing::{Call, Dialect, Fault},
};

use super::course::{Course, LINE_ITEM, SCORE, kind, score};

// ADV-42, AGS-23
#[tokio::test]
async fn a_user_who_cannot_be_graded_is_named_whatever_the_platform_says() {
    for dialect in [
        Dialect::Reference,
        Dialect::Moodle,
        Dialect::Canvas,
        Dialect::Blackboard,
        Dialect::Sakai,
        Dialect::OpenEdx,
        Dialect::Schoology,
    ] {
        for user in ["teacher-1", "nobody"] {
            let course = Course::of(dialect).await;
            let refused = course
                .grades()
                .post(score(user, 5.0))
                .await
                .expect_err("no learner");
            assert_eq!(refused.kind(), ServiceErrorKind::NotGradable, "{dialect:?}");
            assert_eq!(refused.user(), Some(user));
            assert_eq!(refused.status(), 422);
            assert_eq!(refused.action_by(), ActionBy::PlatformAdministrator);
            assert!(!format!("{refused} {refused:?}").contains(user));
            assert_eq!(course.platform.count(Call::Score), 1, "no retry");
        }
    }
}

// ADV-42
#[tokio::test]
async fn where_404_may_mean_user_or_line_item_the_line_item_is_asked_for() {
    let course = Course::of(Dialect::Brightspace).await;
    let item = course.platform.line_items()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let grades = course.grades().at_line_item(&item).unwrap();
    for status in [403, 404, 422] {
        course
            .platform
            .fail_next(Call::Score, 1, Fault::status(status));
        let refused = grades
            .post(score("user-9", 5.0))
            .await
            .expect_err("nobody knows them");
        assert_eq!(refused.kind(), ServiceErrorKind::NotGradable, "{status}");
        assert_eq!(refused.user(), Some("user-9"));
        assert_eq!(refused.platform_status().unwrap(), status);
    }
    grades.delete_line_item().await.unwrap();
    assert_eq!(
        kind(grades.post(score("user-1", 5.0)).await),
        ServiceErrorKind::LineItemGone
    );

    // A family that nobody knows.
    let course = Course::start().await;
    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(404));
    let refused = course.grades().post(score("user-9", 5.0)).await;
    assert_eq!(kind(refused), ServiceErrorKind::NotGradable);
    // Without the scope to ask, it is the user, whom the request was about.
    let grades = course.grades_with_scopes(&[SCORE]);
    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(404));
    assert_eq!(
        kind(grades.post(score("user-9", 5.0)).await),
        ServiceErrorKind::NotGradable
    );
}

// AGS-22, ADV-42, ADV-49
#[tokio::test]
async fn a_line_item_that_is_gone_is_not_blamed_on_the_user() {
    for dialect in [
        Dialect::Reference,
        Dialect::Moodle,
        Dialect::Canvas,
        Dialect::Sakai,
    ] {
        let course = Course::of(dialect).await;
        let url = course.platform.line_item();
        course.platform.uncouple();
        let grades = course.grades().at_line_item(&url).unwrap();
        let refused = grades
            .post(score("user-1", 5.0))
            .await
            .expect_err("it is gone");
        assert_eq!(
            refused.kind(),
            ServiceErrorKind::LineItemGone,
            "{dialect:?}"
        );
        assert_eq!(refused.user(), None);
        assert!(refused.remedy().contains("Open the tool once more"));
    }
}

// AGS-22, AGS-23, ADV-42
#[tokio::test]
async fn what_is_wrong_otherwise_is_a_refusal_with_the_platform_s_words() {
    let course = Course::start().await;
    for (status, body, words) in [
        (
            400,
            r#"{"error": "bad timestamp format"}"#,
            Some("bad timestamp format"),
        ),
        (403, "not in this course", Some("not in this course")),
        (412, "", None),
        (500, "<html>oops</html>", None),
    ] {
        course
            .platform
            .fail_next(Call::Score, 1, Fault::status(status).with_body(body));
        let refused = course
            .grades()
            .post(score("user-1", 5.0))
            .await
            .expect_err("refused");
        let kind = match status {
            500 => ServiceErrorKind::PlatformFailed,
            _ => ServiceErrorKind::Refused,
        };
        assert_eq!(refused.kind(), kind, "{status}");
        assert_eq!(refused.status(), 502);
        assert_eq!(refused.platform_status().unwrap(), status);
        assert_eq!(refused.platform_message(), words);
        assert_eq!(refused.user(), None);
    }
    assert_eq!(course.platform.count(Call::Score), 4, "no loop");
}

// ADV-38, ADV-42
#[tokio::test]
async fn canvas_with_no_attempts_left_says_what_helps() {
    let course = Course::of(Dialect::Canvas).await;
    let body = "the maximum number of allowed attempts has been reached";
    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(422).with_body(body));
    let refused = course
        .grades()
        .post(score("user-1", 5.0))
        .await
        .expect_err("refused");
    assert_eq!(refused.kind(), ServiceErrorKind::NotGradable);
    assert!(refused.detail().unwrap().contains("new_submission(false)"));
}

// AGS-22
#[tokio::test]
async fn a_scope_that_is_no_longer_granted_is_told_before_the_call() {
    let course = Course::start().await;
    let grades = course.grades();
    course.platform.grant_scopes([LINE_ITEM]);
    let refused = grades
        .post(score("user-1", 5.0))
        .await
        .expect_err("no scope");
    assert!(
        matches!(
            refused.kind(),
            ServiceErrorKind::ScopeNotGranted | ServiceErrorKind::TokenRefused
        ),
        "{refused:?}",
    );
    assert_eq!(course.platform.count(Call::Score), 0);
}
