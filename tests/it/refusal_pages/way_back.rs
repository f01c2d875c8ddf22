//! Where the platform's return address is signed, the page leads there.

use std::time::Duration;

use http::{Request, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_lti::{
    MemoryStore, OnMissingDeployment,
    claims::names,
    error::LtiErrorKind::{
        AudienceMismatch, DeadlinePassed, DeploymentHintMismatch, NonceMismatch, NonceReplayed,
        OnboardingUnfinished, SignatureWrong, StoreFull, SubjectMissing, TargetMismatch,
        TicketUsed, TokenExpired,
    },
    testing::{IdToken, SigningKey},
    tool::Limits,
};

use super::{BACK, LINK, arrive, error, kind, launch, page};
use crate::{
    app::{App, NOW},
    onboarding::{Answer, Person, with_resume},
};

fn assert_leads_back(answer: &Answer) {
    let page = page(answer);
    assert!(page.contains(LINK), "{page}");
    assert_eq!(error(answer).way_back(), Some(BACK));
}

fn assert_leads_nowhere(answer: &Answer) {
    let page = page(answer);
    assert!(!page.contains("Back to your course"), "{page}");
    assert!(!page.contains("lms.test"), "{page}");
    assert_eq!(error(answer).way_back(), None);
}

// N35
#[tokio::test]
async fn a_replay_leads_back_to_the_course() {
    let app = App::new();
    let mut person = app.browser();
    let (request, token) = arrive(&app, &mut person).await;
    let cookies = person.cookies().clone();
    assert_eq!(launch(&mut person, &request, &token).await.status(), 200);

    // Sent before the first answer had taken the cookie away: a double click.
    *person.cookies() = cookies;
    let answer = launch(&mut person, &request, &token).await;

    assert_eq!(
        (answer.status().as_u16(), kind(&answer)),
        (409, NonceReplayed)
    );
    assert_leads_back(&answer);
}

// N35
#[tokio::test]
async fn a_wrong_claim_leads_back_whichever_it_is() {
    for (name, value) in [
        (names::VERSION, json!("1.1")),
        (names::MESSAGE_TYPE, Value::Null),
        (names::MESSAGE_TYPE, json!("LtiFutureThing")),
        (names::DEPLOYMENT_ID, json!("")),
        (names::ROLES, json!("Learner")),
        (names::RESOURCE_LINK, json!({})),
        (names::TARGET_LINK_URI, json!(7)),
        (names::TARGET_LINK_URI, json!("https://tool.test/app/2")),
        (names::TARGET_LINK_URI, json!("https://evil.test/")),
    ] {
        let app = App::new();
        let mut person = app.browser();
        let (request, token) = arrive(&app, &mut person).await;
        let answer = launch(&mut person, &request, &token.claim(name, value)).await;
        assert_eq!(answer.status(), 400, "{name}");
        assert_leads_back(&answer);
    }
}

// N48
#[tokio::test]
async fn of_two_links_that_are_opened_together_the_page_says_to_open_one_again() {
    let app = App::new();
    let mut first = app
        .browser()
        .with_login_parameter("lti_deployment_id", "dep-1");
    for (name, value, as_kind) in [
        (
            names::TARGET_LINK_URI,
            "https://tool.test/app/2",
            TargetMismatch,
        ),
        (names::DEPLOYMENT_ID, "dep-2", DeploymentHintMismatch),
    ] {
        let (request, token) = arrive(&app, &mut first).await;
        let answer = launch(&mut first, &request, &token.claim(name, value)).await;

        assert_eq!((answer.status().as_u16(), kind(&answer)), (400, as_kind));
        let page = page(&answer);
        assert!(
            page.contains("<strong>Open it again from your course, one link at a time.</strong>"),
            "{page}"
        );
        assert!(!page.contains("lacks something"), "{page}");
        assert_leads_back(&answer);
    }
    assert_eq!(app.calls(), 0);
}

// N35: what is not proven leads nowhere, and all answers to a rejected token are alike
#[tokio::test]
async fn a_rejected_token_leads_nowhere() {
    let stranger = SigningKey::shared(3, "k1");
    let changes: [(_, &dyn Fn(IdToken) -> IdToken); 5] = [
        (SignatureWrong, &|token| token.signed_by(&stranger)),
        (AudienceMismatch, &|token| token.claim("aud", "tool-2")),
        (TokenExpired, &|token| token.claim("exp", NOW - 100)),
        (SubjectMissing, &|token| token.without_claim("sub")),
        (NonceMismatch, &|token| token.claim("nonce", "n")),
    ];
    for (as_kind, change) in changes {
        let app = App::new();
        let mut person = app.browser();
        let (request, token) = arrive(&app, &mut person).await;
        let answer = launch(&mut person, &request, &change(token)).await;
        assert_eq!(kind(&answer), as_kind);
        assert_leads_nowhere(&answer);
    }
}

// N35
#[tokio::test]
async fn an_address_that_is_not_safe_is_none() {
    for address in [
        "http://lms.test/",
        "javascript:alert(1)",
        "/return",
        "https:evil",
        "",
    ] {
        let app = App::new();
        let mut person =
            app.browser_with(|layer| layer.on_missing_deployment(OnMissingDeployment::Reject));
        let (request, token) = arrive(&app, &mut person).await;
        let shown = json!({"return_url": address});
        let token = token.claim(names::LAUNCH_PRESENTATION, shown);
        let answer = launch(&mut person, &request, &token).await;
        assert_eq!(answer.status(), 403);
        assert_leads_nowhere(&answer);
    }
}

// N35
#[tokio::test]
async fn a_store_that_is_full_or_late_leads_back() {
    let full = App::with(|builder| builder.store(MemoryStore::default().with_capacity(0)));
    let mut person = full.browser();
    let (request, token) = arrive(&full, &mut person).await;
    let answer = launch(&mut person, &request, &token).await;
    assert_eq!((answer.status().as_u16(), kind(&answer)), (503, StoreFull));
    assert_eq!(error(&answer).retry_after(), Some(Duration::from_secs(2)));
    assert_leads_back(&answer);

    let limits = Limits::default().launch_timeout(Duration::from_millis(100));
    let late = App::with(|builder| builder.limits(limits));
    let mut person = late.browser_with(|layer| {
        layer.on_missing_deployment(OnMissingDeployment::create_if(|_| std::future::pending()))
    });
    let (request, token) = arrive(&late, &mut person).await;
    let answer = launch(&mut person, &request, &token).await;
    assert_eq!(
        (answer.status().as_u16(), kind(&answer)),
        (503, DeadlinePassed)
    );
    assert_leads_back(&answer);
}

async fn resume(person: &mut Person) -> Answer {
    let request = Request::get(format!("/lti/resume?ticket={}", person.ticket))
        .header(header::ACCEPT, "text/html")
        .body(Full::default())
        .unwrap();
    person.browser.send_launch(request).await
}

// N35
#[tokio::test]
async fn a_person_on_the_way_through_onboarding_is_led_back() {
    const LINK: &str =
        "<a href=\"https://lms.test/course?a=1&amp;b=&quot;2\">Back to your course</a>";
    let app = App::new();
    let mut person = Person::arrives(&app, with_resume).await;
    let ticket = person.opens(&app).unwrap();
    assert!(ticket.is_parked());
    let refused = ticket.reject();
    assert_eq!(refused.status(), 403);
    assert_eq!(
        refused.way_back(),
        Some("https://lms.test/course?a=1&b=\"2")
    );

    let waiting = resume(&mut person).await;
    assert_eq!(kind(&waiting), OnboardingUnfinished);
    assert!(page(&waiting).contains(LINK));
    app.tool.complete_onboarding(&ticket).await.unwrap();
    assert_eq!(resume(&mut person).await.status(), 200);
    let again = resume(&mut person).await;
    assert_eq!(kind(&again), TicketUsed);
    assert!(page(&again).contains(LINK));
    let error = app.tool.request_approval(&ticket).await.unwrap_err();
    assert_eq!(error.kind(), TicketUsed);
    assert!(error.way_back().is_some());

    // Nobody else's browser is told where the person came from.
    person.browser.cookies().clear();
    let elsewhere = resume(&mut person).await;
    assert_leads_nowhere(&elsewhere);
}
