//! Bounds of time and memory, before platforms that are slow or send nonsense.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tower_lti::{
    grades::LineItemDraft,
    registration::{ClientId, Issuer, Registration},
    services::{ListBounds, ServiceErrorKind},
    store::{IssuerMatch, RegistrationStore, StoreError},
    testing::{Call, Dialect, Fault},
    tool::Limits,
};

use super::course::{Course, kind, score};

/// Registrations that never answer.
struct Hanging;

impl RegistrationStore for Hanging {
    async fn find(
        &self,
        _: &Issuer,
        _: &ClientId,
        _: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        std::future::pending().await
    }

    async fn find_by_issuer(&self, _: &Issuer) -> Result<IssuerMatch, StoreError> {
        std::future::pending().await
    }

    async fn find_by_login_name(&self, _: &str) -> Result<Option<Arc<Registration>>, StoreError> {
        std::future::pending().await
    }
}

/// A course whose tool has so many seconds for a call.
async fn within(dialect: Dialect, seconds: u64) -> Course {
    let limits = Limits::default().service_call_timeout(Duration::from_secs(seconds));
    Course::built(dialect, |one| one, |tool| tool.limits(limits)).await
}

#[tokio::test]
async fn registrations_that_never_answer_hold_up_no_batch() {
    let course = Course::built(
        Dialect::Reference,
        |one| one,
        |tool| tool.registrations(Hanging),
    )
    .await;
    let grades = course.grades();
    let batch = grades.batch([score("user-1", 5.0)]);
    let batch = tokio::time::timeout(Duration::from_secs(5), batch).await;
    assert_eq!(
        kind(batch.expect("it is given up")),
        ServiceErrorKind::StoreUnavailable
    );
}

// ADV-42
#[tokio::test]
async fn the_question_what_a_refusal_means_has_the_time_that_is_left() {
    let course = within(Dialect::Reference, 2).await;
    let late = Fault::status(404).after(Duration::from_millis(1_500));
    course.platform.fail_always(Call::Score, late);
    course.platform.fail_always(Call::LineItem, Fault::hang());
    let began = Instant::now();

    let posted = course.grades().post(score("user-1", 5.0)).await;

    assert_eq!(kind(posted), ServiceErrorKind::NotGradable);
    assert!(began.elapsed() < Duration::from_millis(2_900));
}

// ADV-45
#[tokio::test]
async fn who_waits_for_others_to_create_a_line_item_waits_no_longer_than_for_a_call() {
    let course = within(Dialect::Reference, 1).await;
    course.platform.fail_always(Call::LineItems, Fault::hang());
    let grades = course.grades();
    let draft = LineItemDraft::new("Quiz", 10.0).unwrap().resource_id("q");
    let began = Instant::now();

    let found = join_all((0..6).map(|_| grades.find_or_create(&draft))).await;

    for found in found {
        assert_eq!(kind(found), ServiceErrorKind::TimedOut);
    }
    assert!(began.elapsed() < Duration::from_secs(4));
}

// ADV-45
#[tokio::test]
async fn where_line_items_cannot_be_read_none_is_created() {
    let course = Course::start().await;
    let grades = course.grades();
    let body = r#"[{"id":5,"label":"Quiz","scoreMaximum":10,"resourceId":"q"}]"#;
    course
        .platform
        .fail_always(Call::LineItems, Fault::body(body));
    let draft = LineItemDraft::new("Quiz", 10.0).unwrap().resource_id("q");

    let found = grades.find_or_create(&draft).await;

    assert_eq!(kind(found), ServiceErrorKind::AnswerInvalid);
    assert_eq!(course.platform.count(Call::LineItemCreation), 0);
    let items = grades.line_items().collect().await;
    assert_eq!(kind(items), ServiceErrorKind::AnswerInvalid);
    course
        .platform
        .fail_always(Call::Results, Fault::body(r#"[{"resultScore":5}]"#));
    let results = grades.results().collect().await;
    assert_eq!(kind(results), ServiceErrorKind::AnswerInvalid);

    // One that fits is found beside them.
    course.platform.heal();
    let body = r#"[{"id":5},{"id":"https://lms.test/1","resourceId":"q"}]"#;
    course
        .platform
        .fail_always(Call::LineItems, Fault::body(body));
    let found = grades.find_or_create(&draft).await.unwrap();
    assert_eq!(found.item.id(), "https://lms.test/1");
}

// S05
#[tokio::test]
async fn a_list_or_line_item_that_takes_too_much_memory_is_refused() {
    let course = Course::start().await;
    let grades = course.grades();
    let hollow = ["{}"; 30_000].join(",");
    let entry = format!(r#"{{"id":"https://lms.test/1","x":[{hollow}]}}"#);
    course
        .platform
        .fail_always(Call::LineItem, Fault::body(entry.clone()));
    assert_eq!(
        kind(grades.get_line_item().await),
        ServiceErrorKind::AnswerTooLarge
    );

    let page = format!("[{}]", vec![entry; 40].join(","));
    course
        .platform
        .fail_always(Call::LineItems, Fault::body(page));
    let items = grades.line_items().collect().await;
    assert_eq!(kind(items), ServiceErrorKind::ListIncomplete);

    let many = format!("[{}]", ["{}"; 30].join(","));
    course
        .platform
        .fail_always(Call::LineItems, Fault::body(many));
    let bounds = ListBounds::new().max_entries(20);
    let items = grades.line_items().bounds(bounds).collect().await;
    assert_eq!(kind(items), ServiceErrorKind::ListIncomplete);
}

// ADV-55
#[tokio::test]
async fn a_line_item_whose_url_has_a_limit_is_asked_once_for_results() {
    let course = Course::start().await;
    let url = format!("{}?limit=5", course.platform.line_item());
    course
        .platform
        .fail_always(Call::Results, Fault::status(404));
    let results = course.grades().at_line_item(&url).unwrap().results();

    let results = results.user_id("user-1").page_size(5).collect().await;

    assert!(results.unwrap().is_empty());
    assert_eq!(course.platform.count(Call::Results), 1);
}

// AGS-21
#[tokio::test]
async fn a_kept_extension_that_could_not_be_made_is_refused() {
    let course = Course::start().await;
    let name = "https://lms.test/extension";
    let family = tower_lti::registration::ProductFamily::Canvas;
    let graded = score("user-1", 1.0).extension(family, name, true).unwrap();
    let batch = course.grades().batch([graded]).await.unwrap();
    let kept = serde_json::to_string(&batch).unwrap();
    assert!(serde_json::from_str::<tower_lti::grades::ScoreBatch>(&kept).is_ok());
    let forged = kept.replace(name, "userId");
    assert!(serde_json::from_str::<tower_lti::grades::ScoreBatch>(&forged).is_err());
}
