//! What a launch offers, and what is refused before any request.

use serde_json::{Value, json};
use tower_lti::{
    claims::names,
    grades::LineItemDraft,
    services::ServiceErrorKind,
    testing::{Call, Dialect},
};

use super::course::{Course, LINE_ITEM, LINE_ITEM_READONLY, RESULT, SCORE, kind, score};

// AGS-01, ADV-43
#[tokio::test]
async fn a_launch_without_the_service_is_refused_before_any_request() {
    let course = Course::start().await;
    let services = course.tool.services();

    let bare = course.platform.launch_context();
    let bare = bare.without_claim(names::AGS_ENDPOINT).build();
    let refused = services.grades(&bare).expect_err("there is no claim");
    assert_eq!(refused.kind(), ServiceErrorKind::NotOffered);
    assert_eq!(refused.status(), 403);
    for claim in [
        json!({"scope": [SCORE]}),
        json!({"scope": [SCORE], "lineitem": "", "lineitems": null}),
        json!("none"),
    ] {
        let refused = course.grades_with(claim.clone());
        assert_eq!(kind(refused), ServiceErrorKind::NotOffered, "{claim}");
    }

    assert_eq!(course.platform.requests().len(), 0);
}

// S01, AGS-01
#[tokio::test]
async fn an_address_that_no_request_is_sent_to_is_told_apart_from_none() {
    let course = Course::start().await;
    let list = course.platform.line_items_url();
    for wrong in [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://user@lms.test/1",
        "not a url",
    ] {
        for claim in [
            json!({"scope": [SCORE], "lineitem": wrong}),
            json!({"scope": [SCORE], "lineitems": wrong}),
        ] {
            let refused = course.grades_with(claim).expect_err("it is refused");
            assert_eq!(refused.kind(), ServiceErrorKind::UrlRefused, "{wrong}");
        }
        let claim = json!({"scope": [SCORE], "lineitems": list, "lineitem": wrong});
        let grades = course.grades_with(claim).unwrap();
        let refused = grades.post(score("user-1", 1.0)).await;
        assert_eq!(kind(refused), ServiceErrorKind::UrlRefused, "{wrong}");
    }
    assert_eq!(course.platform.requests().len(), 0);
}

// AGS-01, ADV-43
#[tokio::test]
async fn a_launch_with_either_address_offers_what_that_is_good_for() {
    let course = Course::start().await;
    let (list, own) = (
        course.platform.line_items_url(),
        course.platform.line_item(),
    );
    let scope = json!([LINE_ITEM, SCORE, RESULT]);

    for absent in [
        json!({}),
        json!({"lineitem": null}),
        json!({"lineitem": ""}),
    ] {
        let mut claim = json!({"scope": scope, "lineitems": list});
        if let Some(lineitem) = absent.get("lineitem") {
            claim["lineitem"] = lineitem.clone();
        }
        let grades = course.grades_with(claim).unwrap();
        assert_eq!(grades.line_item_url(), None);
        assert_eq!(
            kind(grades.post(score("user-1", 1.0)).await),
            ServiceErrorKind::LineItemMissing
        );
        assert_eq!(
            kind(grades.results().collect().await),
            ServiceErrorKind::LineItemMissing
        );
        assert_eq!(
            kind(grades.get_line_item().await),
            ServiceErrorKind::LineItemMissing
        );
        assert_eq!(
            kind(grades.delete_line_item().await),
            ServiceErrorKind::LineItemMissing
        );
        assert_eq!(
            kind(grades.batch([]).await),
            ServiceErrorKind::LineItemMissing
        );
        assert_eq!(course.platform.requests().len(), 0);
    }
    let grades = course
        .grades_with(json!({"scope": scope, "lineitem": own}))
        .unwrap();
    assert_eq!(grades.line_item_url(), Some(&*own));
    let draft = LineItemDraft::new("Quiz", 1.0).unwrap().tag("t");
    assert_eq!(
        kind(grades.line_items().collect().await),
        ServiceErrorKind::NotOffered
    );
    assert_eq!(
        kind(grades.create_line_item(&draft).await),
        ServiceErrorKind::NotOffered
    );
    assert_eq!(
        kind(grades.find_or_create(&draft).await),
        ServiceErrorKind::NotOffered
    );
    assert_eq!(course.platform.requests().len(), 0);
    grades.post(score("user-1", 1.0)).await.unwrap();
}

// AGS-02, ADV-17, AGS-S1, AGS-S2, AGS-S3, AGS-S4
#[tokio::test]
async fn a_call_asks_for_the_least_scope_that_it_needs_of_those_that_are_listed() {
    let course = Course::start().await;
    let all = course.grades();
    let draft = LineItemDraft::new("Quiz", 1.0).unwrap();
    all.line_items().collect().await.unwrap();
    all.get_line_item().await.unwrap();
    let other = all.create_line_item(&draft).await.unwrap();
    all.results().collect().await.unwrap();
    all.post(score("user-1", 1.0)).await.unwrap();
    let other = all.at_line_item(other.id()).unwrap();
    other
        .update_line_item(|item| item.label("Q"))
        .await
        .unwrap();
    other.delete_line_item().await.unwrap();
    assert_eq!(
        asked_scopes(&course),
        [LINE_ITEM_READONLY, LINE_ITEM, RESULT, SCORE],
    );

    let course = Course::start().await;
    let writing = course.grades_with_scopes(&[LINE_ITEM]);
    writing.line_items().collect().await.unwrap();
    assert_eq!(asked_scopes(&course), [LINE_ITEM]);
}

fn asked_scopes(course: &Course) -> Vec<String> {
    let tokens = course.platform.requests_for(Call::Token);
    let scopes = tokens.iter().map(|request| {
        let form = form_urlencoded::parse(request.body());
        let mut scopes = form.filter(|(name, _)| name == "scope");
        scopes.next().expect("a scope is asked for").1.into_owned()
    });
    scopes.collect()
}

// AGS-02, ADV-17
#[tokio::test]
async fn a_scope_that_the_launch_does_not_list_is_refused_before_any_request() {
    let course = Course::start().await;
    let reading = course.grades_with_scopes(&[LINE_ITEM_READONLY]);
    let draft = LineItemDraft::new("Quiz", 1.0).unwrap().tag("t");

    let refused = reading
        .post(score("user-1", 1.0))
        .await
        .expect_err("no scope");
    assert_eq!(refused.kind(), ServiceErrorKind::ScopeNotGranted);
    assert_eq!(refused.detail(), Some(SCORE));
    assert_eq!(
        kind(reading.post_all([score("user-1", 1.0)]).await),
        ServiceErrorKind::ScopeNotGranted
    );
    for refused in [
        kind(reading.create_line_item(&draft).await),
        kind(reading.find_or_create(&draft).await),
        kind(reading.update_line_item(Ok).await),
        kind(reading.delete_coupled().await),
        kind(reading.results().collect().await),
        kind(
            course
                .grades_with_scopes(&[SCORE])
                .line_items()
                .collect()
                .await,
        ),
        kind(course.grades_with_scopes(&[]).get_line_item().await),
    ] {
        assert_eq!(refused, ServiceErrorKind::ScopeNotGranted);
    }

    assert_eq!(course.platform.requests().len(), 0);
}

// AGS-09, S02
#[tokio::test]
async fn a_line_item_elsewhere_gets_no_token() {
    let course = Course::start().await;
    let grades = course.grades();
    let own = course.platform.line_item();
    let other_port = own.replacen("127.0.0.1", "127.0.0.2", 1);
    for (url, expected) in [
        (
            "https://elsewhere.test/lineitems/1",
            ServiceErrorKind::UrlElsewhere,
        ),
        (&*other_port, ServiceErrorKind::UrlElsewhere),
        ("not a url", ServiceErrorKind::ValueInvalid),
        ("file:///etc/passwd", ServiceErrorKind::ValueInvalid),
        ("http://user@127.0.0.1/1", ServiceErrorKind::ValueInvalid),
        ("", ServiceErrorKind::ValueInvalid),
    ] {
        let refused = grades.at_line_item(url).expect_err("it is elsewhere");
        assert_eq!(
            (refused.kind(), refused.status().as_u16()),
            (expected, 422),
            "{url}"
        );
    }
    assert_eq!(course.platform.requests().len(), 0);
}

// ADV-43
#[tokio::test]
async fn where_several_line_items_belong_to_a_link_the_caller_chooses() {
    let course = Course::of(Dialect::OpenEdx).await;
    let bonus = json!({
        "label": "Bonus", "scoreMaximum": 5, "resourceLinkId": "rl-1", "resourceId": "quiz", "tag": "bonus",
    });
    let bonus = course.platform.add_line_item(bonus);
    let grades = course.grades();

    let found = grades
        .line_items()
        .resource_id("quiz")
        .tag("bonus")
        .collect()
        .await
        .unwrap();

    assert_eq!(found.len(), 1);
    let chosen = grades.at_line_item(found[0].id()).unwrap();
    chosen.post(score("user-1", 10.0)).await.unwrap();
    let grade = course.platform.grade_of(&bonus, "user-1").unwrap();
    assert_eq!(grade.score(), Some(5.0));
    assert_eq!(course.grade("user-1"), None);
}

// ADV-27
#[tokio::test]
async fn no_debug_shows_a_user_a_score_or_a_query() {
    let course = Course::of(Dialect::Moodle).await;
    let grades = course.grades();
    let shown = score("user-secret", 7.25)
        .comment("personal words")
        .scoring_user_id("teacher-secret");
    grades
        .post(score("user-1", 7.25).comment("personal words"))
        .await
        .unwrap();
    let results = grades.results().collect().await.unwrap();
    let refused = grades
        .post(score("user-secret", 7.25))
        .await
        .expect_err("nobody knows them");
    let batch = grades.batch([shown.clone()]).await.unwrap();
    let pages = grades
        .results()
        .pages()
        .unwrap()
        .next_page()
        .await
        .unwrap()
        .unwrap();
    let everything = format!(
        "{grades:?} {shown:?} {results:?} {refused:?} {refused} {batch:?} {:?} {pages:?} {:?} {:?} {:?} {:?} {:?}",
        batch.scores(),
        grades.of_user("user-secret"),
        grades.results().user_id("user-secret"),
        grades.line_items(),
        grades.line_items().collect().await.unwrap(),
        LineItemDraft::new("personal words", 7.25),
    );
    for secret in ["secret", "7.25", "personal words", "user-1", "type_id"] {
        assert!(!everything.contains(secret), "{secret}: {everything}");
    }
    assert_eq!(refused.user(), Some("user-secret"));
    let _: Value = serde_json::to_value(&batch).unwrap();
}
