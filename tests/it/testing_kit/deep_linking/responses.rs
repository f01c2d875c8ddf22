//! Everything but the items: who signed, for whom, when, and in answer to what.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::Service;
use tower_lti::testing::{
    DeepLinkingOptions, Dialect, FindingKind, PlatformServices, SigningKey, UrlService,
};

use super::course::{Course, DL, LTI, NOW, named};

#[tokio::test]
async fn a_response_that_is_right_in_everything_is_taken_as_it_is() {
    let mut course = Course::new();
    let settings = course.ask(&DeepLinkingOptions::new());
    let mut claims = course.claims(&settings, json!([{"type": "html", "html": "<p>Hi</p>"}]));
    for name in ["msg", "log", "errormsg", "errorlog"] {
        claims.insert(format!("{DL}{name}"), json!(format!("the {name} <b>")));
    }

    let response = course.receive(&claims).await.unwrap();

    assert_eq!(
        response.items(),
        [json!({"type": "html", "html": "<p>Hi</p>"})]
    );
    assert_eq!(response.data(), settings["data"].as_str());
    assert_eq!(response.message(), Some("the msg <b>"));
    assert_eq!(response.log(), Some("the log <b>"));
    assert_eq!(response.error_message(), Some("the errormsg <b>"));
    assert_eq!(response.error_log(), Some("the errorlog <b>"));
    assert_eq!(response.header()["kid"], "tool-key");
    assert_eq!(response.claims()["sub"], "tool-1");
    assert!(response.links().is_empty() && course.platform.links().is_empty());
    assert_eq!(course.platform.deep_linking_responses().len(), 1);
}

#[tokio::test]
async fn a_claim_with_any_one_thing_wrong_is_found_by_name() {
    let mut course = Course::new();
    let lti = |name: &str| format!("{LTI}{name}");
    let dl = |name: &str| format!("{DL}{name}");
    for (name, value, finding) in [
        ("iss".to_owned(), json!("https://tool.test"), "iss"),
        ("iss".to_owned(), Value::Null, "iss"),
        ("aud".to_owned(), json!("https://lms.test/"), "aud"),
        ("aud".to_owned(), json!("tool-1"), "aud"),
        ("aud".to_owned(), json!(["https://lms.test"]), "aud_array"),
        ("aud".to_owned(), json!([]), "aud_array, aud"),
        ("azp".to_owned(), json!("tool-1"), "azp"),
        ("sub".to_owned(), json!("teacher-1"), "sub"),
        ("exp".to_owned(), Value::Null, "exp_missing"),
        ("exp".to_owned(), json!("1700000290"), "exp_missing"),
        ("exp".to_owned(), json!(NOW), "expired"),
        ("exp".to_owned(), json!(NOW + 291), "lifetime"),
        ("iat".to_owned(), Value::Null, "iat_missing"),
        ("iat".to_owned(), json!("1699999990"), "iat_missing"),
        ("iat".to_owned(), json!(NOW + 6), "iat_future"),
        ("iat".to_owned(), json!(NOW - 301), "iat_old, lifetime"),
        ("nonce".to_owned(), Value::Null, "nonce_missing"),
        ("nonce".to_owned(), json!(""), "nonce_missing"),
        ("nonce".to_owned(), json!(7), "nonce_missing"),
        (
            lti("message_type"),
            json!("LtiDeepLinkingRequest"),
            "message_type",
        ),
        (
            lti("message_type"),
            json!("ltideeplinkingresponse"),
            "message_type",
        ),
        (lti("message_type"), Value::Null, "message_type"),
        (lti("version"), json!("1.3"), "version"),
        (lti("version"), Value::Null, "version"),
        (lti("deployment_id"), json!("dep-2"), "deployment"),
        (lti("deployment_id"), Value::Null, "deployment"),
        (dl("data"), json!("another"), "data"),
        (dl("data"), json!(""), "data"),
        (dl("data"), Value::Null, "data"),
        (dl("content_items"), json!({}), "content_items"),
        (dl("content_items"), json!("[]"), "content_items"),
    ] {
        let settings = course.ask(&DeepLinkingOptions::new());
        let mut claims = course.claims(&settings, json!([]));
        match &value {
            Value::Null => _ = claims.remove(&name),
            value => _ = claims.insert(name.clone(), value.clone()),
        }
        let findings = course.receive(&claims).await.unwrap_err();
        assert_eq!(findings.to_string(), finding, "{name}: {value}");
    }
    for name in ["msg", "log", "errormsg", "errorlog"] {
        let settings = course.ask(&DeepLinkingOptions::new());
        let mut claims = course.claims(&settings, json!([]));
        claims.insert(dl(name), json!({"text": "no text"}));
        let findings = course.receive(&claims).await.unwrap_err();
        assert_eq!(findings.to_string(), format!("text ({DL}{name})"));
    }
    assert!(course.platform.deep_linking_responses().is_empty());
}

#[tokio::test]
async fn a_header_or_a_signature_that_is_wrong_is_found_before_the_claims_are_read() {
    let mut course = Course::new();
    let settings = course.ask(&DeepLinkingOptions::new());
    let mut claims = course.claims(&settings, json!([]));
    claims.insert("iss".to_owned(), json!("somebody else"));
    for (name, value, finding) in [
        ("kid", None, "kid_missing"),
        ("kid", Some(json!("another")), "kid_unknown"),
        ("typ", None, "typ"),
        ("typ", Some(json!("at+jwt")), "typ"),
        ("alg", Some(json!("none")), "alg, signature"),
        ("alg", Some(json!("HS256")), "alg, signature"),
        ("alg", Some(json!("ES256")), "signature"),
        (
            "jku",
            Some(json!("https://tool.test/jwks")),
            "key_in_header",
        ),
        ("jwk", Some(course.key.jwk()), "key_in_header"),
        ("x5u", Some(json!("https://tool.test/x5u")), "key_in_header"),
        ("x5c", Some(json!([])), "key_in_header"),
    ] {
        let jwt = course.sign(&claims, &[(name, value.clone())]);
        let outcome = course.platform.receive_deep_linking_response(&jwt).await;
        assert_eq!(
            outcome.unwrap_err().to_string(),
            finding,
            "{name}: {value:?}"
        );
    }
    course.key = SigningKey::shared(3, "tool-key");
    let findings = course.receive(&claims).await.unwrap_err();
    assert_eq!(findings.names(), ["signature"], "another key of that id");
}

#[tokio::test]
async fn what_is_no_jwt_and_keys_that_are_none_are_found() {
    let mut course = Course::new();
    let settings = course.ask(&DeepLinkingOptions::new());
    let claims = course.claims(&settings, json!([]));
    let jwt = course.sign(&claims, &[]);
    let cut = jwt.rsplit_once('.').unwrap().0.to_owned();
    let array = jwt.split('.').nth(2).unwrap();
    for text in ["", "a.b.c", &*cut, &format!("W10.W10.{array}")] {
        let outcome = course.platform.receive_deep_linking_response(text).await;
        assert_eq!(outcome.unwrap_err().names(), ["jwt"]);
    }
    let private = json!({"keys": [{"kid": "tool-key", "kty": "RSA", "d": "AQAB"}]}).to_string();
    for set in ["", "{}", &*private] {
        let set = set.to_owned();
        course.platform.use_tool_keys(move || set.clone());
        assert_eq!(named(course.receive(&claims).await), ["key_set"]);
    }
    let nobody = Course::new();
    let platform = PlatformServices::new("https://lms.test", "tool-1", "https://lms.test");
    let jwt = nobody.sign(&claims, &[]);
    let outcome = platform.receive_deep_linking_response(&jwt).await;
    assert_eq!(
        outcome.unwrap_err().names(),
        ["key_set"],
        "no key set is known"
    );
}

#[tokio::test]
async fn a_response_of_a_key_on_a_curve_is_taken() {
    let mut course = Course::new();
    course.key = SigningKey::generate_p256("curve");
    let set = json!({"keys": [course.key.jwk()]}).to_string();
    course.platform.use_tool_keys(move || set.clone());

    let response = course.judge(&DeepLinkingOptions::new(), json!([])).await;

    assert_eq!(response.unwrap().header()["alg"], "ES256");
}

#[tokio::test]
async fn a_nonce_is_used_up_by_the_first_response_that_has_it_refused_or_not() {
    let mut course = Course::new();
    let settings = course.ask(&DeepLinkingOptions::new());
    let mut claims = course.claims(&settings, json!([{"type": "html"}]));
    assert_eq!(
        named(course.receive(&claims).await),
        ["member_missing (item 0) (html)"]
    );

    claims.insert(format!("{DL}content_items"), json!([]));
    assert_eq!(named(course.receive(&claims).await), ["nonce_used"]);

    let claims = course.claims(&settings, json!([]));
    assert!(course.receive(&claims).await.is_ok());
    let again = course.receive(&claims).await.unwrap_err();
    assert_eq!(again.iter().next().unwrap().kind(), FindingKind::NonceUsed);
}

#[tokio::test]
async fn data_comes_back_byte_for_byte_where_the_request_had_some() {
    let data = "\u{0}  \"'<>&%2B+\\/\r\n\u{e9}e\u{301}\u{2028}\u{1f980}";
    let precomposed = data.replace("e\u{301}", "\u{e9}");
    for (options, right, wrong) in [
        (
            DeepLinkingOptions::new().data(data),
            json!(data),
            json!(precomposed),
        ),
        (
            DeepLinkingOptions::new().data(data),
            json!(data),
            json!(format!("{data} ")),
        ),
        (DeepLinkingOptions::new().data(""), json!(""), Value::Null),
        (
            DeepLinkingOptions::new().without_data(),
            Value::Null,
            json!(""),
        ),
    ] {
        let mut course = Course::new();
        let settings = course.ask(&options);
        for (answer, expected) in [(right, &[][..]), (wrong, &["data"])] {
            let mut claims = course.claims(&settings, json!([]));
            match answer {
                Value::Null => _ = claims.remove(&format!("{DL}data")),
                answer => _ = claims.insert(format!("{DL}data"), answer),
            }
            assert_eq!(
                named(course.receive(&claims).await),
                expected,
                "{options:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_subject_may_be_missing_but_not_for_blackboard() {
    let mut course = Course::new();
    for (dialect, expected) in [
        (Dialect::Reference, &[][..]),
        (Dialect::Blackboard, &["sub"]),
    ] {
        course.platform.speak(dialect);
        let settings = course.ask(&DeepLinkingOptions::new());
        let mut claims = course.claims(&settings, json!([]));
        claims.remove("sub");
        assert_eq!(
            named(course.receive(&claims).await),
            expected,
            "{dialect:?}"
        );
    }
}

#[tokio::test]
async fn two_requests_are_told_apart_by_their_data_and_none_by_nothing() {
    let mut course = Course::new();
    let one_link = DeepLinkingOptions::new().accept_types(["ltiResourceLink"]);
    let first = course.ask(&one_link);
    let second = course.ask(&DeepLinkingOptions::new().from_deployment("dep-2"));
    assert_ne!(first["data"], second["data"]);
    assert_ne!(
        first["deep_link_return_url"],
        second["deep_link_return_url"]
    );
    let items = json!([{"type": "html", "html": ""}]);

    let mut claims = course.claims(&second, items.clone());
    claims.insert(format!("{LTI}deployment_id"), json!("dep-2"));
    assert!(course.receive(&claims).await.is_ok());
    let claims = course.claims(&first, items);
    assert_eq!(
        named(course.receive(&claims).await),
        ["accept_types (item 0) (type)"]
    );

    let unasked = Course::new();
    assert_eq!(named(unasked.receive(&claims).await), ["request"]);
}

#[tokio::test]
async fn the_return_address_takes_a_form_with_the_one_field_jwt() {
    let mut course = Course::with(PlatformServices::start().await);
    for (name, extra, content_type, status) in [
        ("JWT", "", "application/x-www-form-urlencoded", 200),
        ("jwt", "", "application/x-www-form-urlencoded", 400),
        ("JWT", "&state=1", "application/x-www-form-urlencoded", 400),
        ("JWT", "", "text/plain", 400),
    ] {
        let settings = course.ask(&DeepLinkingOptions::new());
        let claims = course.claims(&settings, json!([]));
        let body = format!("{name}={}{extra}", course.sign(&claims, &[]));
        let url = settings["deep_link_return_url"].as_str().unwrap();
        let answer = post(&course.platform, url, content_type, body.clone()).await;
        assert_eq!(
            answer,
            (
                status,
                if status == 200 { "0 items" } else { "form" }.to_owned()
            )
        );

        // At the address of a request that there never was.
        let (base_url, _) = url.rsplit_once('/').unwrap();
        let (status, _) = post(
            &course.platform,
            &format!("{base_url}/99"),
            content_type,
            body,
        )
        .await;
        assert_eq!(status, 400);
    }
    assert_eq!(course.platform.deep_linking_responses().len(), 1);
}

#[tokio::test]
async fn a_response_at_the_return_address_answers_that_request_alone() {
    let mut course = Course::with(PlatformServices::start().await);
    course.platform.speak(Dialect::Moodle);
    let first = course.ask(&DeepLinkingOptions::new());
    let second = course.ask(&DeepLinkingOptions::new());
    let url = first["deep_link_return_url"].as_str().unwrap();
    assert!(
        url.ends_with("/deep_linking/1?type_id=5"),
        "a query is kept: {url}"
    );
    for (settings, expected) in [(&second, (400, "data")), (&first, (200, "0 items"))] {
        let claims = course.claims(settings, json!([]));
        let body = format!("JWT={}", course.sign(&claims, &[]));
        let form = "application/x-www-form-urlencoded";
        let (status, text) = post(&course.platform, url, form, body).await;
        assert_eq!((status, &*text), expected);
    }
}

async fn post(
    platform: &PlatformServices,
    url: &str,
    content_type: &str,
    body: String,
) -> (u16, String) {
    let base_url = platform.base_url();
    let authority = base_url.strip_prefix("http://").unwrap();
    let request = Request::post(url.strip_prefix(&base_url).unwrap())
        .header("content-type", content_type)
        .body(Full::from(body))
        .unwrap();
    let answer: Response<Full<Bytes>> = UrlService::new(authority).call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}
