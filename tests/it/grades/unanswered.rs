//! Batches before a platform that does not answer, or answers too late.

use std::time::Duration;

use tower_lti::{
    grades::{LineItemDraft, Posted, RunEnd, ScoreBatch},
    services::ServiceErrorKind,
    testing::{Call, Dialect, Fault},
};

use super::{
    batches::{kept_and_read, scores, words},
    course::{Course, kind, score},
};

/// How many scores the platform recorded.
fn recorded(course: &Course) -> usize {
    let posted = course.platform.posted_scores();
    posted.iter().filter(|one| one.is_recorded()).count()
}

async fn run(course: &Course, batch: &mut ScoreBatch) -> RunEnd {
    let grades = course.grades();
    grades.post_batch(batch).unwrap().run().await.unwrap()
}

// ADV-39, ADV-41, S36
#[tokio::test]
async fn canvas_gets_a_batched_score_again_only_when_somebody_decides_so() {
    for lost in [
        Fault::close().having_acted(),
        Fault::status(500).having_acted(),
        Fault::status(503).having_acted(),
    ] {
        let course = Course::of(Dialect::Canvas).await;
        let grades = course.grades();
        course.platform.fail_next(Call::Score, 1, lost);
        let mut batch = grades.post_all([score("user-1", 5.0)]).await.unwrap();
        assert_eq!((words(&batch), batch.open()), (vec!["unknown".into()], 0));

        run(&course, &mut batch).await;
        let mut batch = kept_and_read(&batch);
        run(&course, &mut batch).await;
        assert_eq!(words(&batch), ["unknown"]);
        assert_eq!(
            (course.platform.count(Call::Score), recorded(&course)),
            (1, 1)
        );

        assert_eq!((batch.send_unknown(), batch.open()), (1, 1));
        run(&course, &mut batch).await;
        assert_eq!(words(&batch), ["recorded"]);
        assert_eq!(course.platform.count(Call::Score), 2);
    }
}

// ADV-39, ADV-41, S36
#[tokio::test]
async fn canvas_gets_no_score_again_that_was_on_its_way_when_a_batch_was_dropped() {
    let course = Course::of(Dialect::Canvas).await;
    let grades = course.grades();
    let all = scores(&course, 2);
    let mut batch = grades.batch(all).await.unwrap();
    course.drop_on_its_way(&mut batch, "s-0").await;

    let mut batch = kept_and_read(&batch);
    run(&course, &mut batch).await;

    assert_eq!(words(&batch), ["unknown", "recorded"]);
    assert_eq!(course.platform.count(Call::Score), 2);
}

// ADV-38, ADV-41
#[tokio::test]
async fn canvas_gets_a_score_again_that_it_surely_did_not_act_on() {
    let course = Course::of(Dialect::Canvas).await;
    let grades = course.grades();
    let limited = Fault::status(429).with_header("retry-after", "60");
    course.platform.fail_next(Call::Score, 1, limited);
    let mut batch = grades.post_all([score("user-1", 5.0)]).await.unwrap();
    assert_eq!(batch.open(), 1);

    run(&course, &mut batch).await;

    assert_eq!(
        (words(&batch), recorded(&course)),
        (vec!["recorded".into()], 1)
    );
}

// ADV-39
#[tokio::test]
async fn an_answer_of_503_says_not_that_nothing_was_done() {
    let acted = || Fault::status(503).having_acted();
    let course = Course::of(Dialect::Moodle).await;
    course.platform.fail_next(Call::Score, 1, acted());
    let posted = course.grades().post(score("user-1", 5.0)).await;
    assert_eq!(posted.unwrap(), Posted::ProbablyRecorded);

    let course = Course::of(Dialect::Canvas).await;
    course.platform.fail_next(Call::Score, 1, acted());
    let posted = course.grades().post(score("user-1", 5.0)).await;
    assert_eq!(kind(posted), ServiceErrorKind::Unavailable);
    assert_eq!(course.platform.count(Call::Score), 1);

    for status in [500, 502, 503, 504] {
        let course = Course::start().await;
        let acted = Fault::status(status).having_acted();
        course.platform.fail_next(Call::LineItemCreation, 1, acted);
        let draft = LineItemDraft::new("Quiz", 10.0).unwrap().resource_id("q");
        let found = course.grades().find_or_create(&draft).await.unwrap();
        assert!(found.created && found.duplicates.is_empty(), "{status}");
        assert_eq!(course.platform.count(Call::LineItemCreation), 1, "{status}");
    }
}

// ADV-39, ADV-41
#[tokio::test]
async fn a_score_that_may_have_been_taken_before_a_rate_limit_is_no_later_one() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let mut batch = grades.batch([score("user-1", 5.0)]).await.unwrap();
    let limited = Fault::status(429).with_header("retry-after", "60");
    let lost = Fault::close().having_acted();
    course.platform.fail_next(Call::Score, 1, lost);
    course.platform.fail_next(Call::Score, 1, limited);

    assert_eq!(run(&course, &mut batch).await, RunEnd::Failed);
    assert_eq!(run(&course, &mut batch).await, RunEnd::Finished);

    assert_eq!(words(&batch), ["probablyrecorded"]);
    assert_eq!(recorded(&course), 1);
}

// S36, ADV-39
#[tokio::test]
async fn a_kept_score_that_never_went_out_is_not_taken_for_a_later_one() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let batch = grades.batch([score("user-1", 5.0)]).await.unwrap();
    let mut kept = kept_and_read(&batch);
    grades.post(score("user-1", 2.0)).await.unwrap();

    run(&course, &mut kept).await;

    assert_eq!(words(&kept), ["out_of_order"]);
    assert_eq!(course.grade("user-1"), Some(20.0));
}

// ADV-41
#[tokio::test]
async fn a_score_is_left_out_only_where_no_other_of_its_learner_may_have_replaced_it() {
    let course = Course::of(Dialect::Canvas).await;
    let grades = course.grades();
    let both = [score("user-1", 1.0), score("user-1", 7.0)];
    let mut first = grades.batch(both).await.unwrap();
    let one = grades.post_batch(&mut first).unwrap().at_most(1);
    assert_eq!(one.run().await.unwrap(), RunEnd::AtMost);
    let lost = Fault::close().having_acted();
    course.platform.fail_next(Call::Score, 1, lost);
    let mut open = first.clone();
    run(&course, &mut first).await;
    assert_eq!(course.grade("user-1"), Some(70.0));

    for earlier in [&first, &open] {
        let mut second = grades.batch([score("user-1", 1.0)]).await.unwrap();
        second.leave_out_recorded(earlier);
        assert_eq!(second.open(), 1);
    }
    let mut second = grades.batch([score("user-1", 1.0)]).await.unwrap();
    second.leave_out_recorded(&first);
    run(&course, &mut second).await;
    assert_eq!(course.grade("user-1"), Some(10.0));

    // What was probably recorded is not known to be there.
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let lost = Fault::close().having_acted();
    course.platform.fail_next(Call::Score, 1, lost);
    open = grades.post_all([score("user-1", 1.0)]).await.unwrap();
    assert_eq!(words(&open), ["probablyrecorded"]);
    let mut second = grades.batch([score("user-1", 1.0)]).await.unwrap();
    second.leave_out_recorded(&open);
    assert_eq!(second.open(), 1);
}

// ADV-41, S36
#[tokio::test]
async fn a_loop_of_runs_ends_when_it_is_stopped_at_the_last_score_of_one() {
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 4);
    let mut batch = grades.batch(all).await.unwrap();
    let slow = Fault::right().after(Duration::from_millis(200));
    course.platform.fail_always(Call::Score, slow);
    let platform = course.platform.clone();
    let mut shutdown = Box::pin(async move {
        while platform.count(Call::Score) < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });

    let end = loop {
        let run = grades.post_batch(&mut batch).unwrap().at_most(2);
        match run.run_until(&mut shutdown).await.unwrap() {
            RunEnd::AtMost => {}
            end => break end,
        }
    };

    assert_eq!((end, batch.open()), (RunEnd::Stopped, 2));
    assert_eq!(course.platform.count(Call::Score), 2);
}

// ADV-41, S36
#[tokio::test]
async fn a_batch_that_waits_for_another_at_its_host_sends_nothing_more_when_it_is_stopped() {
    let course = Course::start().await;
    let all = scores(&course, 3);
    let mut batches = Vec::new();
    for _ in 0..2 {
        batches.push(course.grades().batch(all.clone()).await.unwrap());
    }
    let slow = Fault::right().after(Duration::from_millis(200));
    course.platform.fail_always(Call::Score, slow);
    let stop = || {
        let platform = course.platform.clone();
        async move {
            while platform.count(Call::Score) < 1 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    };
    let (one, other) = batches.split_at_mut(1);
    let grades = course.grades();
    let one = grades.post_batch(&mut one[0]).unwrap().run_until(stop());
    let other = grades.post_batch(&mut other[0]).unwrap().run_until(stop());

    let (one, other) = tokio::join!(one, other);

    assert_eq!(
        (one.unwrap(), other.unwrap()),
        (RunEnd::Stopped, RunEnd::Stopped)
    );
    assert_eq!(course.platform.count(Call::Score), 1);
    assert_eq!((batches[0].open(), batches[1].open()), (2, 3));
}

// ADV-41
#[tokio::test]
async fn a_loop_of_runs_tries_each_score_and_ends_though_all_fail() {
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 6);
    let mut batch = grades.batch(all).await.unwrap();
    course.platform.fail_always(Call::Score, Fault::status(500));

    for round in 1..=2 {
        for run in 1..=3 {
            let chunk = grades.post_batch(&mut batch).unwrap().at_most(2);
            let end = chunk.run().await.unwrap();
            let expected = match run {
                3 => RunEnd::Finished,
                _ => RunEnd::AtMost,
            };
            assert_eq!(end, expected, "round {round}, run {run}");
            // As a worker does that keeps the batch after each run, and reads it again.
            batch = kept_and_read(&batch);
        }
        for learner in 0..6 {
            let sent = course.platform.requests_for(Call::Score);
            let bodies = sent
                .iter()
                .map(|one| String::from_utf8_lossy(one.body()).into_owned());
            let user = format!("\"s-{learner}\"");
            let of_user = bodies.filter(|body| body.contains(&user)).count();
            assert_eq!(of_user, round, "{user}");
        }
    }
    course.platform.heal();
    run(&course, &mut batch).await;
    assert_eq!(batch.open(), 0);
}

// ADV-41
#[tokio::test]
async fn three_failures_of_the_platform_in_a_row_end_a_run_and_the_next_begins_behind_them() {
    let course = Course::start().await;
    let grades = course.grades();
    let all = scores(&course, 6);
    let mut batch = grades.batch(all).await.unwrap();
    course.platform.fail_always(Call::Score, Fault::status(502));
    assert_eq!(run(&course, &mut batch).await, RunEnd::Failed);
    assert_eq!((batch.open(), course.platform.count(Call::Score)), (6, 3));

    course.platform.heal();
    course.platform.forget_requests();
    assert_eq!(run(&course, &mut batch).await, RunEnd::Finished);

    let sent = course.platform.posted_scores();
    let users: Vec<_> = sent.iter().map(|one| one.user_id().to_owned()).collect();
    assert_eq!(
        users[users.len() - 6..],
        ["s-3", "s-4", "s-5", "s-0", "s-1", "s-2"]
    );
    assert_eq!(batch.open(), 0);
}
