//! What other products answer.

use serde_json::json;
use tower_lti::{
    claims::{ContextRole, names},
    registration::{ProductFamily, RegistrationBuilder},
    services::ServiceErrorKind,
    testing::{Call, CourseMember, Dialect, Fault},
};

use super::course::{Course, container};

// ADV-54, ADV-57
#[tokio::test]
async fn canvas_s_pages_of_fifty_are_followed_though_they_lose_the_limit() {
    let course = Course::start().await;
    course.platform.speak(Dialect::Canvas);
    course.platform.enroll_crowd(120);

    let members = course.roster().collect().await.unwrap();

    assert_eq!((members.len(), members.repeated()), (124, 0));
    let queries = course.queries();
    assert_eq!(queries[0], "limit=200");
    assert!(
        queries[1..]
            .iter()
            .all(|query| query.contains("per_page=50"))
    );
    assert!(queries[1..].iter().all(|query| !query.contains("limit")));
}

// NRPS-E4: Canvas lists nobody for a short name.
#[tokio::test]
async fn canvas_is_asked_for_roles_by_their_uris() {
    let course = Course::start().await;
    course.platform.speak(Dialect::Canvas);

    let learners = course.roster().role("Learner").collect().await.unwrap();

    assert_eq!(learners.len(), 3);
    let role = course.asked()[0].parameter("role").unwrap();
    assert_eq!(
        role,
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
    );
}

// NRPS-E4, ADV-37
#[tokio::test]
async fn the_family_is_what_the_platform_signs_else_what_the_registration_says() {
    let uri = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
    for (signed, registered, role) in [
        (Some("canvas"), None, uri),
        (Some("moodle"), Some(ProductFamily::Canvas), "Learner"),
        (None, Some(ProductFamily::Canvas), uri),
        (None, Some(ProductFamily::Moodle), "Learner"),
        (None, None, "Learner"),
    ] {
        let registration = |builder: RegistrationBuilder| match registered.clone() {
            Some(family) => builder.product_family(family),
            None => builder,
        };
        let course = Course::with(registration, |tool| tool).await;
        let launch = course.platform.launch_context();
        let launch = match signed {
            Some(family) => {
                let platform = json!({"guid": "g", "product_family_code": family});
                launch.claim(names::TOOL_PLATFORM, platform)
            }
            None => launch.without_claim(names::TOOL_PLATFORM),
        };
        let roster = course.tool.services().roster(&launch.build()).unwrap();

        roster.role("Learner").collect().await.unwrap();

        let asked = course.asked();
        let asked = asked[0].parameter("role").unwrap();
        assert_eq!(asked, role, "{signed:?} {registered:?}");
    }
}

// ADV-56, ADV-57, TRAP-25
#[tokio::test]
async fn schoology_s_pages_get_no_second_limit() {
    let course = Course::start().await;
    course.platform.speak(Dialect::Schoology);
    course.platform.enroll_crowd(230);

    let members = course.roster().page_size(100).collect().await.unwrap();

    assert_eq!(members.len(), 234);
    let queries = course.queries();
    assert_eq!(queries.len(), 3);
    assert!(
        queries
            .iter()
            .all(|query| query.matches("limit=").count() == 1)
    );
}

// ADV-67, ADV-56
#[tokio::test]
async fn open_edx_s_refusal_of_a_long_list_is_told_apart_and_not_repeated() {
    let course = Course::start().await;
    course.platform.speak(Dialect::OpenEdx);
    course.platform.enroll_crowd(2_000);

    let refused = course.roster().any_page_size().collect().await.unwrap_err();
    assert_eq!(refused.kind(), ServiceErrorKind::ListTooLarge);
    assert_eq!(refused.platform_status().unwrap(), 403);
    assert!(refused.remedy().contains("smaller pages"));
    assert_eq!(course.asked().len(), 1);
    assert_eq!(course.roster().collect().await.unwrap().len(), 2_004);

    let json = json!({"error": "above_response_limit"}).to_string();
    let fault = Fault::status(403).with_body(json);
    course.platform.fail_next(Call::Roster, 1, fault);
    assert_eq!(course.fails_as().await, ServiceErrorKind::ListTooLarge);
    let fault = Fault::status(403).with_body("forbidden");
    course.platform.fail_next(Call::Roster, 1, fault);
    assert_eq!(course.fails_as().await, ServiceErrorKind::Refused);
}

// NRPS-09, NRPS-F5
#[tokio::test]
async fn blackboard_s_message_is_one_object_and_groups_are_kept() {
    let course = Course::start().await;
    course.platform.speak(Dialect::Blackboard);
    let groups = json!([{"group_id": "g-1"}]);
    let member = CourseMember::learner("user-1").with("group_enrollments", groups.clone());
    course.platform.enroll(member);

    let roster = course.roster().resource_link().unwrap();
    let members = roster.collect().await.unwrap();

    let member = members.get("user-1").unwrap();
    assert_eq!(member.messages().len(), 1);
    assert_eq!(member.group_enrollments(), Some(groups));
}

// ADV-65
#[tokio::test]
async fn a_test_user_and_a_teacher_who_learns_are_seen() {
    let course = Course::start().await;
    let preview = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser";
    course
        .platform
        .enroll(CourseMember::with_roles("preview", [preview]));
    let both = CourseMember::with_roles("both", ["Learner", "Instructor"]);
    course.platform.enroll(both);

    let members = course.roster().collect().await.unwrap();
    let learners = course.roster().role(ContextRole::Learner).collect().await;

    assert!(members.get("preview").unwrap().is_test_user());
    assert!(members.get("both").unwrap().teaches_and_learns());
    assert!(learners.unwrap().get("both").is_some());
}

// NRPS-10, ADV-59
#[tokio::test]
async fn a_platform_that_filters_nothing_is_filtered_here() {
    let course = Course::start().await;
    let lis = "http://purl.imsglobal.org/vocab/lis/v2/membership";
    let all = container(&format!(
        r#"{{"user_id":"1","roles":["Learner"]}},{{"user_id":"2","roles":["{lis}#Learner"]}},
           {{"user_id":"3","roles":["Instructor"]}},{{"user_id":"4","roles":["{lis}/Learner#GuestLearner"]}}"#
    ));
    for (role, expected) in [("Learner", 2), ("Instructor", 1), ("Mentor", 0)] {
        course.answer("", all.clone());
        let members = course.roster().role(role).collect().await.unwrap();
        assert_eq!(members.len(), expected, "{role}");
    }
}
