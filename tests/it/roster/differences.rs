//! What has changed since a roster was read.

use tower_lti::{
    roster::{Differences, MemberStatus},
    services::ServiceErrorKind,
};

use super::course::{Course, container, members};

// NRPS-05, ADV-69
#[tokio::test]
async fn differences_are_kept_and_asked_for_later_with_nothing_added() {
    let course = Course::start().await;
    let since = "<?since=17&X=%7e>; rel=\"differences\"";
    course.answer(&format!("{since}, <?p=2>; rel=next"), members(&["1"]));
    course.answer("<?since=18>; rel=differences", members(&["2"]));
    let all = course.roster().collect().await.unwrap();

    let kept = serde_json::to_string(all.differences().unwrap()).unwrap();
    let kept: Differences = serde_json::from_str(&kept).unwrap();
    course.answer(
        "",
        container(r#"{"user_id":"1","status":"Deleted"},{"user_id":"3","roles":["Learner"]}"#),
    );
    let roster = course.roster().role("Learner").differences(&kept).unwrap();
    let changed = roster.collect().await.unwrap();

    assert_eq!(course.queries()[2], "since=17&X=%7e");
    assert_eq!(changed.get("1").unwrap().status(), &MemberStatus::Deleted);
    assert!(changed.get("3").is_some());
    assert!(changed.differences().is_none());
    assert_eq!(kept.deployment(), course.launch().deployment().key());
    assert!(!format!("{kept:?} {all:?}").contains("since"));
}

// ADV-69, S03
#[tokio::test]
async fn differences_elsewhere_or_of_another_deployment_are_not_asked_for() {
    let course = Course::start().await;
    course.answer(
        "<https://evil.test/since>; rel=differences",
        members(&["1"]),
    );
    let all = course.roster().collect().await.unwrap();
    assert!(all.differences().is_none());

    course.answer("<?since=1>; rel=differences", members(&["1"]));
    let all = course.roster().collect().await.unwrap();
    let kept = serde_json::to_value(all.differences().unwrap()).unwrap();
    for (name, value, kind) in [
        (
            "/url",
            "https://evil.test/since",
            ServiceErrorKind::UrlElsewhere,
        ),
        ("/url", "no URL", ServiceErrorKind::UrlElsewhere),
        ("/deployment/id", "dep-2", ServiceErrorKind::OtherDeployment),
    ] {
        let mut changed = kept.clone();
        *changed.pointer_mut(name).unwrap() = value.into();
        let changed: Differences = serde_json::from_value(changed).unwrap();
        let refused = course.roster().differences(&changed).unwrap_err();
        assert_eq!(refused.kind(), kind, "{value}");
    }
    assert_eq!(course.asked().len(), 2);
}
