//! Sessions at two instances of a tool that share what they keep.

use tower_lti::{
    deployment::{DeploymentKey, DeploymentStatus},
    store::{LaunchStore, SessionStore},
};

use super::session_site::Site;
use crate::stores::over_every_store;

fn over() -> (u16, String) {
    (401, "session_over".to_owned())
}

async fn is_found_changed_and_ended_at_either<S: LaunchStore + SessionStore + Clone>(
    stores: [S; 2],
) {
    let [first, second] = stores.map(Site::over);
    let (mut ada, page) = first.visit("ada").await;

    let mut ada = second.take_over(&mut ada);
    assert_eq!(ada.get(&page).await, (200, "ada".to_owned()));
    assert_eq!(ada.get("/kept").await, (200, "null".to_owned()));
    assert_eq!(ada.get("/keep").await.0, 200);
    let mut ada = first.take_over(&mut ada);
    assert_eq!(ada.get("/kept").await, (200, r#"{"of":"ada"}"#.to_owned()));

    let mut ada = second.take_over(&mut ada);
    let mut with_cookie = first.take_over(&mut ada);
    assert_eq!(ada.get("/end").await.0, 200);
    assert_eq!(with_cookie.get(&page).await, over());
}

async fn is_ended_by_a_mark_of_the_other<S: LaunchStore + SessionStore + Clone>(stores: [S; 2]) {
    let [first, second] = stores.map(Site::over);
    let registration = first.app.platform.registration().id().clone();
    let deployment = DeploymentKey::new(registration.clone(), "dep-1".into());
    let tool = &second.app.tool;

    for scope in ["user", "deployment", "registration"] {
        let (mut ada, adas) = first.visit("ada").await;
        let (mut bob, bobs) = first.visit("bob").await;
        match scope {
            "user" => tool.end_sessions_of_user(&registration, "ada").await,
            "deployment" => tool.end_sessions_of_deployment(&deployment).await,
            _ => tool.end_sessions_of_registration(&registration).await,
        }
        .unwrap();
        assert_eq!(ada.get(&adas).await, over(), "{scope}");
        match scope {
            "user" => assert_eq!(bob.get(&bobs).await, (200, "bob".to_owned())),
            _ => assert_eq!(bob.get(&bobs).await, over(), "{scope}"),
        }
        // A session that is started after it is a new one, and knows of it.
        let (mut ada, page) = second.visit("ada").await;
        let again = first.take_over(&mut ada).get(&page).await;
        assert_eq!(again, (200, "ada".to_owned()), "{scope}");
    }
}

async fn is_over_with_its_deployment<S: LaunchStore + SessionStore + Clone>(stores: [S; 2]) {
    let [first, second] = stores.map(Site::over);
    let (mut ada, page) = first.visit("ada").await;
    let registration = first.app.platform.registration().id().clone();
    let key = DeploymentKey::new(registration, "dep-1".into());
    let set = async |status| second.app.store.set_status(&key, status).await.unwrap();

    set(DeploymentStatus::Disabled).await;
    let refused = ada.get(&page).await;
    assert_eq!(refused, (403, "deployment_rejected".to_owned()));
    set(DeploymentStatus::Active).await;
    assert_eq!(ada.get(&page).await, (200, "ada".to_owned()));
    second.app.store.remove(&key).await.unwrap();
    assert_eq!(ada.get(&page).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_found_changed_and_ended_at_either_instance() {
    over_every_store!(is_found_changed_and_ended_at_either);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_by_a_mark_of_the_other_instance() {
    over_every_store!(is_ended_by_a_mark_of_the_other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_over_while_its_deployment_is_disabled_at_the_other_instance() {
    over_every_store!(is_over_with_its_deployment);
}
