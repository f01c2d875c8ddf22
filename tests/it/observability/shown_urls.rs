//! No query of a configured URL, which may hold a key, is shown anywhere.

use std::error::Error;

use tower_lti::{
    LtiTool,
    key_set::KeySource,
    registration::{Registration, RegistrationBuilder, RegistrationError, Registrations},
};

const SECRET: &str = "SECRET";

fn registration() -> RegistrationBuilder {
    Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth?tenant=SECRET")
        .token_endpoint("https://lms.test/token?tenant=SECRET")
        .token_audience("https://lms.test/audience?tenant=SECRET")
        .redirect_uri("https://tool.test/launch?tenant=SECRET")
        .jwks_url("https://lms.test/jwks?apikey=SECRET")
        .add_trusted_audience("https://lms.test/other?tenant=SECRET")
}

/// Everything that an error says of itself.
fn told(error: &(dyn Error + 'static)) -> String {
    let mut text = format!("{error:?} {error:#?}");
    let mut next = Some(error);
    while let Some(error) = next {
        text += &format!(" {error}");
        next = error.source();
    }
    text
}

// N07
#[test]
fn no_debug_shows_a_query() {
    let built = registration().build().unwrap();
    assert_eq!(
        built.authorization_endpoint(),
        "https://lms.test/auth?tenant=SECRET"
    );
    let source = built.key_source().clone();
    assert!(matches!(&source, KeySource::Url(url) if url.as_str().contains(SECRET)));
    let list = Registrations::new([built.clone()]).unwrap();
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/launch?tenant=SECRET")
        .registrations(list.clone());
    let shown = [
        format!("{:?} {built:#?}", registration()),
        format!("{source:?} {list:?} {tool:?}"),
        format!("{:?}", tool.build().unwrap()),
    ];
    for shown in shown {
        assert!(!shown.contains(SECRET), "{shown}");
    }
    let shown = format!("{built:?}");
    for kept in [
        "https://lms.test/auth",
        "https://lms.test/jwks",
        "https://tool.test/launch",
    ] {
        assert!(shown.contains(kept), "{shown}");
    }
}

// N07
#[test]
fn no_error_of_a_registration_shows_a_query_or_a_password() {
    for url in [
        "http://lms.test/x?key=SECRET",
        "https://user:SECRET@lms.test/x",
        "https://user:SE/SECRET@lms.test/x",
        "https:SECRET@lms.test",
        "https://lms.test/x#SECRET",
        "https://lms .test/x?SECRET",
        "lms.test/jwks?key=SECRET",
        "ftp://lms.test?SECRET",
        "https://lms.test/x?state=SECRET&nonce=SECRET",
    ] {
        let builders = [
            registration().authorization_endpoint(url),
            registration().token_endpoint(url),
            registration().redirect_uri(url),
            registration().jwks_url(url),
        ];
        let failed = builders
            .into_iter()
            .filter_map(|builder| builder.build().err());
        let failed: Vec<RegistrationError> = failed.collect();
        assert!(!failed.is_empty(), "{url}");
        for error in failed {
            let told = told(&error);
            assert!(!told.contains(SECRET), "{url}: {told}");
        }
    }
}

// N07
#[test]
fn no_error_of_a_registrations_file_shows_a_query() {
    let good = r#""issuer": "https://lms.test", "client_id": "tool-1""#;
    for json in [
        format!(r#"[{{{good}, "authorization_endpoint": ["https://lms.test/auth?key=SECRET"]}}]"#),
        format!(r#"[{{{good}, "strict_azp": "https://lms.test/auth?key=SECRET"}}]"#),
        format!(r#"[{{{good}, "trusted_audiences": "https://u:SECRET@lms.test/?a=\"SECRET"}}]"#),
        format!(r#"[{{{good}, "algorithms": "lms.test/jwks?SECRET"}}]"#),
        format!(r#"[{{{good}, "on_missing_deployment": "https://lms.test/?SECRET"}}]"#),
        format!(r#"[{{{good}, "on_missing_deployment": {{"https://lms.test/?SECRET": 1}}}}]"#),
        r#""https://lms.test/jwks?key=SECRET""#.to_owned(),
    ] {
        let error = Registrations::from_json(&json).unwrap_err();
        let told = told(&error);
        assert!(!told.contains(SECRET), "{json}: {told}");
        assert!(told.contains("line 1 column"), "{told}");
    }
}

// N07
#[test]
fn no_error_of_a_tool_shows_a_query() {
    for url in [
        "http://tool.test/launch?key=SECRET",
        "https://user:SECRET@tool.test/launch",
        "tool.test/launch?key=SECRET",
        "https://tool.test/launch#SECRET",
    ] {
        let tool = || LtiTool::builder().registrations(Registrations::default());
        let target = url.replace("http:", ":");
        let with_target = tool()
            .launch_url("https://tool.test/launch")
            .allow_target(target);
        let built = [tool().launch_url(url).build(), with_target.build()];
        let errors: Vec<_> = built.into_iter().filter_map(Result::err).collect();
        assert!(!errors.is_empty(), "{url}");
        for error in errors {
            let told = told(&error);
            assert!(!told.contains(SECRET), "{url}: {told}");
        }
    }
}
