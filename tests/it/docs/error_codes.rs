//! The table of codes, and what an answer holds.

use http::{HeaderMap, Response, header};
use tower_lti::{
    LtiError,
    error::{ErrorCode, LtiErrorKind},
};

const TABLE: &str = include_str!("../../../src/error/codes.md");

#[test]
fn the_table_in_the_documentation_is_that_of_the_code() {
    let mut table = String::from(
        "| code | status | what happened | what the person does | what the operator looks at |\n|---|---|---|---|---|\n",
    );
    for code in ErrorCode::ALL {
        table += &format!(
            "| `{}` | {} | {} | {} | {} |\n",
            code.as_str(),
            code.status().as_u16(),
            code.message(),
            code.remedy(),
            code.operator_hint(),
        );
    }
    assert_eq!(TABLE, table);
}

#[test]
fn every_code_has_a_kind_and_no_two_kinds_read_the_same() {
    for code in ErrorCode::ALL {
        let used = LtiErrorKind::ALL.iter().any(|kind| kind.code() == *code);
        assert!(used, "{code:?}");
    }
    let mut reasons: Vec<_> = LtiErrorKind::ALL.iter().map(|kind| kind.reason()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), LtiErrorKind::ALL.len());
}

// E05, LAUNCH-53
#[test]
fn an_answer_is_html_unless_json_is_asked_for() {
    for (accept, json) in [
        (Some("application/json"), true),
        (Some("application/json; q=0.9, */*"), true),
        (Some("text/html,application/json"), false),
        (Some("*/*"), false),
        (Some("g@rbage;;"), false),
        (None, false),
    ] {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(header::ACCEPT, accept.parse().unwrap());
        }
        for kind in LtiErrorKind::ALL {
            let error = LtiError::from(*kind);
            let answer: Response<bytes::Bytes> = error.to_response(&headers);
            assert_eq!(answer.status(), error.status());
            let kind_of_body = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
            assert_eq!(
                kind_of_body.starts_with("application/json"),
                json,
                "{accept:?}"
            );
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
            assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert!(
                answer.headers()[header::CONTENT_SECURITY_POLICY]
                    .to_str()
                    .unwrap()
                    .starts_with("default-src 'none'")
            );
            assert!(
                !answer.headers().contains_key(header::X_FRAME_OPTIONS),
                "LAUNCH-111"
            );
            assert_eq!(
                answer.headers().contains_key(header::RETRY_AFTER),
                error.status() == 503
            );
            assert_eq!(
                answer.headers().contains_key(header::WWW_AUTHENTICATE),
                error.status() == 401
            );
            assert!(answer.extensions().get::<LtiError>().is_some());
            let text = String::from_utf8(answer.body().to_vec()).unwrap();
            assert!(text.contains(error.code().as_str()) && text.contains(error.reference()));
        }
    }
}
