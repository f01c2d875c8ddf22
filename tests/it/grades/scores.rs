//! One score: what is sent, and what is refused before that.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tower_lti::{
    grades::{ActivityProgress, GradingProgress, Posted, Score},
    registration::{ProductFamily, ScoreTimestamps},
    services::ServiceErrorKind,
    testing::{Call, Dialect, Fault},
};

use super::course::{Course, at, kind, score};

const SCORE_TYPE: &str = "application/vnd.ims.lis.v1.score+json";
const CANVAS: &str = "https://canvas.instructure.com/lti/submission";

// AGS-E7, AGS-F10, AGS-F11, AGS-F12, AGS-F13, AGS-F14, AGS-F15, AGS-F16, AGS-F17, AGS-F18, AGS-16, ADV-30, ADV-31, ADV-33
#[tokio::test]
async fn a_score_says_all_that_was_set_and_no_more() {
    let course = Course::start().await;
    let grades = course.grades();

    let posted = grades.post(score("user-1", 8.5)).await.unwrap();

    assert_eq!(posted, Posted::Recorded);
    let request = &course.platform.requests_for(Call::Score)[0];
    assert_eq!(request.header("content-type"), SCORE_TYPE);
    assert!(["", "*/*"].contains(&request.header("accept")));
    assert_eq!(
        request.json(),
        json!({
            "userId": "user-1", "scoreGiven": 8.5, "scoreMaximum": 10, "activityProgress": "Completed",
            "gradingProgress": "FullyGraded", "timestamp": "2027-01-15T08:00:00.000Z",
        })
    );

    let full = score("user-1", 9.0)
        .activity_progress(ActivityProgress::Submitted)
        .grading_progress(GradingProgress::PendingManual)
        .comment("Well done")
        .scoring_user_id("teacher-1")
        .timestamp(at(1_234))
        .started_at(at(-60_000))
        .submitted_at(at(-1));
    grades.post(full).await.unwrap();
    assert_eq!(
        course.last_score(),
        json!({
            "userId": "user-1", "scoreGiven": 9, "scoreMaximum": 10, "activityProgress": "Submitted",
            "gradingProgress": "PendingManual", "timestamp": "2027-01-15T08:00:01.234Z", "comment": "Well done",
            "scoringUserId": "teacher-1",
            "submission": {"startedAt": "2027-01-15T07:59:00.000Z", "submittedAt": "2027-01-15T07:59:59.999Z"},
        })
    );
}

// AGS-14, ADV-32
#[tokio::test]
async fn scores_of_one_learner_are_sent_in_the_order_of_their_timestamps_however_many_calls_send_them()
 {
    let course = Course::of(Dialect::Moodle).await;
    let slow = Fault::right().after(Duration::from_millis(100));
    course.platform.fail_next(Call::Score, 2, slow);
    let send = |points: f64| {
        let grades = course.grades();
        async move { grades.post(score("user-1", points)).await }
    };

    let sent = tokio::join!(send(1.0), send(2.0), send(3.0), send(4.0));

    for posted in [sent.0, sent.1, sent.2, sent.3] {
        assert_eq!(posted.unwrap(), Posted::Recorded);
    }
    assert_eq!(course.platform.count(Call::Score), 4);
}

// AGS-17, AGS-F12, AGS-F13
#[test]
fn every_progress_has_its_name() {
    let activity = [
        "Initialized",
        "Started",
        "InProgress",
        "Submitted",
        "Completed",
    ];
    let grading = [
        "FullyGraded",
        "Pending",
        "PendingManual",
        "Failed",
        "NotReady",
    ];
    for name in activity {
        assert_eq!(ActivityProgress::from_name(name).unwrap().as_str(), name);
    }
    for name in grading {
        assert_eq!(GradingProgress::from_name(name).unwrap().to_string(), name);
    }
    assert_eq!(ActivityProgress::from_name("completed"), None);
    assert_eq!(GradingProgress::from_name(""), None);
}

// ADV-29, AGS-04, AGS-05, TRAP-20
#[tokio::test]
async fn scores_and_results_go_before_the_query_and_after_one_slash() {
    let course = Course::of(Dialect::Moodle).await;
    let own = course.platform.line_item();
    let (path, query) = own.split_once('?').unwrap();
    for line_item in [
        own.clone(),
        format!("{path}/?{query}"),
        format!("{own}#part"),
    ] {
        course.platform.forget_requests();
        course.clock.advance(Duration::from_secs(1));
        let grades = course.grades().at_line_item(&line_item).unwrap();
        grades.post(score("user-1", 1.0)).await.unwrap();
        grades.results().collect().await.unwrap();
        for (call, segment) in [(Call::Score, "scores"), (Call::Results, "results")] {
            let request = &course.platform.requests_for(call)[0];
            assert!(path.ends_with(request.path().strip_suffix(&format!("/{segment}")).unwrap()));
            assert_eq!(request.query(), Some(query));
        }
    }
}

// ADV-34, AGS-21, AGS-F14, AGS-F15
#[test]
fn points_that_no_platform_takes_cannot_be_given() {
    for (user, given, maximum) in [
        ("u", f64::NAN, 10.0),
        ("u", f64::INFINITY, 10.0),
        ("u", -0.1, 10.0),
        ("u", 1.0, 0.0),
        ("u", 1.0, -1.0),
        ("u", 1.0, f64::NAN),
        ("u", 1.0, f64::INFINITY),
        ("", 1.0, 1.0),
        (" ", 1.0, 1.0),
    ] {
        let refused = Score::of(user, given, maximum);
        assert_eq!(
            kind(refused),
            ServiceErrorKind::ValueInvalid,
            "{user:?} {given} {maximum}"
        );
    }
    assert_eq!(kind(Score::cleared("")), ServiceErrorKind::ValueInvalid);
    let zero = Score::of("u", 0.0, 1.0).unwrap();
    assert_eq!(
        (zero.score_given(), zero.score_maximum()),
        (Some(0.0), Some(1.0))
    );
}

// ADV-34
#[tokio::test]
async fn no_maximum_is_fetched_behind_the_caller_s_back() {
    let course = Course::start().await;
    course
        .grades()
        .post(Score::of("user-1", 1.0, 4.0).unwrap())
        .await
        .unwrap();
    assert_eq!(course.calls(), 1);
    assert_eq!(course.grade("user-1"), Some(25.0), "the platform scales it");
}

// ADV-33, AGS-F18, AGS-21
#[tokio::test]
async fn work_from_the_future_or_handed_in_before_it_was_begun_is_refused_here() {
    let course = Course::start().await;
    let grades = course.grades();
    let plain = score("user-1", 1.0);
    for wrong in [
        plain.clone().submitted_at(at(60_001)),
        plain.clone().submitted_at(at(0)).started_at(at(1)),
        plain
            .clone()
            .timestamp(UNIX_EPOCH + Duration::from_secs(300_000_000_000)),
    ] {
        let refused = grades.post(wrong).await.expect_err("it is refused");
        assert_eq!(refused.kind(), ServiceErrorKind::ValueInvalid);
        assert_eq!(refused.status(), 422);
        assert!(refused.detail().is_some());
    }
    assert_eq!(course.platform.count(Call::Score), 0);
    let course = Course::of(Dialect::Canvas).await;
    let late = plain.submitted_at(at(60_000)).started_at(at(60_000));
    course.grades().post(late).await.unwrap();
}

// ADV-35
#[tokio::test]
async fn more_than_the_maximum_is_sent_unless_it_is_to_be_cut() {
    let course = Course::start().await;
    let grades = course.grades();
    grades.post(score("user-1", 12.0)).await.unwrap();
    assert_eq!(course.last_score()["scoreGiven"], 12);
    grades
        .post(score("user-1", 12.0).at_most_maximum())
        .await
        .unwrap();
    assert_eq!(course.last_score()["scoreGiven"], 10);
    grades
        .post(score("user-1", 9.5).at_most_maximum())
        .await
        .unwrap();
    assert_eq!(course.last_score()["scoreGiven"], 9.5);

    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(403));
    let refused = grades
        .post(score("user-1", 12.0))
        .await
        .expect_err("it is refused");
    assert_eq!(refused.kind(), ServiceErrorKind::Refused);
    assert!(refused.detail().unwrap().contains("at_most_maximum"));
}

// ADV-36, AGS-F14, AGS-F16, TRAP-20
#[tokio::test]
async fn comment_and_points_are_cleared_by_saying_so() {
    let course = Course::start().await;
    let grades = course.grades();
    let own = course.platform.line_item();
    grades
        .post(score("user-1", 5.0).comment("Good"))
        .await
        .unwrap();
    let before = course.platform.grade_of(&own, "user-1").unwrap();
    assert_eq!(
        (before.score(), before.comment()),
        (Some(50.0), Some("Good"))
    );

    grades
        .post(score("user-1", 5.0).clear_comment())
        .await
        .unwrap();
    assert_eq!(course.last_score()["comment"], "");
    grades
        .post(score("user-1", 5.0).clear_score().comment("Again"))
        .await
        .unwrap();

    let sent = course.last_score();
    assert!(
        sent.get("scoreGiven").is_none() && sent.get("scoreMaximum").is_none(),
        "{sent}"
    );
    let after = course.platform.grade_of(&own, "user-1").unwrap();
    assert_eq!((after.score(), after.comment()), (None, Some("Again")));
    let cleared = Score::cleared("user-1").unwrap();
    assert_eq!(
        (cleared.score_given(), cleared.score_maximum()),
        (None, None)
    );
}

// ADV-37, ADV-38, AGS-F24
#[tokio::test]
async fn what_one_vendor_knows_goes_to_no_other() {
    let graded = score("user-1", 1.0)
        .new_submission(false)
        .extension(
            ProductFamily::Canvas,
            CANVAS,
            json!({"preserve_score": true}),
        )
        .unwrap();
    for (dialect, expected) in [
        (
            Dialect::Canvas,
            json!({"preserve_score": true, "new_submission": false}),
        ),
        (Dialect::Schoology, Value::Null),
        (Dialect::Reference, Value::Null),
    ] {
        let course = Course::of(dialect).await;
        course.grades().post(graded.clone()).await.unwrap();
        assert_eq!(course.last_score()[CANVAS], expected, "{dialect:?}");
    }
    for unqualified in ["submission", "canvas:submission", ""] {
        let refused = score("user-1", 1.0).extension(ProductFamily::Canvas, unqualified, true);
        assert_eq!(kind(refused), ServiceErrorKind::ValueInvalid);
    }
}

// ADV-37
#[tokio::test]
async fn the_family_is_what_the_platform_signs_else_what_the_registration_says() {
    let canvas = |registration: tower_lti::registration::RegistrationBuilder| {
        registration.product_family(ProductFamily::Canvas)
    };
    let course = Course::with(Dialect::Schoology, canvas).await;
    let graded = score("user-1", 1.0).new_submission(false);
    course.grades().post(graded.clone()).await.unwrap();
    assert_eq!(course.last_score().get(CANVAS), None, "signed: schoology");

    let course = Course::with(Dialect::Canvas, canvas).await;
    let unsigned = course.platform.launch_context();
    let unsigned = unsigned
        .without_claim(tower_lti::claims::names::TOOL_PLATFORM)
        .build();
    let grades = course.tool.services().grades(&unsigned).unwrap();
    grades.post(graded.clone()).await.unwrap();
    assert_eq!(
        course.last_score()[CANVAS],
        json!({"new_submission": false})
    );

    let course = Course::of(Dialect::Canvas).await;
    let grades = course
        .tool
        .services()
        .grades(&unsigned_like(&course))
        .unwrap();
    grades.post(graded).await.unwrap();
    assert_eq!(
        course.last_score().get(CANVAS),
        None,
        "nobody says that it is Canvas"
    );
}

fn unsigned_like(course: &Course) -> tower_lti::LaunchContext {
    let launch = course.platform.launch_context();
    launch
        .without_claim(tower_lti::claims::names::TOOL_PLATFORM)
        .build()
}

// ADV-32, AGS-14, AGS-F11
#[tokio::test]
async fn timestamps_rise_for_each_learner_though_the_clock_stands_still() {
    let course = Course::start().await;
    let grades = course.grades();
    for user in ["user-1", "user-1", "user-2", "user-1"] {
        // Each made anew: the tool remembers, and not the value.
        course.grades().post(score(user, 1.0)).await.unwrap();
    }
    assert_eq!(
        timestamps(&course),
        ["00.000", "00.001", "00.000", "00.002"]
    );

    // A time that was chosen counts, too, and a clock that goes back does not.
    grades
        .post(score("user-1", 1.0).timestamp(at(7_000)))
        .await
        .unwrap();
    course.clock.set_wall_unix(super::course::NOW - 100);
    grades.post(score("user-1", 1.0)).await.unwrap();
    assert_eq!(timestamps(&course)[4..], ["07.000", "07.001"]);

    let other = course
        .platform
        .add_line_item(json!({"label": "x", "scoreMaximum": 1}));
    let other = grades.at_line_item(&other).unwrap();
    course.clock.set_wall_unix(super::course::NOW);
    other.post(score("user-1", 1.0)).await.unwrap();
    assert_eq!(timestamps(&course)[6..], ["00.000"], "another line item");
}

// ADV-32, TRAP-20
#[tokio::test]
async fn where_seconds_are_compared_the_next_score_is_of_the_next_second() {
    for dialect in [Dialect::Moodle, Dialect::OpenEdx] {
        let course = Course::of(dialect).await;
        course.clock.advance(Duration::from_millis(300));
        for _ in 0..3 {
            course.grades().post(score("user-1", 1.0)).await.unwrap();
        }
        assert_eq!(
            timestamps(&course),
            ["00.300", "01.000", "02.000"],
            "{dialect:?}"
        );
        course.clock.advance(Duration::from_millis(2_900));
        course.grades().post(score("user-1", 1.0)).await.unwrap();
        assert_eq!(timestamps(&course)[3..], ["03.200"]);
    }
    let seconds = |registration: tower_lti::registration::RegistrationBuilder| {
        registration.score_timestamps(ScoreTimestamps::WholeSeconds)
    };
    let course = Course::with(Dialect::Reference, seconds).await;
    for _ in 0..2 {
        course.grades().post(score("user-1", 1.0)).await.unwrap();
    }
    assert_eq!(
        timestamps(&course),
        ["00.000", "01.000"],
        "as the registration says"
    );
}

/// Seconds and their fractions, in the order in which scores came.
fn timestamps(course: &Course) -> Vec<String> {
    let posted = course.platform.posted_scores();
    let texts = posted.iter().map(|posted| {
        let text = posted.json()["timestamp"].as_str().unwrap();
        text[17..23].to_owned()
    });
    texts.collect()
}

// AGS-14, AGS-23, AGS-22
#[tokio::test]
async fn a_score_that_is_older_than_the_platform_s_is_out_of_order() {
    for dialect in [
        Dialect::Reference,
        Dialect::Moodle,
        Dialect::Canvas,
        Dialect::OpenEdx,
        Dialect::Sakai,
        Dialect::Blackboard,
    ] {
        let course = Course::of(dialect).await;
        let grades = course.grades();
        grades.post(score("user-1", 5.0)).await.unwrap();

        let old = score("user-1", 6.0).timestamp(at(-86_400_000));
        let refused = grades.post(old).await.expect_err("it is older");

        assert_eq!(refused.kind(), ServiceErrorKind::OutOfOrder, "{dialect:?}");
        assert_eq!(refused.status(), 409);
        assert_eq!(course.platform.count(Call::Score), 2, "no loop");
        assert_eq!(course.grade("user-1"), Some(50.0));
    }
}

// ADV-53, AGS-E7
#[tokio::test]
async fn any_success_is_one_with_a_body_of_any_kind_or_none() {
    let course = Course::start().await;
    for fault in [
        Fault::status(200),
        Fault::status(201).with_body("<html>fine</html>"),
        Fault::status(204),
        Fault::status(202).with_body("[]"),
    ] {
        course.platform.fail_next(Call::Score, 1, fault);
        let posted = course.grades().post(score("user-1", 1.0)).await.unwrap();
        assert_eq!(posted, Posted::Recorded);
    }
}

// AGS-18
#[tokio::test]
async fn scores_are_only_posted_and_results_only_got() {
    let course = Course::start().await;
    let grades = course.grades();
    grades.post(score("user-1", 1.0)).await.unwrap();
    grades.results().collect().await.unwrap();
    let requests = course.platform.requests();
    let methods = requests
        .iter()
        .map(|one| (one.call(), one.method().to_owned()));
    for (call, method) in methods {
        match call {
            Call::Score => assert_eq!(method, "POST"),
            Call::Results => assert_eq!(method, "GET"),
            _ => {}
        }
    }
    assert_eq!(
        (
            course.platform.count(Call::Score),
            course.platform.count(Call::Results)
        ),
        (1, 1)
    );
}

// AGS-20
#[tokio::test]
async fn what_basic_outcomes_did_is_there_as_three_calls() {
    let course = Course::start().await;
    let user = course.grades().of_user("user-1");
    assert_eq!(user.read().await.unwrap(), None);

    user.replace(0.75).await.unwrap();
    assert_eq!(user.read().await.unwrap(), Some(0.75));
    let sent = course.last_score();
    assert_eq!(
        (&sent["scoreGiven"], &sent["scoreMaximum"]),
        (&json!(0.75), &json!(1))
    );
    assert_eq!(sent["gradingProgress"], "FullyGraded");
    user.delete().await.unwrap();
    assert_eq!(user.read().await.unwrap(), None);
    let sent = course.last_score();
    assert_eq!(
        (&sent["activityProgress"], &sent["gradingProgress"]),
        (&json!("Initialized"), &json!("NotReady"))
    );
    let results = course.platform.requests_for(Call::Results);
    assert_eq!(results[0].query(), Some("user_id=user-1"));
}

// ADV-32
#[tokio::test]
async fn a_time_between_milliseconds_is_sent_as_the_millisecond_before() {
    let course = Course::start().await;
    let finer: SystemTime = at(5) + Duration::from_nanos(999_999);
    course
        .grades()
        .post(score("user-1", 1.0).timestamp(finer))
        .await
        .unwrap();
    course.grades().post(score("user-1", 1.0)).await.unwrap();
    assert_eq!(timestamps(&course), ["00.005", "00.006"]);
}

// CERT-AGS-1
#[tokio::test]
async fn after_a_learner_s_launch_the_tool_creates_a_line_item_and_posts_a_score_by_itself() {
    let course = Course::start().await;
    course.platform.uncouple();
    let launch = course.launch();
    let grades = course.tool.services().grades(&launch).unwrap();

    let quiz = tower_lti::grades::LineItemDraft::new("Quiz", 20.0)
        .unwrap()
        .resource_id("quiz-1");
    let found = grades.find_or_create(&quiz).await.unwrap();
    let sub = launch.claims().sub().unwrap();
    let grades = grades.at_line_item(found.item.id()).unwrap();
    grades
        .post(Score::of(sub, 8.0, 10.0).unwrap())
        .await
        .unwrap();

    assert_eq!(course.platform.line_items()[0]["label"], "Quiz");
    let grade = course.platform.grade_of(found.item.id(), sub).unwrap();
    assert_eq!((grade.score(), grade.maximum()), (Some(16.0), 20.0));
}
