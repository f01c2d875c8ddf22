//! Login secrets: how good they are, and which of them signs.

use tower_lti::{
    LoginSecret, MemoryStore,
    error::LtiErrorKind,
    tool::{ConfigError, LoginSecretError},
};

use crate::app::{App, NOW, code};

fn secret(name: &str) -> LoginSecret {
    LoginSecret::from_bytes(format!("secret {name} that only tests may know")).unwrap()
}

// N23
#[test]
fn a_secret_that_nobody_drew_at_random_is_none() {
    for plain in [
        " ".repeat(32),
        "a".repeat(64),
        "\0".repeat(48),
        "ab".repeat(32),
        "01234".repeat(10),
        "changeme".repeat(4),
        "change-me ".repeat(5),
        "0123456789".repeat(4),
        "secret".repeat(6) + "sec",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaabcd".to_owned(),
    ] {
        let refused = LoginSecret::from_bytes(plain.clone());
        assert!(
            matches!(refused, Err(LoginSecretError::TooPlain)),
            "{plain:?}"
        );
    }
    let short = LoginSecret::from_bytes(*b"0123456789abcdef0123456789abcde");
    assert!(matches!(
        short,
        Err(LoginSecretError::TooShort { bytes: 31 })
    ));
    for good in [
        "f3b1c09d27a84e6550f3b1c09d27a84e",
        "9Vd0kXo2m0l5l3Yv1uJ7m8b1l9pGq2aB",
        "correct horse battery staple, and more",
    ] {
        assert!(LoginSecret::from_bytes(good).is_ok(), "{good}");
    }
    for _ in 0..1_000 {
        let drawn = LoginSecret::generate().unwrap();
        assert_eq!(format!("{drawn:?}"), "LoginSecret(..)");
    }
}

/// Whether a tool of these secrets takes a state that `began` signed.
async fn opens(began: &App, then: &App) -> bool {
    let mut login = began.browser();
    let request = login.log_in(&began.platform).await.unwrap();
    let mut launch = then.browser();
    launch.cookies().clone_from(login.cookies());
    let token = then.platform.id_token(&request, NOW).sign();
    let answer = launch.launch(&request, &token).await;
    match answer.status().as_u16() {
        200 => true,
        _ => {
            assert_eq!(code(&answer), "state_invalid");
            false
        }
    }
}

// N23
#[tokio::test]
async fn the_last_secret_signs_and_one_that_was_replaced_verifies_nothing() {
    let shared = MemoryStore::default();
    let of = |secrets: &[&str], previous: &[&str]| {
        App::with(|mut builder| {
            for name in secrets {
                builder = builder.login_secret(secret(name));
            }
            for name in previous {
                builder = builder.add_previous_login_secret(secret(name));
            }
            builder
                .store(shared.clone())
                .insecure_allow_volatile_store()
        })
    };
    let [a, b] = ["a", "b"].map(|name| of(&[name], &[]));
    let replaced = of(&["a", "b"], &[]);
    assert!(!opens(&a, &replaced).await);
    assert!(opens(&b, &replaced).await);
    assert!(opens(&replaced, &b).await);

    let changed = of(&["b"], &["a"]);
    assert!(opens(&a, &changed).await);
    assert!(opens(&changed, &b).await);
    assert!(!opens(&changed, &a).await);
}

// N23
#[test]
fn a_previous_secret_alone_signs_nothing() {
    let platform = tower_lti::testing::Platform::new("https://lms.test", "tool-1");
    let registrations = [platform.registration()];
    let builder = || {
        tower_lti::LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(
                tower_lti::registration::Registrations::new(registrations.clone()).unwrap(),
            )
            .add_previous_login_secret(secret("a"))
    };
    for built in [
        builder().build(),
        builder().insecure_allow_volatile_store().build(),
    ] {
        assert!(matches!(built, Err(ConfigError::PreviousLoginSecretAlone)));
    }
}

// N30
#[tokio::test]
async fn a_store_that_forgets_lets_in_no_login_from_before_whatever_the_clock_says() {
    for back in [0, 1, 5, 59, 61, 600] {
        let start = |at: u64| {
            let app = App::with(|builder| {
                builder
                    .login_secret(secret("a"))
                    .insecure_allow_volatile_store()
            });
            app.clock.set_wall_unix(at);
            app
        };
        let before = start(NOW);
        let mut browser = before.browser();
        let request = browser.log_in(&before.platform).await.unwrap();
        let cookies = browser.cookies().clone();
        let token = before.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);

        let after = App::with(|builder| {
            before.clock.set_wall_unix(NOW - back);
            builder
                .clock(before.clock.clone())
                .login_secret(secret("a"))
                .insecure_allow_volatile_store()
        });
        for later in 0..30 {
            before.clock.set_wall_unix(NOW - back + later * 20);
            let mut browser = after.browser();
            browser.cookies().clone_from(&cookies);
            let answer = browser.launch(&request, &token).await;
            assert_eq!(answer.status(), 401, "{back} s back, {later}");
        }
        assert_eq!(after.calls(), 0);

        // Who begins anew gets in.
        before.clock.set_wall_unix(NOW);
        let mut browser = after.browser();
        let request = browser.log_in(&after.platform).await.unwrap();
        let token = after.platform.id_token(&request, NOW).sign();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
    }
}

// N30
#[tokio::test]
async fn another_instance_over_a_memory_of_its_own_takes_no_launch_of_this_one() {
    let instance = || {
        App::with(|builder| {
            builder
                .login_secret(secret("a"))
                .insecure_allow_volatile_store()
        })
    };
    let (one, other) = (instance(), instance());
    let mut login = one.browser();
    let request = login.log_in(&one.platform).await.unwrap();
    let token = one.platform.id_token(&request, NOW).sign();
    let mut elsewhere = other.browser();
    elsewhere.cookies().clone_from(login.cookies());
    let answer = elsewhere.launch(&request, &token).await;
    let error = answer.extensions().get::<tower_lti::LtiError>();
    let kind = error.map(tower_lti::LtiError::kind);
    assert_eq!(kind, Some(LtiErrorKind::StateBeforeMemory));
    assert_eq!(login.launch(&request, &token).await.status(), 200);
}
