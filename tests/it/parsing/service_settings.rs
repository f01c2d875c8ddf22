//! What a registration says of the platform's services.

use serde_json::{Value, json};
use tower_lti::registration::{
    ProductFamily, Registration, Registrations, ScoreTimestamps, ToolKeyAlgorithm,
};

fn read(members: Value) -> Result<Registration, String> {
    let mut row = json!({
        "issuer": "https://lms.test",
        "client_id": "tool-1",
        "authorization_endpoint": "https://lms.test/auth",
        "jwks_url": "https://lms.test/jwks",
    });
    for (name, value) in members.as_object().unwrap() {
        row[name] = value.clone();
    }
    let list = Registrations::from_json(&json!([row]).to_string());
    let list = list.map_err(|error| error.to_string())?;
    Ok(list.iter().next().unwrap().clone())
}

fn authority() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut about = rcgen::CertificateParams::default();
    about.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    about.self_signed(&key).unwrap().pem()
}

#[test]
fn the_defaults_are_what_most_platforms_take() {
    let registration = read(json!({})).unwrap();

    assert_eq!(registration.product_family(), None);
    assert!(!registration.is_disabled());
    assert!(registration.certificate_authorities().is_empty());
    assert!(!registration.allows_private_network());
    assert!(registration.service_origins().is_empty());
    assert_eq!(registration.tool_key_algorithm(), ToolKeyAlgorithm::Rs256);
    assert!(!registration.token_audience_as_array());
    assert!(registration.assertion_names_deployment());
    assert_eq!(registration.deep_linking_response_has_subject(), None);
    assert_eq!(registration.score_timestamps(), None);
}

#[test]
fn every_setting_is_read_from_json() {
    let registration = read(json!({
        "product_family": "Moodle",
        "disabled": true,
        "certificate_authorities": [authority(), authority() + &authority()],
        "insecure_allow_private_network": true,
        "service_origins": ["https://Grades.lms.test:443/api/?x=1", "https://lms.test:8443"],
        "tool_key_algorithm": "ES256",
        "token_audience_as_array": true,
        "assertion_names_deployment": false,
        "deep_linking_response_has_subject": false,
        "score_timestamps": "milliseconds",
    }))
    .unwrap();

    assert_eq!(registration.product_family(), Some(&ProductFamily::Moodle));
    assert!(registration.is_disabled());
    assert_eq!(registration.certificate_authorities().der().count(), 3);
    assert!(registration.allows_private_network());
    assert_eq!(
        registration.service_origins(),
        ["https://grades.lms.test", "https://lms.test:8443"]
    );
    assert_eq!(registration.tool_key_algorithm(), ToolKeyAlgorithm::Es256);
    assert!(registration.token_audience_as_array());
    assert!(!registration.assertion_names_deployment());
    assert_eq!(
        registration.deep_linking_response_has_subject(),
        Some(false)
    );
    assert_eq!(
        registration.score_timestamps(),
        Some(ScoreTimestamps::Milliseconds)
    );
}

#[test]
fn a_setting_that_cannot_be_used_is_an_error_that_names_it() {
    let broken = authority().replacen("MII", "AAA", 1);
    for (name, value, told) in [
        (
            "certificate_authorities",
            json!("lms.pem"),
            "holds no certificate",
        ),
        ("certificate_authorities", json!(""), "holds no certificate"),
        (
            "certificate_authorities",
            json!(["-----BEGIN CERTIFICATE-----\nMII"]),
            "no PEM",
        ),
        (
            "certificate_authorities",
            json!(broken),
            "certificate_authorities",
        ),
        (
            "service_origins",
            json!(["http://lms.test"]),
            "must be https",
        ),
        ("service_origins", json!(["lms.test"]), "absolute"),
        ("service_origins", json!("https://lms.test"), "JSON"),
        ("tool_key_algorithm", json!("RS512"), "JSON"),
        ("tool_key_algorithm", json!("none"), "JSON"),
        ("score_timestamps", json!("seconds"), "JSON"),
        ("disabled", json!("true"), "JSON"),
        ("disabled", Value::Null, "JSON"),
        ("product_family", json!(7), "JSON"),
        ("product_familly", json!("canvas"), "`product_family`"),
    ] {
        let error = read(json!({ name: value })).unwrap_err();
        assert!(error.contains(told), "{name} {value}: {error}");
    }
}

#[test]
fn a_product_is_known_by_the_code_that_it_sends_in_any_case() {
    for (code, family) in [
        ("canvas", ProductFamily::Canvas),
        ("moodle", ProductFamily::Moodle),
        ("BlackboardLearn", ProductFamily::Blackboard),
        ("desire2learn", ProductFamily::Brightspace),
        ("schoology", ProductFamily::Schoology),
        ("sakai", ProductFamily::Sakai),
        ("openedx", ProductFamily::OpenEdx),
    ] {
        for text in [code.to_owned(), code.to_uppercase(), format!(" {code} ")] {
            assert_eq!(ProductFamily::from(&*text), family, "{text}");
        }
        assert_eq!(family.as_str(), code);
        assert_eq!(family.to_string().parse(), Ok(family));
    }
    let other = ProductFamily::from("canvas.evil.test");
    assert_eq!(other, ProductFamily::Other("canvas.evil.test".to_owned()));
    let json = serde_json::to_string(&other).unwrap();
    assert_eq!(json, "\"canvas.evil.test\"");
    assert_eq!(serde_json::from_str::<ProductFamily>(&json).unwrap(), other);
}

// ADV-32
#[test]
fn moodle_and_open_edx_tell_scores_apart_by_whole_seconds() {
    for (family, expected) in [
        ("moodle", ScoreTimestamps::WholeSeconds),
        ("openedx", ScoreTimestamps::WholeSeconds),
        ("canvas", ScoreTimestamps::Milliseconds),
        ("ilias", ScoreTimestamps::Milliseconds),
    ] {
        let family = ProductFamily::from(family);
        assert_eq!(family.score_timestamps(), expected, "{family}");
    }
}
