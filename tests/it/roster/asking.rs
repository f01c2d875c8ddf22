//! What a platform is asked.

use serde_json::json;
use tower_lti::{
    claims::{ContextRole, names},
    roster::RoleFilter,
    services::ServiceErrorKind,
    testing::Call,
};

use super::course::{CONTAINER, Course};

const MEMBERSHIP: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

// NRPS-E1, NRPS-E2, NRPS-E3, NRPS-E5, NRPS-01, NRPS-11, ADV-56, CERT-NRPS-1, CERT-NRPS-2, CERT-NRPS-3, CERT-NRPS-4,
// CERT-NRPS-5
#[tokio::test]
async fn the_list_is_asked_for_by_get_with_one_media_type_a_token_and_a_limit() {
    let course = Course::start().await;

    let members = course.roster().collect().await.unwrap();

    assert_eq!(members.len(), 4);
    let [asked] = &course.asked()[..] else {
        panic!("one request");
    };
    assert_eq!(asked.method(), "GET");
    assert!(course.platform.members_url().ends_with(asked.path()));
    assert_eq!(asked.query(), Some("limit=200"));
    assert_eq!(asked.header("accept"), CONTAINER);
    assert_eq!(asked.header("authorization"), "Bearer #1");
    assert!(asked.body().is_empty() && asked.header("content-type").is_empty());
    let token = &course.platform.requests_for(Call::Token)[0];
    let form = String::from_utf8(token.body().to_vec()).unwrap();
    let scope = form_urlencoded::parse(form.as_bytes()).find(|(name, _)| name == "scope");
    assert_eq!(scope.unwrap().1, MEMBERSHIP);
}

// NRPS-E4, NRPS-E6, NRPS-07
#[tokio::test]
async fn parameters_are_encoded_and_added_to_the_query_that_is_there() {
    let course = Course::start().await;
    let roster = course.roster_at("?type=(a)%20%7eb&");

    let asked = roster
        .role(ContextRole::Learner)
        .resource_link_id("rl 1&x=#")
        .page_size(7);
    let _ = asked.collect().await;

    assert_eq!(
        course.queries(),
        ["type=(a)%20%7eb&rlid=rl%201%26x%3D%23&\
          role=http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%23Learner&limit=7"]
    );
}

// NRPS-E4, NRPS-E5
#[tokio::test]
async fn a_role_is_sent_as_it_was_written_and_a_page_size_only_where_it_is_wanted() {
    let course = Course::start().await;
    let role = RoleFilter::from("Instructor");

    let teachers = course.roster().role(role).any_page_size().collect().await;
    let all = course.roster().page_size(0).collect().await.unwrap();

    assert_eq!(teachers.unwrap().len(), 1);
    assert_eq!(all.len(), 4);
    assert_eq!(course.queries()[..2], ["role=Instructor", "limit=1"]);
}

// ADV-58
#[tokio::test]
async fn a_parameter_that_is_in_the_url_already_is_not_added_twice() {
    let course = Course::start().await;
    let roster = course.roster_at("?rlid=rl-1&limit=2&role=Learner");

    let members = roster
        .resource_link_id("rl-1")
        .page_size(50)
        .role("Learner")
        .collect()
        .await
        .unwrap();

    assert_eq!(members.len(), 3);
    assert_eq!(course.queries()[0], "rlid=rl-1&limit=2&role=Learner");
}

// NRPS-E6, NRPS-F5, NRPS-08
#[tokio::test]
async fn the_launch_s_own_resource_link_is_asked_for_and_another_may_be_refused() {
    let course = Course::start().await;
    let claim = "https://purl.imsglobal.org/spec/lti/claim/message_type";

    let own = course.roster().resource_link().unwrap().collect().await;
    let other = course.roster().resource_link_id("rl-9").collect().await;

    let own = own.unwrap();
    assert_eq!(
        own.as_slice()[0].messages()[0][claim],
        "LtiResourceLinkRequest"
    );
    assert_eq!(
        course.queries(),
        ["rlid=rl-1&limit=200", "rlid=rl-9&limit=200"]
    );
    let refused = other.unwrap_err();
    assert_eq!(refused.kind(), ServiceErrorKind::Refused);
    assert_eq!(refused.platform_status().unwrap(), 404);

    let launch = course.launch().service_endpoints();
    let mut kept = serde_json::to_value(&launch).unwrap();
    kept.as_object_mut().unwrap().remove("resource_link_id");
    let kept = serde_json::from_value(kept).unwrap();
    let key = course.launch().deployment().key().clone();
    let roster = course.tool.services().roster_at(&key, &kept).unwrap();
    let no_link = roster.resource_link().unwrap_err();
    assert_eq!(no_link.kind(), ServiceErrorKind::ValueInvalid);
}

// NRPS-F6, NRPS-12, NRPS-13, ADV-68
#[tokio::test]
async fn a_launch_without_the_service_in_version_2_is_told_so_before_any_request() {
    let course = Course::start().await;
    let services = course.tool.services();
    let url = course.platform.members_url();
    for claim in [
        json!(null),
        json!({}),
        json!({"context_memberships_url": "", "service_versions": ["2.0"]}),
        json!({"context_memberships_url": "ftp://lms.test/m"}),
        json!({"context_memberships_url": url, "service_versions": ["1.0"]}),
        json!({"context_memberships_url": url, "service_versions": ["2.1", "3.0"]}),
    ] {
        let launch = course.launch_with(claim.clone());
        let refused = services.roster(&launch).unwrap_err();
        assert_eq!(refused.kind(), ServiceErrorKind::NotOffered, "{claim}");
        assert_eq!(refused.status(), 403);
    }
    // LTI 1.1 names its service in a custom parameter.
    let old = course.platform.launch_context();
    let old = old
        .claim(names::NAMES_ROLE_SERVICE, json!(null))
        .claim(names::CUSTOM, json!({"context_memberships_v2_url": url}))
        .build();
    assert!(services.roster(&old).is_err());
    for claim in [
        json!({"context_memberships_url": url}),
        json!({"context_memberships_url": url, "service_versions": []}),
        json!({"context_memberships_url": url, "service_versions": ["1.0", "2.0"]}),
    ] {
        let roster = services.roster(&course.launch_with(claim)).unwrap();
        assert_eq!(roster.collect().await.unwrap().len(), 4);
    }
    assert_eq!(course.platform.count(Call::Roster), 3);
}

// S35
#[tokio::test]
async fn endpoints_of_another_deployment_are_refused_before_any_request() {
    let course = Course::start().await;
    let mine = course.launch();
    let theirs = course
        .platform
        .launch_context()
        .claim(names::DEPLOYMENT_ID, "dep-2")
        .build();
    let services = course.tool.services();

    let kept = theirs.service_endpoints();
    let refused = services.roster_at(mine.deployment().key(), &kept);
    let kept = serde_json::to_string(&mine.service_endpoints()).unwrap();
    let kept = serde_json::from_str(&kept).unwrap();
    let later = services.roster_at(mine.deployment().key(), &kept).unwrap();

    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), ServiceErrorKind::OtherDeployment);
    assert_eq!(course.platform.requests().len(), 0);
    assert_eq!(later.collect().await.unwrap().len(), 4);
}
