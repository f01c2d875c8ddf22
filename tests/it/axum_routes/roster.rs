//! The roster over the routes.

use serde_json::json;
use tower_lti::testing::{Call, CourseMember};

use super::tool::Tool;

const MEMBERS: &str = "/lti/nrps/members";

// CERT-NRPS-1, CERT-NRPS-2, CERT-NRPS-3, CERT-NRPS-4, CERT-NRPS-5, NRPS-03, NRPS-04
#[tokio::test]
async fn all_members_come_with_roles_and_status_as_the_platform_writes_them() {
    let tool = Tool::start().await;
    tool.services.enroll(
        CourseMember::learner("user-8")
            .without("status")
            .without_name(),
    );
    tool.services
        .enroll(CourseMember::learner("user-9").with("status", "Inactive"));
    let (mut visitor, launch_id) = tool.launched().await;

    let (status, answer) = visitor
        .call(MEMBERS, json!({"launch_id": launch_id, "limit": 2}))
        .await;

    assert_eq!(status, 200, "{answer}");
    let members = answer["members"].as_array().unwrap();
    assert_eq!(members.len(), 6);
    assert_eq!(tool.services.count(Call::Roster), 3, "in pages of two");
    assert_eq!(members[0]["user_id"], "user-1");
    assert_eq!(members[0]["name"], "Lea Lerner");
    assert_eq!(members[0]["email"], "lea.lerner@school.test");
    assert_eq!(
        members[0]["roles"],
        json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"])
    );
    let of = |id: &str| {
        members
            .iter()
            .find(|member| member["user_id"] == id)
            .unwrap()
    };
    assert_eq!(of("user-8")["status"], "Active", "where it is missing");
    assert!(of("user-8").get("name").is_none());
    assert_eq!(of("user-9")["status"], "Inactive");
}

// NRPS-10, ADV-59
#[tokio::test]
async fn members_are_found_by_a_short_role_or_by_its_uri() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    for role in [
        "Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
    ] {
        let wanted = json!({"launch_id": launch_id, "role": role});
        let (status, answer) = visitor.call(MEMBERS, wanted).await;
        assert_eq!(status, 200, "{answer}");
        let members = answer["members"].as_array().unwrap();
        assert_eq!(members.len(), 1, "{role}");
        assert_eq!(members[0]["user_id"], "teacher-1");
    }
}

// NRPS-07, NRPS-08
#[tokio::test]
async fn the_members_of_the_link_are_those_of_the_launch_s_own() {
    let tool = Tool::start().await;
    let (mut visitor, launch_id) = tool.launched().await;
    let wanted = json!({"launch_id": launch_id, "resource_link": true});

    let (status, answer) = visitor.call(MEMBERS, wanted).await;

    assert_eq!(status, 200, "{answer}");
    let asked = &tool.services.requests_for(Call::Roster)[0];
    assert_eq!(asked.parameter("rlid").as_deref(), Some("rl-1"));
}
