//! Submission review: whose work it is, and its grade.

use axum::{Router, routing::post};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_lti::{
    claims::{MessageType, names},
    launch::SubmissionReview,
    services::ServiceErrorKind,
    testing::LaunchContextBuilder,
};

use super::course::{Course, kind, score};

fn review(launch: LaunchContextBuilder) -> LaunchContextBuilder {
    launch
        .claim(names::MESSAGE_TYPE, "LtiSubmissionReviewRequest")
        .claim("sub", "teacher-1")
        .claim(
            names::FOR_USER,
            json!({
                "user_id": "user-2", "name": "Mia Meer", "given_name": "Mia", "family_name": "Meer",
                "email": "mia@school.test", "roles": ["Learner"], "person_sourcedid": "x",
            }),
        )
}

// CLAIM-44
#[test]
fn a_review_names_the_user_and_debug_does_not() {
    let launch = review(LaunchContextBuilder::new("https://lms.test", "tool-1")).build();
    let review = launch.submission_review().unwrap();

    let user = review.for_user();
    assert_eq!(user.user_id(), "user-2");
    assert_eq!(
        (user.name(), user.given_name(), user.family_name()),
        (Some("Mia Meer"), Some("Mia"), Some("Meer"))
    );
    assert_eq!(
        (user.email(), user.roles()),
        (Some("mia@school.test"), &["Learner".to_owned()][..])
    );
    assert_eq!(review.launch().claims().sub(), Some("teacher-1"));
    assert_eq!(
        *review.launch().claims().message_type(),
        MessageType::SubmissionReview
    );
    assert_eq!(review.line_item(), None);
    let shown = format!("{review:?} {user:?} {launch:?}");
    for personal in ["user-2", "Mia", "mia@", "Learner", "teacher-1"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

// CLAIM-44
#[test]
fn another_message_or_one_without_a_user_opens_no_submission() {
    let launch = || LaunchContextBuilder::new("https://lms.test", "tool-1");
    assert!(launch().build().submission_review().is_none());
    let plain = launch()
        .claim(names::FOR_USER, json!({"user_id": "user-2"}))
        .build();
    assert!(plain.submission_review().is_none(), "no review");
    assert_eq!(plain.claims().for_user().unwrap().user_id(), "user-2");
    for odd in [
        json!({}),
        json!({"user_id": ""}),
        json!({"user_id": 7}),
        json!("user-2"),
        Value::Null,
    ] {
        let odd = review(launch()).claim(names::FOR_USER, odd).build();
        assert!(odd.submission_review().is_none());
        assert!(odd.claims().for_user().is_none());
    }
}

// CLAIM-44, ADV-51
#[tokio::test]
async fn a_review_meets_the_grade_of_its_user() {
    let course = Course::start().await;
    for (user, given) in [("user-1", 1.0), ("user-2", 2.0)] {
        course.grades().post(score(user, given)).await.unwrap();
    }
    let launch = review(course.platform.launch_context()).build();
    let review = launch.submission_review().unwrap();
    assert_eq!(review.line_item(), Some(&*course.platform.line_item()));
    let grades = course.tool.services().grades(review.launch()).unwrap();

    let user = grades.of_review(&review).unwrap();

    assert_eq!(user.user_id(), "user-2");
    assert_eq!(
        user.result().await.unwrap().unwrap().result_score(),
        Some(20.0)
    );
    user.post(9.0, 10.0).await.unwrap();
    assert_eq!(
        (course.grade("user-1"), course.grade("user-2")),
        (Some(10.0), Some(90.0))
    );
}

// CLAIM-44, AGS-01, S35
#[tokio::test]
async fn a_review_without_a_line_item_or_of_another_deployment_is_refused_before_any_request() {
    let course = Course::start().await;
    let bare = review(course.platform.launch_context());
    let bare = bare.claim(
        names::AGS_ENDPOINT,
        json!({"scope": [], "lineitems": course.platform.line_items_url()}),
    );
    let bare = bare.build().submission_review().unwrap();
    assert_eq!(
        kind(course.grades().of_review(&bare)),
        ServiceErrorKind::LineItemMissing
    );
    let other = review(course.platform.launch_context()).claim(names::DEPLOYMENT_ID, "dep-2");
    let other = other.build().submission_review().unwrap();
    assert_eq!(
        kind(course.grades().of_review(&other)),
        ServiceErrorKind::OtherDeployment
    );
    assert_eq!(course.platform.requests().len(), 0);
}

async fn whose(review: SubmissionReview) -> String {
    review.for_user().user_id().to_owned()
}

// CLAIM-44
#[tokio::test]
async fn a_handler_extracts_a_review_and_refuses_other_launches() {
    let app = Router::new().route("/review", post(whose));
    let launch = || LaunchContextBuilder::new("https://lms.test", "tool-1");
    let nameless = review(launch()).without_claim(names::FOR_USER).build();
    for (launch, status, says) in [
        (Some(review(launch()).build()), 200, "user-2"),
        (Some(launch().build()), 400, "launch_invalid"),
        (Some(nameless), 400, "launch_invalid"),
        (None, 401, "launch_required"),
    ] {
        let mut request = Request::post("/review").header("accept", "application/json");
        if let Some(launch) = launch {
            request = request.extension(launch);
        }
        let request = request.body(
            Full::<Bytes>::default()
                .map_err(|never| match never {})
                .boxed_unsync(),
        );
        let request = request.unwrap().map(axum::body::Body::new);
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains(says), "{body}");
        assert!(!body.contains("user-1"));
    }
}
