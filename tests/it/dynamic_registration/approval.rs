//! Registrations that wait for approval.

use tower_lti::registration::RegistrationStatus;

use super::world::{CLOSE, World, get};

// REG-11, ADV-87, S27
#[tokio::test]
async fn a_registration_waits_for_approval_where_that_is_wanted() {
    let world = World::start().await;
    let service = world.open().approval_required(true);
    let shown = get(&service, &world.platform.query(None)).await;
    assert!(shown.body.contains("has to approve"), "{}", shown.body);

    let done = world.register(&service, None).await;

    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.body.contains("waits for approval"));
    assert!(
        done.body
            .contains("In Moodle, an administrator activates it")
    );
    assert!(done.body.contains(CLOSE));
    let records = world.records().await;
    let status = records[0].registration().status();
    assert_eq!(status, RegistrationStatus::Pending);
}
