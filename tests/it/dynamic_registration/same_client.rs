//! Platforms that are given, or give themselves, what is another's.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;
use tower_lti::{
    dynamic_registration::{LtiRegistration, RegistrationAccess, RegistrationTerms},
    live_registrations::LiveRegistrations,
    registration::RegistrationRecord,
};

use super::{
    platform::{Platform, Reply, echo},
    world::{World, confirm, get, profile},
};

/// A registration of another school, with the client id that platforms here give.
fn school(base: &str, more: &[(&str, &str)]) -> RegistrationRecord {
    let mut json = json!({
        "issuer": base,
        "client_id": "client-1",
        "authorization_endpoint": format!("{base}/auth"),
        "token_endpoint": format!("{base}/token"),
        "jwks_url": format!("{base}/jwks"),
    });
    for (name, value) in more {
        json[*name] = json!(value);
    }
    RegistrationRecord::from_json(&json.to_string()).unwrap()
}

// REG-07, S12, S26, S28: what proves the tool at a token endpoint belongs to one registration.
#[tokio::test]
async fn a_platform_cannot_take_another_s_client_id_and_token_endpoint_or_audience() {
    let brightspace = [
        (
            "token_endpoint",
            "https://auth.brightspace.com/core/connect/token",
        ),
        ("token_audience", "https://api.brightspace.com/auth/token"),
    ];
    let canvas = [(
        "token_endpoint",
        "https://sso.canvaslms.com/login/oauth2/token",
    )];
    for (base, more, member, stolen) in [
        (
            "https://lms.school.example",
            &[][..],
            "token_endpoint",
            "https://lms.school.example/token",
        ),
        (
            "https://lms.school.example",
            &[],
            "token_endpoint",
            "https://LMS.school.example:443/x",
        ),
        (
            "https://lms.school.example",
            &[],
            "authorization_server",
            "https://lms.school.example/token",
        ),
        (
            "https://lms.school.example",
            &[],
            "authorization_server",
            "https://lms.school.example",
        ),
        (
            "https://acme.brightspace.com",
            &brightspace,
            "token_endpoint",
            brightspace[0].1,
        ),
        (
            "https://acme.brightspace.com",
            &brightspace,
            "authorization_server",
            brightspace[1].1,
        ),
        (
            "https://acme.brightspace.com",
            &brightspace,
            "authorization_server",
            "https://acme.brightspace.com/d2l",
        ),
        (
            "https://canvas.instructure.com",
            &canvas,
            "authorization_server",
            "https://x.instructure.com/login/oauth2/token",
        ),
    ] {
        let world = World::start().await;
        world.registrations.add(school(base, more)).await.unwrap();
        let mut configuration = world.platform.configuration();
        configuration[member] = json!(stolen);
        world.platform.has(configuration);
        let page = world.register(&world.open(), None).await;
        page.assert_refused(409, "client_known_elsewhere");
        assert_eq!(world.records().await.len(), 1, "{member} {stolen}");
    }
}

// REG-13, S12: client ids are counted up, so another's is met by chance.
#[tokio::test]
async fn the_same_client_id_at_another_platform_is_one_more_registration() {
    let world = World::start().await;
    let other = Platform::start().await;
    for base in ["https://lms.school.example", &other.url] {
        world.registrations.add(school(base, &[])).await.unwrap();
    }
    let page = world.register(&world.open(), None).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(world.records().await.len(), 3);
}

// S12, S26: an invite that keeps two platforms of one name apart does not lend the one's client to the other.
#[tokio::test]
async fn a_discriminator_does_not_lead_to_another_s_token_endpoint() {
    let world = World::start().await;
    let known = school(&world.platform.url, &[]);
    world.registrations.add(known).await.unwrap();
    let service = world.service(RegistrationAccess::Invited);
    let terms = RegistrationTerms::new().discriminator("b").login_name("b");
    let query = world.invited(&service, terms);
    let shown = get(&service, &query).await;
    let page = confirm(&service, &query, &shown).await;
    page.assert_refused(409, "client_known_elsewhere");
    assert_eq!(world.records().await.len(), 1);
}

// S26: what is compared before the platform is asked is compared again when it has answered.
#[tokio::test]
async fn of_two_platforms_of_one_name_that_are_confirmed_at_once_one_is_kept() {
    for on_two_instances in [false, true] {
        let world = World::start().await;
        let (running, clients) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
        let configuration = world.platform.configuration();
        let base = world.platform.url.clone();
        let tokens = AtomicUsize::new(0);
        world.platform.answers(move |heard| {
            if heard.method == "GET" {
                let mut other = configuration.clone();
                let nth = tokens.fetch_add(1, Ordering::SeqCst);
                other["token_endpoint"] = json!(format!("{base}/token/{nth}"));
                return Reply::Json(200, other);
            }
            running.fetch_add(1, Ordering::SeqCst);
            let client = format!("client-{}", clients.fetch_add(1, Ordering::SeqCst));
            let reply = Box::new(Reply::Json(200, echo(heard, client)));
            Reply::Until(Arc::clone(&running), 2, reply)
        });
        let one = world.open();
        let elsewhere = LiveRegistrations::new(world.store.clone());
        let two = if on_two_instances {
            let access = RegistrationAccess::InsecureAnybody;
            let tool = world.other_tool(|tool| tool.registrations(elsewhere.clone()));
            LtiRegistration::new(tool, elsewhere, profile(), access).unwrap()
        } else {
            one.clone()
        };
        let query = world.platform.query(None);
        let shown = (get(&one, &query).await, get(&two, &query).await);
        let (first, second) = tokio::join!(
            confirm(&one, &query, &shown.0),
            confirm(&two, &query, &shown.1),
        );
        assert_eq!(world.platform.posted().len(), 2);
        let done = [first, second];
        let kept = done.iter().filter(|page| page.status == 200).count();
        for page in done.iter().filter(|page| page.status != 200) {
            page.assert_refused(409, "issuer_known_elsewhere");
        }
        assert_eq!(world.records().await.len(), kept);
        assert!(kept == 1 || (on_two_instances && kept == 0), "{kept}");
    }
}
