//! Any JSON as an item of content: what is taken is sent as it came, and holds what its type has to.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use tower_lti::deep_linking::{ContentItem, ItemType};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(json) = serde_json::from_slice::<Value>(data) else {
        return Corpus::Reject;
    };
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(item) = ContentItem::from_json_text(text)
    {
        let sent = serde_json::to_string(&item).expect("it is written");
        assert_eq!(sent, text.trim_matches([' ', '\t', '\r', '\n']));
    }
    let item = match ContentItem::from_json(json.clone()) {
        Ok(item) => item,
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control));
            assert!(error.member().is_none_or(|member| member.len() < 2_500));
            return Corpus::Keep;
        }
    };
    let sent = serde_json::to_value(&item).expect("it is written");
    assert_eq!(sent, json);
    assert_eq!(item.item_type().as_str(), json["type"]);
    let is_text = |name: &str| json.get(name).is_none_or(Value::is_string);
    let leads_to_the_web = |url: &Value| {
        let url = url.as_str().expect("a URL is a text").to_ascii_lowercase();
        url.starts_with("https://") || url.starts_with("http://")
    };
    match item.item_type() {
        ItemType::Link | ItemType::File | ItemType::Image => {
            assert!(leads_to_the_web(&json["url"]));
        }
        ItemType::Html => assert!(json["html"].is_string()),
        ItemType::ResourceLink => {
            assert!(json.get("url").is_none_or(leads_to_the_web));
            if let Some(line_item) = json.get("lineItem") {
                assert!(line_item["scoreMaximum"].as_f64().expect("points") > 0.0);
            }
            for value in json.get("custom").and_then(Value::as_object).into_iter().flatten() {
                assert!(value.1.is_string());
            }
        }
        _ => return Corpus::Keep,
    }
    assert!(is_text("title") && is_text("text"));
    Corpus::Keep
});
