//! Rosters of a whole school.

use std::collections::HashSet;

use futures_util::StreamExt;
use tower_lti::services::ListBounds;

use super::course::Course;

// NRPS-04, ADV-54
#[tokio::test]
async fn five_thousand_members_come_as_a_stream_of_pages() {
    let course = Course::start().await;
    course.platform.dismiss_all();
    course.platform.enroll_crowd(5_000);

    let mut pages = course.roster().page_size(1_000).pages().unwrap();
    let mut users = HashSet::new();
    let mut numbers = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        numbers.push(page.number());
        users.extend(
            page.members()
                .iter()
                .map(|member| member.user_id().to_owned()),
        );
    }

    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(users.len(), 5_000);
}

// ADV-56
#[tokio::test]
async fn a_school_in_one_body_is_refused_and_passes_where_the_bound_is_raised() {
    let course = Course::start().await;
    course.platform.dismiss_all();
    course.platform.enroll_crowd(30_000);
    let roster = course.roster().any_page_size();

    let refused = roster.clone().collect().await.unwrap_err();
    let bounds = ListBounds::new().max_page_bytes(32 << 20);
    let members = roster.bounds(bounds).collect().await.unwrap();

    assert_eq!(refused.code(), "answer_too_large");
    assert_eq!(members.len(), 30_000);
}
