//! Tokens at their limits.

use serde_json::{Value, json};
use tower_lti::testing::IdToken;

use crate::app::{App, NOW, code};

use super::*;

/// Posts this text as the token of a good login, and returns the code.
async fn post_token(change: impl FnOnce(IdToken) -> String) -> String {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW));
    let response = browser.launch(&request, &token).await;
    assert_eq!(app.calls(), usize::from(response.status() == 200));
    code(&response)
}

#[tokio::test]
async fn a_token_has_three_parts_of_lawful_size() {
    let part = |token: &IdToken, number: usize| {
        let token = token.sign();
        token.split('.').nth(number).unwrap_or_default().to_owned()
    };
    let malformed = "token_malformed";
    for (parts, slug) in [
        (["", "p", "s"], malformed),
        (["h", "", "s"], malformed),
        (["h", "p", ""], malformed),
        (["h", "p", "s.s"], malformed),
        (["h", "p", "?"], malformed),
        (["h", "p", "LONGEST"], "token_rejected"),
        (["h", "p", "TOO LONG"], malformed),
    ] {
        let given = post_token(|token| {
            let whole = |short: &str, number| match short {
                "h" | "p" | "s" => part(&token, number),
                "s.s" => format!("{0}.{0}", part(&token, 2)),
                "LONGEST" => "A".repeat(1_368),
                "TOO LONG" => "A".repeat(1_372),
                other => other.to_owned(),
            };
            let [header, payload, signature] = parts;
            [whole(header, 0), whole(payload, 1), whole(signature, 2)].join(".")
        })
        .await;
        assert_eq!(given, slug, "{parts:?}");
    }
}

#[tokio::test]
async fn a_header_is_read_up_to_its_limit() {
    for (length, slug) in [(4_098, ""), (4_101, "payload_too_large")] {
        let start = r#"{"alg":"RS256","kid":"k1","x":""#;
        let filler = "x".repeat(length - start.len() - 2);
        let header = format!("{start}{filler}\"}}");
        assert_eq!(
            post_token(|token| token.raw_header(header).sign()).await,
            slug
        );
    }
}

#[tokio::test]
async fn a_type_is_a_string_that_says_jwt() {
    for (kind, slug) in [
        (json!("JWT"), ""),
        (json!("jwt"), ""),
        (json!("at+jwt"), "token_rejected"),
        (json!(1), "token_rejected"),
        (Value::Null, "token_rejected"),
    ] {
        let given = post_token(|token| token.header("typ", kind.clone()).sign()).await;
        assert_eq!(given, slug, "{kind}");
    }
}

#[tokio::test]
async fn a_token_without_a_key_id_has_no_key_set_fetched_anew() {
    let app = App::new();
    launch(&app, |token| token).await;
    for _ in 0..3 {
        let (status, _) = launch(&app, |token| token.header("kid", "")).await;
        assert_eq!(status, 401);
    }
    assert_eq!(app.platform.fetches(), 1);
}

#[tokio::test]
async fn a_payload_may_be_64_levels_deep() {
    for (levels, status) in [(64, 200), (65, 400)] {
        // The payload itself is the first.
        let deep = (1..levels - 1).fold(json!([]), |inner, _| json!([inner]));
        let (given, _) = launch(&App::new(), |token| token.claim("x", deep)).await;
        assert_eq!(given, status, "{levels}");
    }
}
