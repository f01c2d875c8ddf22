//! Answers as Moodle gives them: short roles, empty texts, names escaped for HTML, its own errors.

use tower_lti::{
    claims::ContextRole,
    roster::MemberStatus,
    services::{ServiceError, ServiceErrorKind},
    testing::{Call, Dialect, Fault},
};

use super::course::Course;

const TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json; charset=utf-8";

const TEACHER: &str = r#"{"status": "Active", "roles": ["Instructor"], "user_id": "6", "lis_person_sourcedid": "",
    "name": "Given Family", "given_name": "Given", "family_name": "Family", "email": "person@example.invalid"}"#;

const LEARNER: &str = r#"{"status": "Active", "roles": ["Learner"], "user_id": "3", "lis_person_sourcedid": "S-001",
    "name": "Žofie \"O'Neil\" 🦀 李小龍 &amp; Sön", "given_name": "Žofie \"O'Neil\" 🦀",
    "family_name": "李小龍 &amp; Sön", "email": "person@example.invalid"}"#;

fn page(members: &[&str]) -> String {
    format!(
        r#"{{"id": "http://localhost/mod/lti/services.php/CourseSection/2/bindings/5/memberships",
            "context": {{"id": "2", "label": "BIO101", "title": "Biology 101"}}, "members": [{}]}}"#,
        members.join(", ")
    )
}

fn answer(course: &Course, link: Option<&str>, members: &[&str]) {
    let mut answer = Fault::status(200)
        .with_header("x-powered-by", "PHP/8.2.36")
        .with_header("content-type", TYPE)
        .with_body(page(members));
    if let Some(link) = link {
        answer = answer.with_header("link", link);
    }
    course.platform.fail_next(Call::Roster, 1, answer);
}

// NRPS-F1, NRPS-F2, NRPS-F3, NRPS-F4, ADV-53, ADV-63
#[tokio::test]
async fn a_whole_course_in_one_answer_is_read() {
    let course = Course::start().await;
    answer(&course, None, &[TEACHER, LEARNER]);

    let members = course.roster().collect().await.unwrap();

    assert_eq!(members.context().id(), Some("2"));
    assert_eq!(members.context().label(), Some("BIO101"));
    assert_eq!(members.context().title(), Some("Biology 101"));
    let teacher = members.get("6").unwrap();
    assert!(teacher.is_instructor() && !teacher.is_learner());
    assert_eq!(teacher.status(), &MemberStatus::Active);
    assert_eq!(teacher.lis_person_sourcedid(), None);
    let learner = members.get("3").unwrap();
    assert!(learner.roles().has(ContextRole::Learner));
    assert_eq!(learner.lis_person_sourcedid(), Some("S-001"));
    assert_eq!(learner.name(), Some("Žofie \"O'Neil\" 🦀 李小龍 &amp; Sön"));
    assert_eq!(learner.email(), Some("person@example.invalid"));
}

// NRPS-04, ADV-54, ADV-57, ADV-59, TRAP-25
#[tokio::test]
async fn pages_whose_links_forget_the_role_are_followed_and_filtered() {
    let course = Course::start().await;
    let url = course.platform.members_url();
    let next = format!("<{url}?limit=2&from=2>; rel=\"next\"");
    answer(&course, Some(&next), &[TEACHER]);
    answer(
        &course,
        None,
        &[LEARNER, &TEACHER.replace("\"6\"", "\"4\"")],
    );

    let teachers = course.roster().page_size(2).role("Instructor");
    let teachers = teachers.collect().await.unwrap();

    let ids: Vec<&str> = teachers.iter().map(|member| member.user_id()).collect();
    assert_eq!(ids, ["6", "4"]);
    assert_eq!(
        course.queries(),
        ["role=Instructor&limit=2", "limit=2&from=2"]
    );
}

// ADV-59, ADV-60, ADV-61: the teachers of the course come first, so that its second page has those whom the first
// page of learners had.
#[tokio::test]
async fn a_page_that_has_the_same_members_without_the_role_is_no_repetition() {
    let course = Course::start().await;
    let url = course.platform.members_url();
    let other = LEARNER.replace("\"3\"", "\"5\"");
    let link = |from: usize| format!("<{url}?limit=1&from={from}>; rel=\"next\"");
    answer(&course, Some(&link(1)), &[LEARNER]);
    answer(&course, Some(&link(2)), &[LEARNER]);
    answer(&course, None, &[&other]);

    let learners = course.roster().page_size(1).role("Learner");
    let learners = learners.collect().await.unwrap();

    let ids: Vec<&str> = learners.iter().map(|member| member.user_id()).collect();
    assert_eq!(ids, ["3", "5"]);

    // Without the role, the same page again is one.
    answer(&course, Some(&link(1)), &[LEARNER]);
    answer(&course, Some(&link(2)), &[&other]);
    answer(&course, None, &[&other]);
    let learners = course.roster().page_size(1).role("Learner");
    let error = learners.collect().await.unwrap_err();
    assert_eq!(error.kind(), ServiceErrorKind::PagesRepeat);
}

// NRPS-04, ADV-59
#[tokio::test]
async fn the_simulated_moodle_gives_every_learner_and_no_teacher() {
    let course = Course::start().await;
    course.platform.speak(Dialect::Moodle);
    course.platform.enroll_crowd(7);
    let roster = course.roster().page_size(3);

    let learners = roster.role(ContextRole::Learner).collect().await.unwrap();

    assert_eq!(learners.len(), 10);
    assert!(learners.iter().all(|member| member.is_learner()));
    assert!(
        course.queries()[1..]
            .iter()
            .all(|query| !query.contains("role"))
    );
}

// NRPS-06, ADV-62: the next links that Moodle writes for line items, before members.
#[tokio::test]
async fn curly_quotes_and_escaped_ampersands_in_a_link_are_read() {
    let course = Course::start().await;
    let url = format!("{}?type_id=5&amp;limit=2", course.platform.members_url());
    let link = |from: usize, rel: &str| format!("<{url}&amp;from={from}>; rel=“{rel}”");
    let first = [
        link(0, "first"),
        link(0, "canonical"),
        link(2, "next"),
        link(4, "last"),
    ];
    let second = [
        link(0, "first"),
        link(0, "prev"),
        link(2, "canonical"),
        link(4, "next"),
    ];
    answer(&course, Some(&first.join(", ")), &[TEACHER]);
    answer(&course, Some(&second.join(", ")), &[LEARNER]);
    answer(&course, Some(&link(0, "first")), &[]);

    let members = course.roster().collect().await.unwrap();

    assert_eq!(members.len(), 2);
    let followed = &course.queries()[1..];
    assert_eq!(
        followed,
        ["type_id=5&limit=2&from=2", "type_id=5&limit=2&from=4"]
    );
}

// NRPS-E6, NRPS-F5
#[tokio::test]
async fn a_resource_link_s_members_come_with_a_message() {
    let course = Course::start().await;
    let claim = "https://purl.imsglobal.org/spec/lti/claim/message_type";
    let message =
        format!("\"message\": [{{\"{claim}\": \"LtiResourceLinkRequest\"}}], \"user_id\"");
    answer(&course, None, &[&TEACHER.replace("\"user_id\"", &message)]);

    let members = course
        .roster()
        .resource_link_id("1")
        .collect()
        .await
        .unwrap();

    assert_eq!(course.queries(), ["rlid=1&limit=200"]);
    let messages = members.get("6").unwrap().messages();
    assert_eq!(messages[0][claim], "LtiResourceLinkRequest");
}

fn moodle_error(status: u16, reason: &str) -> Fault {
    let body = format!(
        "{{\n    \"status\": {status},\n    \"reason\": \"{reason}\",\n    \"request\": {{\n        \
         \"method\": \"GET\",\n        \"url\": \"/mod/lti/services.php/x\"\n    }}\n}}"
    );
    Fault::status(status)
        .with_reason(reason)
        .with_header("content-type", "application/json; charset=utf-8")
        .with_body(body)
}

async fn refused(fault: Fault) -> (Course, ServiceError) {
    let course = Course::start().await;
    course.platform.fail_always(Call::Roster, fault);
    let error = course.fails().await;
    (course, error)
}

// NRPS-E3, NRPS-11
#[tokio::test]
async fn a_request_that_moodle_finds_no_handler_for_is_refused_and_not_repeated() {
    let reason = "No handler found for /CourseSection/2/bindings/5/memberships application/json ";

    let (course, error) = refused(moodle_error(400, reason)).await;

    assert_eq!(error.kind(), ServiceErrorKind::Refused);
    assert_eq!(error.platform_status().unwrap(), 400);
    assert_eq!(course.asked().len(), 1);
}

// NRPS-01
#[tokio::test]
async fn a_token_without_the_scope_is_renewed_once_and_then_refused() {
    let (course, error) = refused(moodle_error(401, "Unauthorized")).await;

    assert_eq!(error.kind(), ServiceErrorKind::Refused);
    assert_eq!(error.platform_status().unwrap(), 401);
    assert_eq!(
        (course.asked().len(), course.platform.count(Call::Token)),
        (2, 2)
    );
}

// NRPS-01, NRPS-E2: the scope is granted, or nobody asks for members.
#[tokio::test]
async fn a_platform_that_grants_scores_alone_is_not_asked_for_members() {
    let course = Course::start().await;
    let launch = course.launch();
    let token = r#"{"access_token":"t","token_type":"Bearer","expires_in":3600,
        "scope":"https://purl.imsglobal.org/spec/lti-ags/scope/score"}"#;
    course
        .platform
        .fail_always(Call::Token, Fault::token_answer(token));

    let roster = course.tool.services().roster(&launch).unwrap();
    let error = roster.collect().await.unwrap_err();

    assert_eq!(error.kind(), ServiceErrorKind::ScopeNotGranted);
    assert_eq!(course.asked().len(), 0);
}
