//! Registrations that wait for approval.

use tower_lti::{
    deployment::DeploymentKey, dynamic_registration::RegistrationAccess,
    registration::RegistrationStatus, store::DeploymentStore, tool::Limits,
};

use super::world::{CLOSE, World, confirm, get};

/// Replies with this client id, and with a deployment.
fn names_a_deployment(world: &World, client_id: &'static str) {
    world.platform.changes(move |reply| {
        reply["client_id"] = client_id.into();
        reply["deployment_id"] = "dep-7".into();
    });
}

async fn has_deployment(world: &World) -> bool {
    let id = world.records().await[0].id().clone();
    let key = DeploymentKey::new(id, "dep-7".into());
    world.store.find(&key).await.unwrap().is_some()
}

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

// REG-08, REG-11: whoever approves the registration has not approved the deployment.
#[tokio::test]
async fn a_registration_that_waits_brings_no_deployment() {
    let world = World::start().await;
    names_a_deployment(&world, "client-1");
    let service = world.open().approval_required(true);
    assert_eq!(world.register(&service, None).await.status, 200);
    assert!(!has_deployment(&world).await);
}

// REG-08
#[tokio::test]
async fn a_deployment_that_came_along_counts_against_the_quota() {
    let world = World::start().await;
    names_a_deployment(&world, "client-1");
    let limits = Limits::default().deployments_per_registration(0);
    let tool = world.other_tool(|builder| builder.limits(limits));
    let access = RegistrationAccess::InsecureAnybody;
    let service = world.service_of(&tool, access);
    let done = world.register(&service, None).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(!has_deployment(&world).await);
}

// REG-11, S25
#[tokio::test]
async fn so_many_wait_for_approval_and_no_more_unless_there_is_no_bound() {
    let world = World::start().await;
    let service = world.open().approval_required(true).max_pending(Some(1));
    let query = world.platform.query(None);
    let [one, two] = [get(&service, &query).await, get(&service, &query).await];
    assert_eq!(confirm(&service, &query, &one).await.status, 200);
    let posted = world.platform.posted().len();
    for page in [
        confirm(&service, &query, &two).await,
        get(&service, &query).await,
    ] {
        page.assert_refused(503, "too_many_pending");
    }
    assert_eq!(world.platform.posted().len(), posted);

    // One that needs no approval, and a service without a bound.
    assert_eq!(get(&world.open(), &query).await.status, 200);
    let unbounded = world.open().approval_required(true).max_pending(None);
    assert_eq!(get(&unbounded, &query).await.status, 200);

    // The form that was turned away was not used up.
    let id = world.records().await[0].id().clone();
    let status = RegistrationStatus::Active;
    world.registrations.set_status(&id, status).await.unwrap();
    names_a_deployment(&world, "client-2");
    let done = confirm(&service, &query, &two).await;
    assert_eq!(done.status, 200, "{}", done.body);
}
