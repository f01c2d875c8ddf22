//! Grades of a worker, days after the launch.

use tower_lti::{
    deployment::DeploymentStatus,
    grades::{Posted, ScoreBatch},
    services::{ServiceEndpoints, ServiceErrorKind},
    store::DeploymentStore,
    testing::Call,
};

use super::course::{Course, kind, score};

// ADV-49
#[tokio::test]
async fn a_worker_posts_days_later_with_what_was_kept_of_the_launch() {
    let course = Course::start().await;
    let launch = course.launch();
    let kept = serde_json::to_string(&launch.service_endpoints()).unwrap();
    let deployment = launch.deployment().key().clone();
    drop(launch);
    course
        .clock
        .advance(std::time::Duration::from_secs(30 * 86_400));

    let endpoints: ServiceEndpoints = serde_json::from_str(&kept).unwrap();
    let grades = course
        .tool
        .services()
        .grades_at(&deployment, &endpoints)
        .unwrap();
    let posted = grades.post(score("user-1", 5.0)).await.unwrap();

    assert_eq!(posted, Posted::Recorded);
    assert!(!kept.contains("user-1"), "no person is kept");
}

// S35, ADV-49
#[tokio::test]
async fn endpoints_of_another_deployment_are_refused_before_any_request() {
    let course = Course::start().await;
    let launch = course.launch();
    let other = course.platform.launch_context();
    let other = other
        .claim(tower_lti::claims::names::DEPLOYMENT_ID, "dep-2")
        .build();
    let mixed = course
        .tool
        .services()
        .grades_at(other.deployment().key(), &launch.service_endpoints());
    assert_eq!(kind(mixed), ServiceErrorKind::OtherDeployment);
    assert_eq!(course.platform.requests().len(), 0);
}

// S38
#[tokio::test]
async fn a_deployment_that_was_shut_since_gets_no_grades() {
    let course = Course::start().await;
    let grades = course.grades();
    for status in [DeploymentStatus::Disabled, DeploymentStatus::Pending] {
        course
            .store
            .set_status(grades.deployment(), status)
            .await
            .unwrap();
        let refused = grades
            .post(score("user-1", 5.0))
            .await
            .expect_err("it is shut");
        assert_eq!(refused.kind(), ServiceErrorKind::DeploymentClosed);
        assert_eq!(
            kind(grades.line_items().collect().await),
            ServiceErrorKind::DeploymentClosed
        );
    }
    course.store.remove(grades.deployment()).await.unwrap();
    assert_eq!(
        kind(grades.get_line_item().await),
        ServiceErrorKind::DeploymentClosed
    );
    assert_eq!(course.platform.requests().len(), 0);
}

// ADV-49, S36
#[tokio::test]
async fn a_batch_is_kept_by_one_process_and_sent_by_another() {
    let course = Course::start().await;
    let launch = course.launch();
    let batch = course
        .grades()
        .batch([score("user-1", 5.0), score("user-2", 6.0)])
        .await
        .unwrap();
    let kept = serde_json::to_string(&(launch.service_endpoints(), batch)).unwrap();

    let (endpoints, mut batch): (ServiceEndpoints, ScoreBatch) =
        serde_json::from_str(&kept).unwrap();
    let grades = course
        .tool
        .services()
        .grades_at(batch.deployment(), &endpoints)
        .unwrap();
    grades.post_batch(&mut batch).unwrap().run().await.unwrap();

    assert_eq!(batch.open(), 0);
    assert_eq!(course.platform.count(Call::Score), 2);
}
