//! `LTI_REGISTER=approve`.

use super::{files::settled, stage::Stage};

// ADV-87, REG-11
#[tokio::test]
async fn what_waits_for_approval_closes_at_once_and_launches_once_the_file_says_so() {
    let mut stage = Stage::start_over_file("approve", None).await;
    let (tool, page) = stage.register().await;
    assert!(page.html.contains("approve"), "{}", page.html);
    stage
        .assert_launches_not(&tool, "registration_pending")
        .await;
    assert_eq!(stage.entries()[0]["status"], "pending");

    stage.restart().await;
    stage
        .assert_launches_not(&tool, "registration_pending")
        .await;

    let text = stage.text();
    let approved = text.replace("\"pending\"", "\"active\"");
    assert_ne!(text, approved);
    std::fs::write(stage.file(), approved).unwrap();
    settled(async || stage.try_launch(&tool).await.is_ok()).await;
    stage.restart().await;
    stage.assert_launches(&tool).await;
}
