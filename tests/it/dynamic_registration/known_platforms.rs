//! Platforms that are known already.

use serde_json::json;
use tower_lti::{
    dynamic_registration::{RegistrationAccess, RegistrationTerms},
    registration::{RegistrationRecord, RegistrationStatus},
};

use super::world::{LOGIN, World, confirm, get};

/// A registration of the same issuer with these endpoints.
fn record(world: &World, client_id: &str, base: &str) -> RegistrationRecord {
    let json = json!({
        "issuer": world.platform.url,
        "client_id": client_id,
        "authorization_endpoint": format!("{base}/auth"),
        "token_endpoint": format!("{base}/token"),
        "jwks_url": format!("{base}/jwks"),
        "notes": "by hand",
    });
    RegistrationRecord::from_json(&json.to_string()).unwrap()
}

// S26
#[tokio::test]
async fn an_issuer_that_is_known_at_other_addresses_is_refused_and_both_are_shown() {
    let world = World::start().await;
    let known = record(&world, "old", "https://lms.example");
    world.registrations.add(known.clone()).await.unwrap();
    let page = get(&world.open(), &world.platform.query(Some("t"))).await;
    page.assert_refused(409, "issuer_known_elsewhere");
    assert!(
        page.body.contains("https://lms.example/auth"),
        "{}",
        page.body
    );
    assert!(page.body.contains(&format!("{}/auth", world.platform.url)));
    assert!(world.platform.posted().is_empty());
    assert_eq!(world.records().await[0].json(), known.json());
}

// S26: the other one comes between the two steps.
#[tokio::test]
async fn what_became_known_since_the_page_was_shown_counts() {
    let world = World::start().await;
    let service = world.open();
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    let known = record(&world, "old", "https://lms.example");
    world.registrations.add(known).await.unwrap();
    confirm(&service, &query, &shown)
        .await
        .assert_refused(409, "issuer_known_elsewhere");
    assert!(world.platform.posted().is_empty());
}

// REG-13, ADV-86, S27, S29
#[tokio::test]
async fn a_pair_that_is_there_is_never_taken_over() {
    let world = World::start().await;
    let known = record(&world, "client-1", &world.platform.url)
        .with_status(RegistrationStatus::Disabled)
        .unwrap();
    world.registrations.add(known.clone()).await.unwrap();
    let page = world.register(&world.open(), None).await;
    page.assert_refused(409, "already_registered");
    assert!(page.body.contains("client-1"));
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].json(), known.json());
}

// S27, REG-13
#[tokio::test]
async fn a_client_that_is_registered_again_in_the_same_second_is_refused() {
    let world = World::start().await;
    let first = world.register(&world.open(), None).await;
    assert_eq!(first.status, 200, "{}", first.body);

    let second = world.register(&world.open(), None).await;

    second.assert_refused(409, "already_registered");
    assert_eq!(world.records().await.len(), 1);
}

// S27
#[tokio::test]
async fn a_second_client_of_a_known_platform_is_one_more_registration() {
    let world = World::start().await;
    let known = record(&world, "by-hand", &world.platform.url);
    world.registrations.add(known.clone()).await.unwrap();
    let page = world.register(&world.open(), None).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    assert!(records.iter().any(|record| record.json() == known.json()));
}

// S26, S29: two platforms of one name, told apart by whoever invites them.
#[tokio::test]
async fn an_invite_tells_two_platforms_of_one_name_apart() {
    let world = World::start().await;
    let known = record(&world, "client-1", "https://lms.example");
    world.registrations.add(known.clone()).await.unwrap();
    let service = world.service(RegistrationAccess::Invited);
    let terms = RegistrationTerms::new()
        .discriminator("hill-road")
        .login_name("hill-road");
    let [query, late] = [(); 2].map(|()| world.invited(&service, terms.clone()));
    let shown = get(&service, &query).await;
    let page = confirm(&service, &query, &shown).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let sent = world.platform.posted()[0].json();
    assert_eq!(sent["initiate_login_uri"], format!("{LOGIN}/hill-road"));
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    let id = records.iter().map(|record| record.id());
    let told_apart = id.filter_map(|id| id.discriminator()).collect::<Vec<_>>();
    assert_eq!(told_apart, ["hill-road"]);

    // The name is taken by now, and nothing is posted to find that out.
    get(&service, &late)
        .await
        .assert_refused(409, "already_registered");
    assert_eq!(world.platform.posted().len(), 1);
}
