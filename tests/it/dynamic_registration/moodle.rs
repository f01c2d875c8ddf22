//! What a running Moodle (4.1dev) was seen to send, byte for byte but for the hosts.

use tower_lti::{deployment::DeploymentKey, registration::ProductFamily, store::DeploymentStore};

use super::{
    platform::Reply,
    world::{CLOSE, JWKS, World},
};

const CONFIGURATION: &str = include_str!("moodle_configuration.json");
const REPLY: &str = include_str!("moodle_reply.json");
const REPLY_WITHOUT_ROSTER: &str = include_str!("moodle_reply_without_roster.json");

fn here(text: &str, world: &World) -> String {
    text.replace("http://localhost:26762", &world.platform.url)
        .replace("http:\\/\\/127.0.0.1:28161\\/jwks.json", JWKS)
        .replace("127.0.0.1:28158", "127.0.0.1:3000")
}

// REG-02, REG-06, REG-08, ADV-78, ADV-84, ADV-87
#[tokio::test]
async fn moodle_registers_the_tool_with_its_deployment() {
    for (reply, client_id, deployment, cut) in [
        (REPLY, "9Wl6cfpA6K0llUJ", "5", false),
        (REPLY_WITHOUT_ROSTER, "v9IrkoAHW4TKlwP", "6", true),
    ] {
        let world = World::start().await;
        let (configuration, reply) = (here(CONFIGURATION, &world), here(reply, &world));
        world.platform.answers(move |heard| {
            let body = match heard.method.as_str() {
                "GET" => &configuration,
                _ => &reply,
            };
            Reply::Raw(200, "application/json; charset=utf-8", body.clone())
        });
        let service = world.open().on_platform(|_, profile| {
            profile
                .claims(["iss", "sub", "name", "email"])
                .uses_rosters()
        });
        let done = world.register(&service, Some("moodle-token")).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(
            done.body
                .contains("In Moodle, an administrator activates it")
        );
        assert!(done.body.contains(CLOSE));
        assert_eq!(done.body.contains("read who is in a course"), cut);
        assert!(
            !done.body.contains("does not open the tool for"),
            "{}",
            done.body
        );
        let records = world.records().await;
        let registration = records[0].registration();
        assert_eq!(registration.id().client_id().as_str(), client_id);
        assert_eq!(registration.product_family(), Some(&ProductFamily::Moodle));
        let token_endpoint = format!("{}/mod/lti/token.php", world.platform.url);
        assert_eq!(registration.token_endpoint(), Some(token_endpoint.as_str()));
        let key = DeploymentKey::new(records[0].id().clone(), deployment.into());
        assert!(world.store.find(&key).await.unwrap().is_some());
    }
}
