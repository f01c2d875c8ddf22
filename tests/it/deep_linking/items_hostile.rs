//! Items made to cost: wide, deep, long.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tower_lti::deep_linking::{ContentItem, OtherItem, ResourceLinkItem};

/// A value within so many arrays.
fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(0), |inner, _| Value::Array(vec![inner]))
}

// DLI-60, ADV-72
#[test]
fn a_million_members_are_refused_at_the_first_that_is_none() {
    let mut members: Map<String, Value> = (0..1_000_000)
        .map(|number| (format!("m{number}"), Value::Null))
        .collect();
    members.insert("type".to_owned(), json!("ltiResourceLink"));
    let began = Instant::now();
    let error = ContentItem::from_json(Value::Object(members)).unwrap_err();
    assert_eq!(error.member(), Some("m0"));
    assert!(began.elapsed() < Duration::from_secs(5));
}

// DLI-60
#[test]
fn what_is_nested_too_deep_is_refused_before_it_is_sent() {
    for (levels, is_taken) in [(62, true), (63, false), (120, false), (1_000, false)] {
        for item_type in ["html", "https://x.test/type"] {
            let mut item = json!({"type": item_type, "html": ""});
            item["https://x.test/deep"] = nested(levels);
            let read = ContentItem::from_json(item);
            assert_eq!(read.is_ok(), is_taken, "{levels}");
            let text = format!(
                r#"{{"type":"{item_type}","html":"","https://x.test/deep":{}0{}}}"#,
                "[".repeat(levels),
                "]".repeat(levels)
            );
            match ContentItem::from_json_text(&text) {
                Ok(_) => assert!(is_taken, "{levels}"),
                Err(error) => assert_eq!(
                    (is_taken, error.problem()),
                    (false, "is nested more than 64 levels deep")
                ),
            }
            if let Ok(item) = read {
                let text = serde_json::to_string(&json!({"items": [item]})).unwrap();
                serde_json::from_str::<Value>(&text).expect("common readers take it");
            }
        }
    }
    let link = ResourceLinkItem::new().extension("https://x.test/deep", nested(60));
    assert_eq!(link.unwrap_err().member(), Some("https://x.test/deep"));
    let other = OtherItem::new("https://x.test/type").unwrap();
    assert!(other.clone().member("deep", nested(60)).is_err());
    assert!(other.member("deep", nested(59)).is_ok());
}

// ADV-72
#[test]
fn an_error_stays_short_and_one_line_whatever_the_members_are_called() {
    let long = "x".repeat(1_000_000);
    let url = format!("https://x.test/{long}");
    for item in [
        json!({"type": "link", "url": "https://x.test/", &long: 1}),
        json!({"type": "link", "url": "https://x.test/", "icon": {&long: 1, "url": "https://x.test/"}}),
        json!({"type": "ltiResourceLink", "custom": {&long: null}}),
        json!({"type": "ltiResourceLink", "custom": {"a\r\nb\u{202e}\u{0}": null}}),
        json!({"type": "link", "url": long}),
        json!({"type": "link", "url": format!("{url} ")}),
    ] {
        let error = ContentItem::from_json(item).unwrap_err();
        let shown = format!("{error}{error:?}{:?}", error.member());
        assert!(shown.len() < 1_500, "{}", shown.len());
        assert!(!shown.contains(['\r', '\n', '\u{202e}', '\0']));
    }
    let item = ContentItem::from_json(json!({"type": "link", "url": url})).unwrap();
    assert!(!format!("{item:?}").contains("xxx"), "no value is shown");
}

// ADV-72, P9
#[test]
fn what_names_hold_of_people_and_keys_is_for_the_caller_alone() {
    let person = "alice@school.example got 3";
    let token = format!("eyJ{}", "hbGciOiJSUzI1NiJ9".repeat(3));
    let query = "https://x.test/t?token=secret";
    for (item, told, kept_back) in [
        (
            json!({"type": "html", "html": "", person: 1}),
            person,
            "alice",
        ),
        (
            json!({"type": "ltiResourceLink", "custom": {person: 1}}),
            person,
            "alice",
        ),
        (
            json!({"type": "ltiResourceLink", "window": {&token: 1}}),
            &*token,
            "NiJ9",
        ),
        (
            json!({"type": "html", "html": "", "x?token=secret@x.test": 1}),
            "secret",
            "secret",
        ),
    ] {
        let error = ContentItem::from_json(item).unwrap_err();
        let member = error.member().unwrap();
        assert!(member.contains(told), "{member}");
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains(kept_back), "{shown}");
        }
    }
    let typed = OtherItem::new(query)
        .unwrap()
        .member("a", nested(70))
        .unwrap_err();
    assert!(!format!("{typed} {typed:?}").contains("secret"));
}
