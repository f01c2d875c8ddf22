//! F: the fields of the launch form.

use http::Method;
use http_body_util::Full;
use tower_lti::error::LtiErrorKind::{
    ErrorBesideToken, FieldMissing, FieldRepeated, FieldTooLong, FormMalformed, Lti11Launch,
    PlatformError, PlatformLoginRequired, StateMissing, TokenTooLarge,
};

use super::{Case, Good, World, fields, refused};
use crate::app::code;

fn both(good: &Good) -> String {
    good.form(&good.token.sign())
}

// LAUNCH-02, LAUNCH-04, LAUNCH-10
#[tokio::test]
async fn a_form_that_is_wrong_in_one_thing_is_refused_before_anything_is_asked() {
    let many: String = (0..10_000).map(|n| format!("&x{n}=1")).collect();
    refused(vec![
        Case::form(
            "F01 no token",
            |good| fields(&[("state", good.state())]),
            FieldMissing,
        ),
        Case::form(
            "F02 no state",
            |good| fields(&[("id_token", &good.token.sign())]),
            StateMissing,
        ),
        Case::form("F01, F02 nothing", |_| String::new(), FieldMissing),
        Case::form(
            "F03 another token behind",
            |good| both(good) + "&id_token=attacker",
            FieldRepeated,
        ),
        Case::form(
            "F03 another token before",
            |good| format!("id_token=attacker&{}", both(good)),
            FieldRepeated,
        ),
        Case::form(
            "F03 the same token, its name escaped",
            |good| format!("{}&id%5Ftoken={}", both(good), good.token.sign()),
            FieldRepeated,
        ),
        Case::form(
            "F04 the same state twice",
            |good| format!("{}&state={}", both(good), good.state()),
            FieldRepeated,
        ),
        Case::form(
            "F04 two states",
            |good| both(good) + "&state=x",
            FieldRepeated,
        ),
        Case::form(
            "F04 an empty state beside the good one",
            |good| both(good) + "&state=",
            FieldRepeated,
        ),
        Case::form(
            "F05 in capitals",
            |good| both(good).replace("id_token", "ID_TOKEN"),
            FieldMissing,
        ),
        Case::form(
            "F05 with brackets",
            |good| both(good).replace("id_token", "id_token[]"),
            FieldMissing,
        ),
        Case::form(
            "F05 with a space",
            |good| both(good).replace("id_token", "id_token+"),
            FieldMissing,
        ),
        Case::form("F07 an empty token", |good| good.form(""), FieldMissing),
        Case::form(
            "F07 an empty state",
            |good| fields(&[("id_token", &good.token.sign()), ("state", "")]),
            StateMissing,
        ),
        Case::form(
            "F08 an escape that is none",
            |good| format!("id_token={}&state=%zz", good.token.sign()),
            FormMalformed,
        ),
        Case::form(
            "F08 a lone per cent",
            |good| both(good) + "%",
            FormMalformed,
        ),
        Case::form(
            "F08 not UTF-8",
            |good| format!("id_token={}&state=%ff%fe", good.token.sign()),
            FormMalformed,
        ),
        Case::form(
            "F08 not UTF-8 in a field that nobody reads",
            |good| both(good) + "&other=%ff",
            FormMalformed,
        ),
        Case::form(
            "F10 ten thousand fields",
            move |good| both(good) + &many,
            FormMalformed,
        ),
        Case::form(
            "F15, F16 an error beside the token",
            |good| both(good) + "&error=login_required",
            ErrorBesideToken,
        ),
        Case::form(
            "F19 the token in another field",
            |good| both(good).replace("id_token", "JWT"),
            FieldMissing,
        ),
        Case::form(
            "a state that is too long",
            |good| {
                fields(&[
                    ("id_token", &good.token.sign()),
                    ("state", &"x".repeat(5_000)),
                ])
            },
            FieldTooLong,
        ),
        Case::form(
            "J28 a token over its limit",
            |good| good.form(&"x".repeat(512 * 1024 + 1)),
            TokenTooLarge,
        ),
        Case::form(
            "an LTI 1.1 launch",
            |_| {
                fields(&[
                    ("lti_message_type", "basic-lti-launch-request"),
                    ("oauth_consumer_key", "k"),
                ])
            },
            Lti11Launch,
        ),
    ])
    .await;
}

// F01, F02, F15: no key is fetched for a form that is refused
#[tokio::test]
async fn keys_are_fetched_only_for_forms_that_are_whole_and_browsers_that_are_known() {
    let world = World::new().await;
    let good = world.good_launch().await;
    let token = good.token.sign();
    for form in [
        fields(&[("state", good.state())]),
        fields(&[("id_token", &token)]),
        fields(&[("id_token", &token), ("state", "x")]),
        fields(&[("error", "x"), ("state", good.state())]),
    ] {
        world.send(good.post(form)).await;
    }
    world.send(good.post_with(both(&good), "a=b")).await;
    assert_eq!(world.app.platform.fetches(), 0);
}

// LAUNCH-03, F05, F11, F12, F18, F20
#[tokio::test]
async fn what_nobody_reads_does_no_harm() {
    let long = "v".repeat(200 * 1024);
    let collisions: String = (0..60).map(|n| format!("&{n:0>64}=1")).collect();
    for more in [
        "&utf8=%E2%9C%93&authenticity_token=x&lti_storage_target=_parent&session_state=y".into(),
        format!("&unknown={long}"),
        format!("&{long}=1"),
        "&lti_storage_target=%22%3E%3Cscript%3Ex%3C%2Fscript%3E".into(),
        collisions,
        "&&&".into(),
    ] {
        let world = World::new().await;
        let good = world.good_launch().await;
        let form = format!("{}{more}", both(&good)).replace("id_token", "id%5Ftoken");
        let answer = world.send(good.post(form)).await;
        assert_eq!(answer.status(), 200, "{}", &more[..20.min(more.len())]);
        assert!(!format!("{answer:?}").contains("<script"));
        assert!(!world.log.text().contains(&long));
    }
}

// LAUNCH-06, LAUNCH-10, LAUNCH-11, LAUNCH-12, LAUNCH-13, LAUNCH-14, LAUNCH-15, F15, F16, E02
#[tokio::test]
async fn an_error_of_the_platform_is_told_in_our_words_alone() {
    for (error, kind) in [
        ("login_required", PlatformLoginRequired),
        ("interaction_required", PlatformLoginRequired),
        ("access_denied", PlatformError),
        ("launch_no_longer_valid", PlatformError),
        ("<script>alert(1)</script>", PlatformError),
        ("new\r\nSet-Cookie: a=b", PlatformError),
    ] {
        for method in [Method::POST, Method::GET] {
            let world = World::new().await;
            let good = world.good_launch().await;
            let form = fields(&[
                ("error", error),
                (
                    "error_description",
                    "words <b>\r\nSet-Cookie: a=b\u{1b}[31m",
                ),
                ("error_uri", "javascript:alert(1)"),
                ("state", good.state()),
            ]);
            let mut request = good.post(form.clone());
            if method == Method::GET {
                *request.method_mut() = method;
                *request.uri_mut() = format!("/lti/launch?{form}").parse().unwrap();
                *request.body_mut() = Full::default();
            }
            let answer = world.send(request).await;
            world.assert_refused(error, &good, &answer, kind);
            let told = format!("{:?} {:?}", answer.headers(), answer.body());
            for theirs in ["words", "script", "a=b"] {
                assert!(!told.contains(theirs), "{theirs} in {told}");
                assert!(!world.log.text().contains(theirs));
            }
            let cleared = answer.headers()["set-cookie"].to_str().unwrap();
            assert!(cleared.contains("Max-Age=0"), "the login is over");
        }
    }
}

// F20
#[tokio::test]
async fn a_storage_target_is_never_shown_on_the_page_of_a_long_login() {
    let world = World::new().await;
    let mut browser = world.app.browser();
    let query = fields(&[
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "\"><script>x</script>"),
        ("target_link_uri", "https://tool.test/app"),
        ("lti_storage_target", "\"><script>x</script>"),
        ("lti_message_hint", &"h".repeat(4_000)),
    ]);
    let answer = browser.get_login(&query).await;
    assert_eq!(answer.status(), 200);
    assert!(!String::from_utf8_lossy(answer.body()).contains("<script>x"));
}

// F10, F18: no field costs more than another, whatever its name
#[tokio::test]
async fn a_form_of_many_fields_is_given_up_at_the_sixty_fifth() {
    let world = World::new().await;
    let good = world.good_launch().await;
    for (fields, status) in [(62, 200), (63, 400)] {
        let more: String = (0..fields).map(|n| format!("&{n}=1")).collect();
        let answer = world.send(good.post(both(&good) + &more)).await;
        assert_eq!(answer.status(), status, "{}", code(&answer));
    }
}
