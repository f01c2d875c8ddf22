//! Members are personal data.

use tower_lti::{claims::ContextRole, roster::RoleFilter};

use super::course::Course;

// ADV-27
#[tokio::test]
async fn debug_shows_nobody_and_serialization_only_what_is_there() {
    let course = Course::start().await;
    let roster = course.roster();
    let mut pages = roster.clone().pages().unwrap();
    let page = pages.next_page().await.unwrap().unwrap();
    let members = roster.clone().collect().await.unwrap();
    let member = members.get("user-1").unwrap();

    let shown = format!(
        "{roster:?} {pages:?} {page:?} {members:?} {member:?} {:?} {:?}",
        members.listing("user-1"),
        page.context(),
    );

    for personal in [
        "user-1",
        "Lea",
        "Lerner",
        "school.test",
        "course-1",
        "Biology",
    ] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
    assert!(shown.contains("members: 4"), "{shown}");
    let json = serde_json::to_value(member).unwrap();
    assert_eq!(json["user_id"], "user-1");
    assert_eq!(json["status"], "Active");
    assert_eq!(json["email"], "lea.lerner@school.test");
    assert!(json.get("middle_name").is_none());
    let filter = RoleFilter::from(ContextRole::Learner);
    assert!(format!("{filter:?}").contains("membership#Learner"));
}
