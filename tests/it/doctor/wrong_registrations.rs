//! A good registration, made wrong in one thing.

use serde_json::{Value, json};
use tower_lti::{
    doctor::{Finding, Severity},
    outbound::HttpsClient,
    services::ActionBy,
};

use super::world::{Reply, World, good, wrong_checks};

type Change = Box<dyn Fn(&World, &mut Value) + Send + Sync>;

/// One thing that is wrong: what, how, what is found, who has to act, and what the remedy names.
struct Wrong {
    what: &'static str,
    change: Change,
    checks: &'static [&'static str],
    who: ActionBy,
    remedy: &'static str,
}

fn wrong(
    what: &'static str,
    checks: &'static [&'static str],
    who: ActionBy,
    remedy: &'static str,
    change: impl Fn(&World, &mut Value) + Send + Sync + 'static,
) -> Wrong {
    Wrong {
        what,
        change: Box::new(change),
        checks,
        who,
        remedy,
    }
}

/// The registration with a member of another value.
fn set(name: &'static str, value: impl Into<Value>) -> impl Fn(&World, &mut Value) {
    let value = value.into();
    move |_, entry| entry[name] = value.clone()
}

/// The platform with another answer.
fn answers(place: &'static str, reply: Reply) -> impl Fn(&World, &mut Value) {
    move |world, _| world.answers(place, reply.clone())
}

fn token_refused(status: u16, body: &'static str) -> impl Fn(&World, &mut Value) {
    move |world, _| world.tokens(move |_| Reply::new(status, body))
}

fn of_the_file() -> Vec<Wrong> {
    use ActionBy::ToolOperator;
    vec![
        wrong(
            "a member is misspelt",
            &["registration_entry"],
            ToolOperator,
            "correct the member's name",
            |_, entry| {
                entry["token_endpont"] = entry["token_endpoint"].take();
                entry.as_object_mut().unwrap().remove("token_endpoint");
            },
        ),
        wrong(
            "the authorization endpoint is missing",
            &["registration_entry"],
            ToolOperator,
            "what the platform shows",
            |_, entry| {
                entry
                    .as_object_mut()
                    .unwrap()
                    .remove("authorization_endpoint");
            },
        ),
        wrong(
            "the client id has a space behind it",
            &["registration_entry"],
            ToolOperator,
            "spaces",
            set("client_id", "tool-1 "),
        ),
        wrong(
            "an endpoint is http",
            &["registration_entry"],
            ToolOperator,
            "https",
            set("jwks_url", "http://lms.test/jwks"),
        ),
        wrong(
            "it is disabled",
            &["registration_status"],
            ToolOperator,
            "enable",
            set("disabled", true),
        ),
        wrong(
            "it waits for approval",
            &["registration_status"],
            ToolOperator,
            "approve",
            set("status", "pending"),
        ),
        wrong(
            "the redirect URI is elsewhere",
            &["redirect_uri"],
            ToolOperator,
            "remove `redirect_uri`",
            set("redirect_uri", "https://old.example/launch"),
        ),
    ]
}

fn of_the_issuer() -> Vec<Wrong> {
    use ActionBy::ToolOperator;
    let known = |world: &World| {
        let configuration =
            json!({"issuer": "https://lms.test", "jwks_uri": "https://lms.test/jwks"});
        world.answers(
            "lms.test/.well-known/openid-configuration",
            Reply::json(&configuration),
        );
    };
    vec![
        wrong(
            "the issuer ends in a slash",
            &["issuer_text"],
            ToolOperator,
            "\"https://lms.test\"",
            set("issuer", "https://lms.test/"),
        ),
        wrong(
            "the issuer is not as the platform calls itself",
            &["issuer_text"],
            ToolOperator,
            "write \"https://lms.test\" as `issuer`",
            move |world, entry| {
                known(world);
                entry["issuer"] = "https://lms.test/".into();
            },
        ),
        wrong(
            "the issuer is http",
            &["issuer_text"],
            ToolOperator,
            "https://lms.test",
            set("issuer", "http://lms.test"),
        ),
        wrong(
            "the issuer has capitals in its host",
            &["issuer_text"],
            ToolOperator,
            "\"lms.test\"",
            set("issuer", "https://LMS.test"),
        ),
        wrong(
            "the issuer has a query",
            &["issuer_text"],
            ToolOperator,
            "not the address of a page",
            set("issuer", "https://lms.test/?a=b"),
        ),
        wrong(
            "the issuer is that of another platform",
            &["issuer_host"],
            ToolOperator,
            "same platform",
            set("issuer", "https://other.example"),
        ),
    ]
}

fn of_the_key_set() -> Vec<Wrong> {
    use ActionBy::{PlatformAdministrator, ToolOperator};
    const SET: &[&str] = &["platform_key_set"];
    vec![
        wrong(
            "the key set is a login page",
            SET,
            PlatformAdministrator,
            "signing in",
            answers("lms.test/jwks", Reply::page("<input type=\"password\">")),
        ),
        wrong(
            "the key set is a page",
            SET,
            ToolOperator,
            "`jwks_url`",
            answers("lms.test/jwks", Reply::page("Welcome")),
        ),
        wrong(
            "the key set is not there, and is without a slash",
            SET,
            ToolOperator,
            "https://lms.test/jwks in place",
            set("jwks_url", "https://lms.test/jwks/"),
        ),
        wrong(
            "the key set is elsewhere",
            SET,
            ToolOperator,
            "https://lms.test/keys",
            answers("lms.test/jwks", Reply::redirect("/keys")),
        ),
        wrong(
            "the key set is empty",
            SET,
            PlatformAdministrator,
            "publish a key",
            answers("lms.test/jwks", Reply::new(200, r#"{"keys":[]}"#)),
        ),
        wrong(
            "the key set is for another algorithm",
            SET,
            ToolOperator,
            "`algorithms`",
            set("algorithms", json!(["ES256"])),
        ),
        wrong(
            "the key set has private keys",
            &["platform_private_key"],
            PlatformAdministrator,
            "out of use",
            |world, _| {
                let mut keys = world.keys();
                keys["keys"][0]["d"] = "AAAA".into();
                world.answers("lms.test/jwks", Reply::json(&keys));
            },
        ),
        wrong(
            "the server of the key set is broken",
            SET,
            PlatformAdministrator,
            "fails",
            answers("lms.test/jwks", Reply::new(503, "")),
        ),
        wrong(
            "nobody listens there",
            &["unreachable"],
            PlatformAdministrator,
            "firewall",
            set("jwks_url", "https://closed.test/jwks"),
        ),
        wrong(
            "the key set is at a private address",
            &["address_refused"],
            ToolOperator,
            "insecure_allow_private_network",
            set("jwks_url", "https://10.0.0.1/jwks"),
        ),
        wrong(
            "the clock is off",
            &["platform_clock"],
            PlatformAdministrator,
            "NTP",
            |world, _| {
                let keys = world.keys().to_string();
                let reply = Reply::new(200, keys).with("date", "Tue, 01 Jan 2030 00:00:00 GMT");
                world.answers("lms.test/jwks", reply);
            },
        ),
    ]
}

fn of_the_endpoints() -> Vec<Wrong> {
    use ActionBy::ToolOperator;
    const SWAPPED: &[&str] = &["endpoint_swapped"];
    vec![
        wrong(
            "an endpoint is plain http on loopback, and the tool is not",
            &["endpoint_scheme"],
            ToolOperator,
            "https URLs",
            set("jwks_url", "http://127.0.0.1:1/jwks"),
        ),
        wrong(
            "the authorization endpoint is not there",
            &["endpoint_answer"],
            ToolOperator,
            "`authorization_endpoint`",
            set("authorization_endpoint", "https://lms.test/atuh"),
        ),
        wrong(
            "the authorization endpoint has moved",
            &["endpoint_redirect"],
            ToolOperator,
            "https://lms.test/auth/",
            answers("lms.test/auth", Reply::redirect("https://lms.test/auth/")),
        ),
        wrong(
            "two endpoints are swapped",
            &["endpoint_swapped", "token_not_json"],
            ToolOperator,
            "swap",
            |world, entry| {
                world.answers("lms.test/signin", Reply::page("<input type=\"password\">"));
                entry["authorization_endpoint"] = "https://lms.test/token".into();
                entry["token_endpoint"] = "https://lms.test/signin".into();
            },
        ),
        wrong(
            "the authorization endpoint is the key set",
            SWAPPED,
            ToolOperator,
            "",
            |world, entry| {
                entry["authorization_endpoint"] = "https://lms.test/jwks2".into();
                world.answers("lms.test/jwks2", Reply::json(&world.keys()));
            },
        ),
    ]
}

fn of_tokens() -> Vec<Wrong> {
    use ActionBy::{PlatformAdministrator, ToolOperator};
    vec![
        wrong(
            "the token audience is wrong",
            &["token_audience"],
            ToolOperator,
            "\"token_audience\": \"https://lms.test\"",
            |world, _| {
                world.tokens(|asked| match asked.claims["aud"] == "https://lms.test" {
                    true => Reply::token(),
                    false => Reply::new(400, r#"{"error":"invalid_client"}"#),
                });
            },
        ),
        wrong(
            "a token audience is set, and should not be",
            &["token_audience"],
            ToolOperator,
            "remove `token_audience`",
            |world, entry| {
                entry["token_audience"] = "lms.test".into();
                world.tokens(
                    |asked| match asked.claims["aud"] == "https://lms.test/token" {
                        true => Reply::token(),
                        false => Reply::new(
                            400,
                            r#"{"error":"invalid_client","error_description":"bad aud"}"#,
                        ),
                    },
                );
            },
        ),
        wrong(
            "no audience that is known is taken",
            &["token_audience"],
            ToolOperator,
            "calls the audience",
            token_refused(
                400,
                r#"{"error":"invalid_request","error_description":"The audience is wrong"}"#,
            ),
        ),
        wrong(
            "the client is unknown",
            &["token_client_unknown"],
            ToolOperator,
            "`client_id`",
            token_refused(400, r#"{"error":"invalid_client"}"#),
        ),
        wrong(
            "the key is unknown",
            &["token_key_unknown"],
            PlatformAdministrator,
            "https://tool.test/lti/jwks.json",
            token_refused(
                400,
                r#"{"error":"\"kid\" invalid, unable to lookup correct key"}"#,
            ),
        ),
        wrong(
            "the key set cannot be reached",
            &["token_key_set_unreachable"],
            ToolOperator,
            "https://tool.test/lti/jwks.json",
            token_refused(
                400,
                r#"{"error":"invalid_client","error_description":"Could not fetch JWKS"}"#,
            ),
        ),
        wrong(
            "the assertion is expired there",
            &["token_clock"],
            ToolOperator,
            "NTP",
            token_refused(400, r#"{"error":"Expired token"}"#),
        ),
        wrong(
            "no scope is on",
            &["token_scope"],
            PlatformAdministrator,
            "services",
            token_refused(400, r#"{"error":"invalid_scope"}"#),
        ),
        wrong(
            "the token endpoint answers with a page",
            &["token_not_json"],
            ToolOperator,
            "`token_endpoint`",
            token_refused(200, "<html>Log in</html>"),
        ),
        wrong(
            "the token endpoint leads elsewhere",
            &["endpoint_redirect"],
            ToolOperator,
            "from the platform once more",
            |world, _| {
                world.tokens(|_| Reply::redirect("https://school.test/token"));
            },
        ),
    ]
}

fn of_products() -> Vec<Wrong> {
    use ActionBy::ToolOperator;
    const PRODUCT: &[&str] = &["product"];
    fn at(entry: &mut Value, world: &World, issuer: &str, urls: [&str; 3]) {
        entry["issuer"] = issuer.into();
        let settings = ["authorization_endpoint", "token_endpoint", "jwks_url"];
        for (setting, url) in settings.into_iter().zip(urls) {
            entry[setting] = url.into();
        }
        let place = |url: &str| url.strip_prefix("https://").unwrap().to_owned();
        world.answers(&place(urls[0]), Reply::page("Sign in"));
        world.answers(&place(urls[2]), Reply::json(&world.keys()));
    }
    vec![
        wrong(
            "Brightspace, with its token endpoint for an audience",
            PRODUCT,
            ToolOperator,
            "api.brightspace.com/auth/token",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://school.brightspace.com",
                    [
                        "https://school.brightspace.com/d2l/lti/authenticate",
                        "https://auth.brightspace.com/core/connect/token",
                        "https://school.brightspace.com/d2l/.well-known/jwks",
                    ],
                );
            },
        ),
        wrong(
            "Canvas, with the bare host for an audience",
            PRODUCT,
            ToolOperator,
            "remove `token_audience`",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://canvas.instructure.com",
                    [
                        "https://sso.canvaslms.com/api/lti/authorize_redirect",
                        "https://sso.canvaslms.com/login/oauth2/token",
                        "https://sso.canvaslms.com/api/lti/security/jwks",
                    ],
                );
                entry["token_audience"] = "sso.canvaslms.com".into();
            },
        ),
        wrong(
            "Canvas, with the school's own issuer",
            PRODUCT,
            ToolOperator,
            "tells the schools apart",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://school.instructure.com",
                    [
                        "https://school.instructure.com/api/lti/authorize_redirect",
                        "https://school.instructure.com/login/oauth2/token",
                        "https://school.instructure.com/api/lti/security/jwks",
                    ],
                );
            },
        ),
        wrong(
            "Blackboard, with the key set of another application",
            PRODUCT,
            ToolOperator,
            "same application",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://blackboard.com",
                    [
                        "https://developer.blackboard.com/api/v1/gateway/oidcauth",
                        "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",
                        "https://developer.blackboard.com/api/v1/management/applications/another/jwks.json",
                    ],
                );
            },
        ),
        wrong(
            "Blackboard, with the school's own issuer",
            PRODUCT,
            ToolOperator,
            "tells the schools apart",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://school.blackboard.com",
                    [
                        "https://developer.blackboard.com/api/v1/gateway/oidcauth",
                        "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",
                        "https://developer.blackboard.com/api/v1/management/applications/tool-1/jwks.json",
                    ],
                );
            },
        ),
        wrong(
            "Schoology, with the school's own issuer",
            PRODUCT,
            ToolOperator,
            "tells the schools apart",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://school.schoology.com",
                    [
                        "https://lti-service.svc.schoology.com/lti-service/authorize-redirect",
                        "https://lti-service.svc.schoology.com/lti-service/access-token",
                        "https://lti-service.svc.schoology.com/lti-service/.well-known/jwks",
                    ],
                );
            },
        ),
        wrong(
            "Moodle below a path that the issuer lacks",
            PRODUCT,
            ToolOperator,
            "with its path",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://lms.test",
                    [
                        "https://lms.test/moodle/mod/lti/auth.php",
                        "https://lms.test/moodle/mod/lti/token.php",
                        "https://lms.test/moodle/mod/lti/certs.php",
                    ],
                );
            },
        ),
        wrong(
            "Moodle, with the token endpoint for the key set",
            &["endpoint_swapped", "platform_key_set"],
            ToolOperator,
            "",
            |world, entry| {
                at(
                    entry,
                    world,
                    "https://lms.test",
                    [
                        "https://lms.test/mod/lti/auth.php",
                        "https://lms.test/mod/lti/certs.php",
                        "https://lms.test/mod/lti/token.php",
                    ],
                );
                world.answers(
                    "lms.test/mod/lti/token.php",
                    Reply::new(400, r#"{"error":"invalid_request"}"#),
                );
            },
        ),
    ]
}

// ADV-93, ADV-95, ADV-96, ADV-97
#[tokio::test]
async fn each_registration_that_is_wrong_in_one_thing_is_told_what_and_who_has_to_act() {
    let all = [
        of_the_file(),
        of_the_issuer(),
        of_the_key_set(),
        of_the_endpoints(),
        of_tokens(),
        of_products(),
    ];
    let all: Vec<Wrong> = all.into_iter().flatten().collect();
    assert!(all.len() >= 20);
    let client = HttpsClient::new();
    for case in all {
        let (world, mut entry) = (World::over(&client).await, good());
        (case.change)(&world, &mut entry);

        let report = world.doctor(&json!([entry]).to_string()).check().await;

        let what = case.what;
        assert_eq!(wrong_checks(&report), case.checks, "{what}:\n{report}");
        let worst = report.worst().unwrap();
        assert_eq!(
            report.exit_code(),
            if worst == Severity::Error { 2 } else { 1 }
        );
        let mut told = report.findings().iter().filter(|one| one.severity == worst);
        let fits =
            |finding: &&Finding| finding.who == case.who && finding.remedy.contains(case.remedy);
        assert!(told.any(|finding| fits(&finding)), "{what}:\n{report}");
        assert_eq!(
            report
                .findings()
                .iter()
                .filter(|one| one.subject.entry() == Some(1))
                .count(),
            report.findings().len()
        );
    }
}

// ADV-93, ADV-95, ADV-96
#[tokio::test]
async fn a_good_registration_has_nothing_wrong() {
    let world = World::start().await;
    let mut keys = world.keys();
    keys["keys"][0].as_object_mut().unwrap().remove("alg");
    world.answers("lms.test/jwks", Reply::json(&keys));

    let report = world.doctor(&json!([good()]).to_string()).check().await;

    assert_eq!(wrong_checks(&report), [""; 0], "{report}");
    assert_eq!((report.exit_code(), report.registrations()), (0, 1));
    let note = &report.findings()[0];
    assert_eq!(
        (note.check, note.severity),
        ("token_granted", Severity::Note)
    );
}
