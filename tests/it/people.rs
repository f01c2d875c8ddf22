//! Who somebody is, and that nobody is told.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tower_lti::{
    claims::names,
    registration::Registrations,
    testing::{IdToken, Platform},
};
use tracing_subscriber::fmt::MakeWriter;

use crate::app::{App, NOW, body, code};

async fn launch(
    app: &App,
    change: impl FnOnce(IdToken) -> IdToken,
) -> http::Response<bytes::Bytes> {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    browser.launch(&request, &token).await
}

// LAUNCH-83, LAUNCH-84, LAUNCH-85, C23, A1, A2
#[tokio::test]
async fn an_anonymous_launch_gets_in_only_where_it_may_and_only_without_a_name() {
    let strict = App::new();
    let answer = launch(&strict, |token| token.without_claim("sub")).await;
    assert_eq!(code(&answer), "token_rejected");

    let open = App::with(|builder| builder.allow_anonymous(true));
    let answer = launch(&open, |token| token.without_claim("sub")).await;
    assert_eq!(answer.status(), 200);
    assert!(body(&answer)["sub"].is_null());
    for (name, value) in [
        ("name", json!("A")),
        ("email", json!("a@b.test")),
        ("picture", json!(1)),
    ] {
        let answer = launch(&open, |token| token.without_claim("sub").claim(name, value)).await;
        assert_eq!(code(&answer), "token_rejected", "{name}");
    }
    let answer = launch(&open, |token| token.claim("sub", "")).await;
    assert_eq!(code(&answer), "token_rejected");
    // An empty name names nobody.
    let answer = launch(&open, |token| token.without_claim("sub").claim("name", "")).await;
    assert_eq!(answer.status(), 200);
}

// MODEL-06, MODEL-07, L20: one `sub` at two clients of one issuer is two people
#[tokio::test]
async fn a_person_is_known_by_the_registration_too() {
    let platforms =
        ["tool-1", "tool-2"].map(|client_id| Platform::new("https://lms.test", client_id));
    let registrations = platforms.each_ref().map(Platform::registration);
    let app =
        App::with(|builder| builder.registrations(Registrations::new(registrations).unwrap()));
    for (platform, client_id) in platforms.iter().zip(["tool-1", "tool-2"]) {
        let mut browser = app.browser();
        let request = browser.log_in(platform).await.unwrap();
        let token = platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        let key = json!([{"issuer": "https://lms.test", "client_id": client_id}, "user-1"]);
        assert_eq!(body(&answer)["user_key"], key);
    }
    // D04: each has a deployment of its own under the same id.
    assert_eq!(app.store.deployment_count(), 2);
}

// LAUNCH-81, ROLE-11, ROLE-12, R1 of the platforms
#[tokio::test]
async fn roles_are_those_of_this_launch_whatever_they_are() {
    let app = App::new();
    for (roles, instructor) in [
        (
            json!([
                "Instructor",
                "urn:lti:role:ims/lis/Learner",
                "https://vendor.example/roles#NotInstructor",
                ""
            ]),
            true,
        ),
        (
            json!([
                "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
            ]),
            false,
        ),
        (
            json!(["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"]),
            false,
        ),
        (json!(["Learner", "Learner"]), false),
    ] {
        let sent = roles.clone();
        let answer = launch(&app, |token| token.claim(names::ROLES, roles)).await;
        assert_eq!(body(&answer)["roles"], sent);
        assert_eq!(body(&answer)["instructor"], instructor, "{sent}");
    }
}

/// What is logged, kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

// LAUNCH-13, LAUNCH-110, E01, E02
#[tokio::test]
async fn neither_log_nor_answer_holds_a_token_a_secret_or_a_person() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = App::new();
    let mut answers = String::new();
    let mut secrets: Vec<String> = [
        "canary-sub",
        "Canary Name",
        "canary@example.org",
        "canary-custom",
        "canary-kid",
    ]
    .map(str::to_owned)
    .to_vec();
    let dress = |token: IdToken| {
        token
            .claim("sub", "canary-sub")
            .claim("name", "Canary Name")
            .claim("email", "canary@example.org")
            .claim(names::CUSTOM, json!({"x": "canary-custom"}))
    };
    let changes: [fn(IdToken) -> IdToken; 6] = [
        |token| token.header("kid", "canary-kid\n\u{1b}[31m"),
        |token| token.claim("iss", "https://canary-custom.test"),
        |token| token.claim(names::VERSION, "canary-custom"),
        |token| token.claim("exp", "canary-custom"),
        |token| token.claim(names::DEPLOYMENT_ID, ["canary-custom"].repeat(2)),
        |token| token.claim("nonce", "canary-custom"),
    ];
    for change in changes {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        secrets.extend([request.state().to_owned(), request.nonce().to_owned()]);
        secrets.extend(browser.cookies().values().cloned());
        let token = dress(app.platform.id_token(&request, NOW));
        let bad = change(token.clone()).sign();
        let good = token.sign();
        for token in [&bad, &good, &good] {
            secrets.push(token.clone());
            let answer = browser.launch(&request, token).await;
            if answer.status() != 200 {
                answers += &format!(
                    "{:?} {}",
                    answer.headers(),
                    String::from_utf8_lossy(answer.body())
                );
            }
        }
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("token_rejected") && logged.contains("launched"),
        "{logged}"
    );
    for secret in secrets {
        assert!(!logged.contains(&secret), "{secret} is in the log");
        assert!(!answers.contains(&secret), "{secret} is in an answer");
    }
}
