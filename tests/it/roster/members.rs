//! All members together.

use tower_lti::{
    claims::ContextRole,
    roster::{Listing, MemberStatus},
    testing::{CourseMember, Dialect},
};

use super::course::{Course, container, members};

// ADV-61
#[tokio::test]
async fn a_user_on_two_pages_is_one_member_with_all_roles() {
    let course = Course::start().await;
    let next = "<?p=2>; rel=next";
    course.answer(
        next,
        container(
            r#"{"user_id":"a","roles":["Learner"],"status":"Inactive","email":"a@x.test"},
               {"user_id":"b","roles":["Learner"]}"#,
        ),
    );
    course.answer(
        "",
        container(
            r#"{"user_id":"c","roles":["Mentor"]},{"user_id":"a","roles":["Learner","Instructor"]},
               {"user_id":"a","roles":["Mentor"]}"#,
        ),
    );

    let members = course.roster().collect().await.unwrap();

    let ids: Vec<&str> = members.iter().map(|member| member.user_id()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!((members.len(), members.repeated()), (3, 2));
    let united = members.get("a").unwrap();
    assert_eq!(
        united.roles().as_slice(),
        ["Learner", "Instructor", "Mentor"]
    );
    assert!(united.is_active());
    assert_eq!(united.email(), Some("a@x.test"));
    assert_eq!(members.get("c").unwrap().roles().as_slice(), ["Mentor"]);
    assert!(members.get("d").is_none() && !members.is_empty());
    assert_eq!(members.into_iter().count(), 3);
}

// ADV-64
#[tokio::test]
async fn who_is_not_listed_is_told_from_who_is_inactive_and_from_who_is_unknown() {
    let course = Course::start().await;
    let former = CourseMember::learner("user-2").with("status", "Inactive");
    course.platform.enroll(former);

    let members = course.roster().collect().await.unwrap();

    let Listing::Listed(former) = members.listing("user-2") else {
        panic!("listed");
    };
    assert_eq!(former.status(), &MemberStatus::Inactive);
    assert!(!former.is_active());
    assert!(matches!(members.listing("user-9"), Listing::NotListed));

    // Moodle lists active members alone.
    course.platform.speak(Dialect::Moodle);
    let members = course.roster().collect().await.unwrap();
    assert!(matches!(members.listing("user-2"), Listing::NotListed));

    course.answer("", container(r#"{"user_id":"1"},{"name":"nobody"}"#));
    let members = course.roster().collect().await.unwrap();
    assert!(matches!(members.listing("1"), Listing::Listed(_)));
    assert!(matches!(members.listing("2"), Listing::Unknown));
}

// ADV-64, ADV-55: there is no half of a list.
#[tokio::test]
async fn a_list_whose_second_page_fails_is_no_list() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", members(&["1", "2"]));
    course.answer("", "<html>");

    let error = course.fails().await;

    let progress = error.list_progress().unwrap();
    assert_eq!((progress.pages, progress.entries), (1, 2));
    assert!(
        error.to_string().contains("2 entries on 1 pages"),
        "{error}"
    );
}

// ADV-63
#[tokio::test]
async fn members_without_anything_personal_are_members() {
    let course = Course::start().await;
    course.platform.dismiss_all();
    for id in ["1", "2"] {
        let member = CourseMember::learner(id).without_name().without("status");
        course.platform.enroll(member);
    }

    let members = course.roster().collect().await.unwrap();

    assert_eq!(members.len(), 2);
    for member in &members {
        assert!(member.is_active() && member.roles().has(ContextRole::Learner));
        assert_eq!((member.name(), member.email()), (None, None));
    }
}
