//! What a platform sends costs time in proportion to its size.

use std::time::{Duration, Instant};

use super::course::{Course, container};

/// Far more than is needed, and far less than what grows with the square of the size.
const ENOUGH: Duration = Duration::from_secs(15);

// S08
#[tokio::test]
async fn a_member_with_many_unknown_fields_is_left_out_at_once() {
    let course = Course::start().await;
    let fields: String = (0..200_000).map(|n| format!(",\"{n:06}\":0")).collect();
    let plain = r#"{"user_id":"1","roles":[]}"#;
    course.answer(
        "",
        container(&format!("{plain},{{\"user_id\":\"2\"{fields}}}")),
    );
    let began = Instant::now();

    let members = course.roster().collect().await.unwrap();

    assert_eq!((members.len(), members.left_out()), (1, 1));
    assert!(began.elapsed() < ENOUGH, "{:?}", began.elapsed());
}

// S08
#[tokio::test]
async fn a_member_with_many_roles_is_left_out_at_once() {
    let course = Course::start().await;
    let roles: Vec<String> = (0..100_000).map(|n| format!("\"role-{n}\"")).collect();
    let member = format!("{{\"user_id\":\"1\",\"roles\":[{}]}}", roles.join(","));
    course.answer(
        "",
        container(&format!("{member},{member},{{\"user_id\":\"2\"}}")),
    );
    let began = Instant::now();

    let members = course.roster().collect().await.unwrap();

    assert_eq!((members.len(), members.left_out()), (1, 2));
    assert!(began.elapsed() < ENOUGH, "{:?}", began.elapsed());
}

// S08, ADV-61: 80,000 roles in all, each another.
#[tokio::test]
async fn a_user_who_comes_very_often_is_united_at_once() {
    let course = Course::start().await;
    let entry = |from: usize| {
        let roles: Vec<String> = (from..from + 200)
            .map(|n| format!("\"role-{n}\""))
            .collect();
        format!("{{\"user_id\":\"1\",\"roles\":[{}]}}", roles.join(","))
    };
    let entries: Vec<String> = (0..400).map(|n| entry(n * 200)).collect();
    course.answer("", container(&entries.join(",")));
    let began = Instant::now();

    let members = course.roster().collect().await.unwrap();

    assert_eq!((members.len(), members.repeated()), (1, 399));
    let roles = members.get("1").unwrap().roles();
    assert_eq!(roles.as_slice().len(), 80_000);
    assert_eq!(roles.as_slice()[79_999], "role-79999");
    assert!(began.elapsed() < ENOUGH, "{:?}", began.elapsed());
}
