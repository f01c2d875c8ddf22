//! Who may register.

use std::time::Duration;

use tower_lti::dynamic_registration::{RegistrationAccess, RegistrationTerms};

use super::world::{REGISTER, World, confirm, get};

// REG-04, S25, S30
#[tokio::test]
async fn without_an_invite_nothing_is_fetched() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::Invited);
    let query = world.platform.query(Some("t"));
    get(&service, &query)
        .await
        .assert_refused(403, "not_invited");
    let made_up = format!("{query}&invite=AAAA");
    get(&service, &made_up)
        .await
        .assert_refused(403, "invite_invalid");
    assert!(world.platform.heard().is_empty());
}

// REG-04, S27
#[tokio::test]
async fn an_invite_registers_one_platform_and_says_its_name() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::Invited);
    let terms = RegistrationTerms::new().name("Hill Road");
    let day = Duration::from_secs(86_400);
    let address = service.invite(REGISTER, day, terms).unwrap();
    let invite = address
        .strip_prefix(REGISTER)
        .unwrap()
        .trim_start_matches('?');
    let query = format!("{invite}&{}", world.platform.query(None));

    let one = get(&service, &query).await;
    let two = get(&service, &query).await;
    assert_eq!(
        (one.status, two.status),
        (200.try_into().unwrap(), one.status)
    );
    assert_eq!(confirm(&service, &query, &one).await.status, 200);
    confirm(&service, &query, &two)
        .await
        .assert_refused(409, "invite_used");
    get(&service, &query)
        .await
        .assert_refused(409, "invite_used");
    assert_eq!(world.platform.posted().len(), 1);
    let records = world.records().await;
    assert_eq!(records[0].registration().name(), Some("Hill Road"));

    let late = service
        .invite(REGISTER, day, RegistrationTerms::new())
        .unwrap();
    world.clock.advance(day);
    let invite = late.strip_prefix(REGISTER).unwrap().trim_start_matches('?');
    let query = format!("{invite}&{}", world.platform.query(None));
    get(&service, &query)
        .await
        .assert_refused(403, "invite_expired");
}

// REG-04
#[tokio::test]
async fn the_application_s_own_check_is_asked_on_each_step() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::checked(|request| async move {
        let query = request.uri.query()?;
        query
            .contains("key=right")
            .then(|| RegistrationTerms::new().name("by key"))
    }));
    let query = world.platform.query(None);
    get(&service, &query)
        .await
        .assert_refused(403, "not_invited");
    assert!(world.platform.heard().is_empty());
    let right = format!("{query}&key=right");
    let shown = get(&service, &right).await;
    confirm(&service, &query, &shown)
        .await
        .assert_refused(403, "not_invited");
    assert!(world.platform.posted().is_empty());
    assert_eq!(confirm(&service, &right, &shown).await.status, 200);
    let records = world.records().await;
    assert_eq!(records[0].registration().name(), Some("by key"));
}
