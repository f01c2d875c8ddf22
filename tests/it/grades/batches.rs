//! Many scores: an outcome for each, kept, resumed, stopped.

use std::time::Duration;

use tower_lti::{
    deployment::DeploymentStatus,
    grades::{BatchedScore, RunEnd, Score, ScoreBatch, ScoreOutcome},
    services::ServiceErrorKind,
    testing::{Call, CourseMember, Dialect, Fault},
};

use super::course::{Course, LINE_ITEM, kind, score};

/// Learners `s-0` and on, with so many scores each for the first of them.
pub(super) fn scores(course: &Course, learners: usize) -> Vec<Score> {
    let users = (0..learners).map(|number| format!("s-{number}"));
    users
        .map(|user| {
            course.platform.enroll(CourseMember::learner(&user));
            score(&user, 5.0)
        })
        .collect()
}

pub(super) fn words(batch: &ScoreBatch) -> Vec<String> {
    let outcomes = batch.scores().iter().map(BatchedScore::outcome);
    outcomes
        .map(|outcome| match outcome {
            ScoreOutcome::Failed(error) => error.code().to_owned(),
            other => format!("{other:?}").to_lowercase(),
        })
        .collect()
}

pub(super) fn kept_and_read(batch: &ScoreBatch) -> ScoreBatch {
    serde_json::from_str(&serde_json::to_string(batch).unwrap()).unwrap()
}

// ADV-41
#[tokio::test]
async fn each_student_has_an_outcome_and_one_refusal_does_not_stop_the_rest() {
    let course = Course::start().await;
    let batch = [
        score("user-1", 1.0),
        score("teacher-1", 2.0),
        score("user-2", 3.0),
        score("nobody", 4.0),
        score("user-3", 5.0),
    ];

    let batch = course.grades().post_all(batch).await.unwrap();

    assert_eq!(
        words(&batch),
        [
            "recorded",
            "not_gradable",
            "recorded",
            "not_gradable",
            "recorded"
        ]
    );
    assert!(batch.stopped_by().is_none());
    assert_eq!(batch.open(), 0);
    let failed: Vec<_> = batch
        .failed()
        .map(|(score, error)| (score.user_id(), error.user()))
        .collect();
    assert_eq!(
        failed,
        [("teacher-1", Some("teacher-1")), ("nobody", Some("nobody"))]
    );
    assert_eq!(course.grade("user-3"), Some(50.0));
}

// ADV-41, AGS-14
#[tokio::test]
async fn scores_of_one_learner_keep_their_order_however_many_go_at_once() {
    let course = Course::start().await;
    let users = ["user-1", "user-2", "user-3"];
    let mut all = Vec::new();
    for given in 0..6 {
        all.extend(users.map(|user| score(user, f64::from(given))));
    }
    let grades = course.grades();
    let mut batch = grades.batch(all).await.unwrap();
    course
        .platform
        .fail_always(Call::Score, Fault::right().after(Duration::from_millis(5)));

    let end = grades
        .post_batch(&mut batch)
        .unwrap()
        .concurrency(8)
        .run()
        .await
        .unwrap();

    assert_eq!(end, RunEnd::Finished);
    assert!(
        words(&batch).iter().all(|word| word == "recorded"),
        "{:?}",
        words(&batch)
    );
    for user in users {
        assert_eq!(course.grade(user), Some(50.0), "the last one");
    }
}

// ADV-41
#[tokio::test]
async fn one_score_at_a_time_goes_to_a_host_over_all_batches_unless_told_otherwise() {
    let course = Course::start().await;
    let held = Fault::right().after(Duration::from_millis(30));
    course.platform.fail_always(Call::Score, held);
    let (first, second) = (scores(&course, 4), scores(&course, 4));
    let (one, other) = (course.grades(), course.grades());
    let began = std::time::Instant::now();

    let (first, second) = tokio::join!(one.post_all(first), other.post_all(second));

    let outcomes = [words(&first.unwrap()), words(&second.unwrap())].concat();
    assert_eq!(
        outcomes.iter().filter(|word| *word == "recorded").count()
            + outcomes
                .iter()
                .filter(|word| *word == "out_of_order")
                .count(),
        8
    );
    assert!(
        began.elapsed() >= Duration::from_millis(8 * 30),
        "one after the other"
    );
}

// ADV-41, OAUTH-24
#[tokio::test]
async fn what_concerns_all_stops_the_batch_and_leaves_the_rest_open() {
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 5);
    course.platform.grant_scopes([LINE_ITEM]);

    let batch = grades.post_all(all).await.unwrap();

    assert!(batch.stopped_by().is_some());
    assert_eq!(batch.open(), 5);
    assert_eq!(course.platform.count(Call::Score), 0);

    // So does a line item that is gone, and a deployment that is shut.
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 5);
    course.platform.uncouple();
    let batch = grades.post_all(all).await.unwrap();
    assert_eq!(
        batch.stopped_by().unwrap().kind(),
        ServiceErrorKind::LineItemGone
    );
    assert_eq!((batch.open(), course.platform.count(Call::Score)), (5, 1));

    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 5);
    let mut batch = grades.batch(all).await.unwrap();
    let deployment = grades.deployment().clone();
    use tower_lti::store::DeploymentStore;
    course
        .store
        .set_status(&deployment, DeploymentStatus::Disabled)
        .await
        .unwrap();
    let end = grades.post_batch(&mut batch).unwrap().run().await.unwrap();
    assert_eq!(end, RunEnd::Failed);
    assert_eq!(
        batch.stopped_by().unwrap().kind(),
        ServiceErrorKind::DeploymentClosed
    );
    assert_eq!((batch.open(), course.platform.requests().len()), (5, 0));
}

// ADV-41
#[tokio::test]
async fn a_platform_that_is_down_is_not_asked_for_every_student() {
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 9);
    course.platform.fail_always(Call::Score, Fault::close());
    let mut batch = grades.batch(all).await.unwrap();

    let end = grades.post_batch(&mut batch).unwrap().run().await.unwrap();

    assert_eq!(end, RunEnd::Failed);
    assert_eq!(
        batch.stopped_by().unwrap().kind(),
        ServiceErrorKind::Unavailable
    );
    assert_eq!(batch.open(), 9, "those that failed so are tried again");
    let tried = batch.failed().count();
    assert_eq!(tried, 3);

    course.platform.heal();
    let end = grades.post_batch(&mut batch).unwrap().run().await.unwrap();
    assert_eq!((end, batch.open()), (RunEnd::Finished, 0));
    assert!(words(&batch).iter().all(|word| word == "recorded"));
}

// S36, ADV-41
#[tokio::test]
async fn a_worker_that_dies_between_sending_and_noting_does_not_grade_twice() {
    for dialect in [Dialect::Reference, Dialect::Moodle, Dialect::OpenEdx] {
        let course = Course::of(dialect).await;
        let grades = course.grades();
        let all = scores(&course, 4);
        let mut batch = grades.batch(all).await.unwrap();
        let kept = serde_json::to_string(&batch).unwrap();
        let run = grades.post_batch(&mut batch).unwrap().at_most(2);
        assert_eq!(run.run().await.unwrap(), RunEnd::AtMost);
        // The process dies here, before it keeps the batch again. The clock goes on.
        course.clock.advance(Duration::from_secs(3_600));

        let mut resumed: ScoreBatch = serde_json::from_str(&kept).unwrap();
        assert_eq!(resumed.open(), 4);
        let end = course
            .grades()
            .post_batch(&mut resumed)
            .unwrap()
            .run()
            .await
            .unwrap();

        assert_eq!(end, RunEnd::Finished);
        let expected = [
            "probablyrecorded",
            "probablyrecorded",
            "recorded",
            "recorded",
        ];
        assert_eq!(words(&resumed), expected, "{dialect:?}");
        let posted = course.platform.posted_scores();
        for user in 0..4 {
            let user = format!("s-{user}");
            let of_user = posted.iter().filter(|one| one.user_id() == user);
            let recorded = of_user.clone().filter(|one| one.is_recorded()).count();
            assert_eq!(recorded, 1, "{user} is graded once");
            let times: Vec<_> = of_user.map(|one| one.json()["timestamp"].clone()).collect();
            assert!(times.iter().all(|time| *time == times[0]), "one timestamp");
        }
    }
}

// S36
#[tokio::test]
async fn a_kept_batch_has_its_outcomes_and_goes_on_where_it_was() {
    let course = Course::start().await;
    let grades = course.grades();
    let mut all = scores(&course, 3);
    all.insert(0, score("teacher-1", 1.0));
    let mut batch = grades.batch(all).await.unwrap();
    let run = grades.post_batch(&mut batch).unwrap().at_most(2);
    run.run().await.unwrap();

    let mut resumed = kept_and_read(&batch);

    assert_eq!(
        words(&resumed),
        ["not_gradable", "recorded", "open", "open"]
    );
    assert_eq!(resumed.line_item_url(), course.platform.line_item());
    assert_eq!(resumed.deployment(), grades.deployment());
    course.platform.forget_requests();
    grades
        .post_batch(&mut resumed)
        .unwrap()
        .run()
        .await
        .unwrap();
    assert_eq!(
        course.platform.count(Call::Score),
        2,
        "what is done is not sent again"
    );
    assert_eq!(
        words(&resumed),
        ["not_gradable", "recorded", "recorded", "recorded"]
    );
    let again = grades
        .post_batch(&mut resumed)
        .unwrap()
        .run()
        .await
        .unwrap();
    assert_eq!(
        (again, course.platform.count(Call::Score)),
        (RunEnd::Finished, 2)
    );
}

// S36
#[tokio::test]
async fn a_failure_that_passes_is_kept_as_open_and_one_that_stays_by_its_code() {
    let course = Course::start().await;
    let all = scores(&course, 2);
    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(500));
    course
        .platform
        .fail_next(Call::Score, 1, Fault::status(403));
    let batch = course.grades().post_all(all).await.unwrap();
    let json: serde_json::Value = serde_json::to_value(&batch).unwrap();
    let outcomes: Vec<_> = json["scores"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["outcome"])
        .collect();
    assert_eq!(outcomes, ["open", "service_refused"]);
    let token = &course.platform.issued_tokens()[0];
    assert!(!json.to_string().contains(token), "no token is kept");
}

// S36
#[tokio::test]
async fn shutdown_waits_for_the_score_that_is_on_its_way_and_hands_back_the_rest() {
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 6);
    let mut batch = grades.batch(all).await.unwrap();
    course.platform.fail_always(
        Call::Score,
        Fault::right().after(Duration::from_millis(100)),
    );
    let platform = course.platform.clone();
    let shutdown = async move {
        while platform.count(Call::Score) < 2 {
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };

    let end = grades
        .post_batch(&mut batch)
        .unwrap()
        .run_until(shutdown)
        .await
        .unwrap();

    assert_eq!(end, RunEnd::Stopped);
    assert_eq!(words(&batch)[..3], ["recorded", "recorded", "open"]);
    assert_eq!((batch.open(), course.platform.count(Call::Score)), (4, 2));

    let told_before = std::future::ready(());
    let end = grades
        .post_batch(&mut batch)
        .unwrap()
        .run_until(told_before)
        .await
        .unwrap();
    assert_eq!(end, RunEnd::Stopped);
    assert_eq!(course.platform.count(Call::Score), 2, "none is begun");
}

// ADV-41
#[tokio::test]
async fn a_batch_that_is_dropped_on_its_way_goes_on_without_grading_twice() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let all = scores(&course, 3);
    let mut batch = grades.batch(all).await.unwrap();
    course.drop_on_its_way(&mut batch, "s-0").await;
    assert_eq!(batch.open(), 3, "nobody knows of the first");

    grades.post_batch(&mut batch).unwrap().run().await.unwrap();

    assert_eq!(words(&batch), ["probablyrecorded", "recorded", "recorded"]);
}

// S35, S38
#[tokio::test]
async fn a_batch_of_another_deployment_is_refused_before_any_request() {
    let course = Course::start().await;
    let other = course.platform.launch_context();
    let other = other
        .claim(tower_lti::claims::names::DEPLOYMENT_ID, "dep-2")
        .build();
    let theirs = course.tool.services().grades(&other).unwrap();
    let mut batch = course.grades().batch([score("user-1", 1.0)]).await.unwrap();

    let refused = theirs.post_batch(&mut batch).expect_err("it is another's");

    assert_eq!(refused.kind(), ServiceErrorKind::OtherDeployment);
    let mut kept = serde_json::to_value(&batch).unwrap();
    kept["line_item"] = "https://evil.test/1".into();
    let mut forged: ScoreBatch = serde_json::from_value(kept).unwrap();
    let refused = course
        .grades()
        .post_batch(&mut forged)
        .expect_err("it is elsewhere");
    assert_eq!(refused.kind(), ServiceErrorKind::UrlElsewhere);
    assert_eq!(course.platform.requests().len(), 0);
}

// AGS-21
#[tokio::test]
async fn a_kept_score_that_nobody_could_have_made_is_refused_and_the_rest_goes_on() {
    let course = Course::start().await;
    let batch = course
        .grades()
        .batch([score("user-1", 1.0), score("user-2", 2.0)])
        .await
        .unwrap();
    let mut kept = serde_json::to_value(&batch).unwrap();
    kept["scores"][0]["score"]["points"]["given"] = (-1).into();
    let mut batch: ScoreBatch = serde_json::from_value(kept).unwrap();

    course
        .grades()
        .post_batch(&mut batch)
        .unwrap()
        .run()
        .await
        .unwrap();

    assert_eq!(words(&batch), ["value_invalid", "recorded"]);
}

// S37, AGS-14
#[tokio::test]
async fn of_two_workers_for_one_student_the_later_time_stays() {
    let course = Course::start().await;
    let earlier = course.grades().batch([score("user-1", 1.0)]).await.unwrap();
    course.clock.advance(Duration::from_secs(1));
    // Another process, which knows nothing of the first.
    let other = Course::start().await;
    other.clock.advance(Duration::from_secs(1));
    let later = course.grades().batch([score("user-1", 9.0)]).await.unwrap();
    let (mut earlier, mut later) = (earlier, later);

    course
        .grades()
        .post_batch(&mut later)
        .unwrap()
        .run()
        .await
        .unwrap();
    course
        .grades()
        .post_batch(&mut earlier)
        .unwrap()
        .run()
        .await
        .unwrap();

    assert_eq!(words(&later), ["recorded"]);
    assert_eq!(words(&earlier), ["out_of_order"]);
    assert_eq!(course.grade("user-1"), Some(90.0));
}

// ADV-41
#[tokio::test]
async fn what_the_platform_has_from_an_earlier_batch_is_left_out() {
    let course = Course::start().await;
    let grades = course.grades();
    let first = [
        score("user-1", 1.0),
        score("user-2", 2.0),
        score("nobody", 3.0),
    ];
    let first = grades.post_all(first).await.unwrap();
    course.platform.forget_requests();

    let second = [
        score("user-1", 1.0),
        score("user-2", 7.0),
        score("nobody", 3.0),
        score("user-3", 3.0),
    ];
    let mut second = grades.batch(second).await.unwrap();
    second.leave_out_recorded(&first);
    grades.post_batch(&mut second).unwrap().run().await.unwrap();

    assert_eq!(
        words(&second),
        ["unchanged", "recorded", "not_gradable", "recorded"]
    );
    assert_eq!(course.platform.count(Call::Score), 3);
    let mut twice = grades
        .batch([score("user-2", 2.0), score("user-2", 7.0)])
        .await
        .unwrap();
    twice.leave_out_recorded(&second);
    assert_eq!(twice.open(), 2, "two for one learner are both sent");
    assert_eq!(
        kind(grades.at_line_item("nowhere")),
        ServiceErrorKind::ValueInvalid
    );
}
