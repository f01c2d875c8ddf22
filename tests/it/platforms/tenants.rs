//! Which registration a login is meant for.

use http::header;
use tower_lti::{
    LtiLogin,
    claims::names,
    error::LtiErrorKind,
    registration::{Registration, Registrations},
    testing::Platform,
};

use super::lms::{TARGET, app_at, asked, begin, kind, post_login};
use crate::app::{App, NOW, body};

// PLAT-L1: these two are one number in a double
#[tokio::test]
async fn client_ids_that_look_like_numbers_are_text() {
    let near = [
        Platform::new("https://canvas.instructure.com", "104410000000000977"),
        Platform::new("https://canvas.instructure.com", "104410000000000978"),
    ];
    let app = app_at(&near);
    for (at, other) in [(0, 1), (1, 0)] {
        let mut browser = app.browser();
        let request = browser.log_in(&near[at]).await.unwrap();
        assert_eq!(request.parameter("client_id"), near[at].client_id());
        let wrong = near[other].id_token(&request, NOW).sign();
        let refused = browser.launch(&request, &wrong).await;
        assert_eq!(kind(&refused), Some(LtiErrorKind::AudienceMismatch));
        let right = near[at].id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &right).await.status(), 200);
    }
}

/// A registration with a login URL of its own, whose endpoints lie at `host`.
fn school(issuer: &str, client_id: &str, host: &str) -> Registration {
    Registration::builder(issuer, client_id)
        .authorization_endpoint(format!("https://{host}.test/auth"))
        .jwks_url(format!("https://{host}.test/jwks"))
        .login_name(host)
        .build()
        .unwrap()
}

fn app_of(registrations: impl IntoIterator<Item = Registration>) -> App {
    App::with(|builder| builder.registrations(Registrations::new(registrations).unwrap()))
}

// PLAT-L2, PLAT-L5, PLAT-L7, PLAT-L10
#[tokio::test]
async fn the_path_says_which_school_is_meant_where_the_issuer_does_not() {
    for (id, issuer, client_ids, sent) in [
        (
            "PLAT-L2 Canvas of one's own",
            "https://canvas.instructure.com",
            ["10000000000003", "10000000000004"],
            Some("10000000000003"),
        ),
        (
            "PLAT-L5 Moodle before 3.9",
            "https://school.test",
            ["a1", "a2"],
            None,
        ),
        (
            "PLAT-L7 Schoology",
            "https://schoology.schoology.com",
            ["811203", "811204"],
            None,
        ),
        (
            "PLAT-L10 Sakai before 2022",
            "https://sakai.test",
            ["s1", "s2"],
            None,
        ),
    ] {
        let app = app_of([
            school(issuer, client_ids[0], "north"),
            school(issuer, client_ids[1], "south"),
        ]);
        let mut fields = vec![
            ("iss", issuer),
            ("target_link_uri", TARGET),
            ("login_hint", "811203-709083"),
            ("lti_message_hint", "50"),
            ("canvas_region", "not_configured"),
        ];
        fields.extend(sent.map(|client_id| ("client_id", client_id)));
        let login = LtiLogin::new(app.tool.clone()).registration_from_path();
        let answer = post_login(login.clone(), "/lti/login/north", &fields).await;
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(location.starts_with("https://north.test/auth?"), "{id}");
        let request = asked(&answer, &fields).unwrap();
        assert_eq!(request.parameter("client_id"), client_ids[0], "{id}");

        let answer = post_login(login, "/lti/login/south", &fields).await;
        match sent {
            // What the platform says must agree with what the path says.
            Some(_) => assert_eq!(kind(&answer), Some(LtiErrorKind::ClientIdUnknown), "{id}"),
            None => {
                let request = asked(&answer, &fields).unwrap();
                assert_eq!(request.parameter("client_id"), client_ids[1], "{id}");
            }
        }
    }
}

// PLAT-L5, PLAT-L7, PLAT-L10
#[tokio::test]
async fn a_login_without_a_client_id_is_served_where_one_registration_has_the_issuer() {
    for (id, issuer) in [
        ("PLAT-L5 Moodle before 3.9", "https://school.test"),
        ("PLAT-L7 Schoology", "https://schoology.schoology.com"),
        ("PLAT-L10 Sakai before 2022", "https://sakai.test"),
    ] {
        let mut fields = vec![
            ("iss", issuer),
            ("target_link_uri", TARGET),
            ("login_hint", "2"),
            ("lti_message_hint", "50"),
        ];
        let one = app_at(&[Platform::new(issuer, "709210")]);
        let mut browser = one.browser();
        let request = begin(&mut browser, &fields).await.unwrap();
        assert_eq!(request.parameter("client_id"), "709210", "{id}");
        assert_eq!(request.parameter("lti_message_hint"), "50", "{id}");
        let token = one.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200, "{id}");

        let two = app_at(&[
            Platform::new(issuer, "709210"),
            Platform::new(issuer, "709211"),
        ]);
        let refused = begin(&mut two.browser(), &fields).await;
        assert_eq!(refused.unwrap_err(), LtiErrorKind::ClientIdNeeded, "{id}");

        // Later versions name it.
        fields.push(("client_id", "709211"));
        let request = begin(&mut two.browser(), &fields).await.unwrap();
        assert_eq!(request.parameter("client_id"), "709211", "{id}");
    }
}

// PLAT-L3
#[tokio::test]
async fn the_test_systems_of_canvas_are_other_platforms() {
    let at = |host: &str| Platform::new(&format!("https://{host}.instructure.com"), "7");
    let (real, beta) = (at("canvas"), at("canvas.beta"));
    let app = app_at(&[real.clone(), beta.clone()]);
    let unknown = app.browser().log_in(&at("canvas.test")).await.unwrap_err();
    assert_eq!(kind(&unknown.0), Some(LtiErrorKind::IssuerUnknown));
    for (ours, theirs) in [(&real, &beta), (&beta, &real)] {
        let mut browser = app.browser();
        let request = browser.log_in(ours).await.unwrap();
        let wrong = theirs.id_token(&request, NOW).sign();
        let refused = browser.launch(&request, &wrong).await;
        assert_eq!(kind(&refused), Some(LtiErrorKind::IssuerMismatch));
        let right = ours.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &right).await.status(), 200);
    }
    assert_eq!(app.store.deployment_count(), 2);
}

// PLAT-L9: every client of Open edX has a deployment "1"
#[tokio::test]
async fn one_deployment_id_under_many_clients_is_many_deployments() {
    let clients: Vec<Platform> = (0..20)
        .map(|n| Platform::new("https://courses.test", &format!("6e5d4c3b-{n}")))
        .collect();
    let app = app_at(&clients);
    for client in &clients {
        let mut browser = app.browser();
        let request = browser.log_in(client).await.unwrap();
        let token = client
            .id_token(&request, NOW)
            .claim(names::DEPLOYMENT_ID, "1")
            .sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(body(&answer)["created"], true);
    }
    assert_eq!(app.store.deployment_count(), clients.len());
}
