//! What a platform says in an error.

use serde_json::Value;

/// How much of a body is looked at.
const MAX_BYTES: usize = 16 * 1024;

/// The longest `reason`.
const MAX_REASON_LEN: usize = 80;

/// How deep what it lists is looked into.
const MAX_DEPTH: usize = 4;

/// The longest code.
const MAX_CODE_LEN: usize = 40;

/// What a platform says in the body of an error: JSON of the shape of OAuth, Canvas, Moodle or RFC 9457, or plain text.
/// HTML says nothing.
#[derive(Default)]
pub(crate) struct PlatformMessage {
    code: Option<String>,
    text: Option<String>,
}

impl PlatformMessage {
    /// Reads a body. What repeats one of these secrets is left out.
    pub(crate) fn read(body: &[u8], secrets: &[&str]) -> Self {
        let body = String::from_utf8_lossy(&body[..body.len().min(MAX_BYTES)]);
        let body = body.trim();
        let mut said = match serde_json::from_str::<Value>(body) {
            Ok(json) => Self::of_json(&json),
            Err(_) if body.starts_with('<') => Self::default(),
            Err(_) => Self {
                code: None,
                text: Some(body.to_owned()),
            },
        };
        let repeats = |text: &String| secrets.iter().any(|secret| text.contains(secret));
        said.text = said.text.filter(|text| !text.is_empty() && !repeats(text));
        said.code = said.code.filter(|code| !repeats(code));
        said
    }

    fn of_json(json: &Value) -> Self {
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        let nested = |name: &str| json.get(name).map(|given| words_of(given, MAX_DEPTH));
        let error = text("error");
        let in_words = text("error_description")
            .or(text("message"))
            .or(text("errorMessage"))
            .or_else(|| moodle_reason(json))
            .or(text("detail"))
            .map(str::to_owned)
            .or_else(|| nested("errors"))
            .filter(|words| !words.is_empty())
            .or_else(|| nested("error").filter(|_| error.is_none()))
            .filter(|words| !words.is_empty())
            .or_else(|| text("title").map(str::to_owned));
        Self {
            code: error.filter(|error| is_code(error)).map(str::to_owned),
            text: match (error, in_words) {
                (Some(error), Some(words)) => Some(format!("{error}: {words}")),
                (Some(error), None) => Some(error.to_owned()),
                (None, words) => words.or(json.as_str().map(str::to_owned)),
            },
        }
    }

    /// OAuth's error code, such as `invalid_client`: fit for a log.
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// All that it says: not fit for a log.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// The words in what a platform lists: texts, objects with a message, with or without the field that it is about, and
/// lists by field.
fn words_of(given: &Value, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else {
        return String::new();
    };
    let all: Vec<String> = match given {
        Value::String(words) => vec![words.clone()],
        Value::Array(each) => each.iter().map(|one| words_of(one, depth)).collect(),
        Value::Object(members) => {
            let text = |name: &&str| members.get(*name).and_then(Value::as_str);
            let message = ["message", "errorMessage", "detail", "error_description"];
            match (message.iter().find_map(text), text(&"field")) {
                (Some(message), Some(field)) => vec![format!("{field}: {message}")],
                (Some(message), None) => vec![message.to_owned()],
                (None, _) => {
                    let named = members
                        .iter()
                        .map(|(name, one)| (name, words_of(one, depth)));
                    let named = named.filter(|(_, words)| !words.is_empty());
                    named
                        .map(|(name, words)| format!("{name}: {words}"))
                        .collect()
                }
            }
        }
        _ => Vec::new(),
    };
    let all: Vec<String> = all.into_iter().filter(|one| !one.is_empty()).collect();
    all.join("; ")
}

/// Moodle's `reason`: where it is short, all words, and none of them stands in what it repeats of the request.
fn moodle_reason(json: &Value) -> Option<&str> {
    let reason = json.get("reason")?.as_str()?;
    let is_word = |byte: u8| byte.is_ascii_alphabetic() || b" ':.,".contains(&byte);
    if reason.len() > MAX_REASON_LEN || !reason.bytes().all(is_word) {
        return None;
    }
    let request = json.get("request")?.to_string().to_ascii_lowercase();
    let words = reason.split(|c: char| !c.is_ascii_alphabetic());
    let repeats = |word: &str| word.len() > 3 && request.contains(&word.to_ascii_lowercase());
    (!words.into_iter().any(repeats)).then_some(reason)
}

fn is_code(text: &str) -> bool {
    (1..=MAX_CODE_LEN).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-26
    #[test]
    fn a_platform_s_words_are_found_in_every_shape() {
        for (body, code, text) in [
            (
                r#"{"error":"invalid_client","error_description":"no such client"}"#,
                Some("invalid_client"),
                Some("invalid_client: no such client"),
            ),
            (r#"{"error":"Expired token"}"#, None, Some("Expired token")),
            (
                "{\n \"error\" : \"\"kid\" invalid\"\n}",
                None,
                Some("{\n \"error\" : \"\"kid\" invalid\"\n}"),
            ),
            (
                r#"{"errors":[{"message":"a"},{"message":"b"},"c"]}"#,
                None,
                Some("a; b; c"),
            ),
            (
                r#"{"errors":{"type":"x","message":"one"}}"#,
                None,
                Some("one"),
            ),
            (r#"{"errorMessage":"nope & no"}"#, None, Some("nope & no")),
            (
                r#"{"errors":{"claims":["is required","is short"],"scope":"is odd"}}"#,
                None,
                Some("claims: is required; is short; scope: is odd"),
            ),
            (
                r#"{"errors":[{"field":"claims","message":"is required"}]}"#,
                None,
                Some("claims: is required"),
            ),
            (
                r#"{"errors":{"claims":[{"attribute":"claims","message":"is required"}]}}"#,
                None,
                Some("claims: is required"),
            ),
            (
                r#"{"type":"about:blank","title":"Bad Request","detail":"no scope"}"#,
                None,
                Some("no scope"),
            ),
            (
                r#"{"title":"Bad Request","status":400}"#,
                None,
                Some("Bad Request"),
            ),
            (
                r#"{"error":{"message":"nested","code":3}}"#,
                None,
                Some("nested"),
            ),
            (r#"{"errors":[],"error":{}}"#, None, None),
            (r#"{"errors":[[[[["too deep"]]]]]}"#, None, None),
            (r#"{"errors":{"a":["bad SECRET"]}}"#, None, None),
            (r#"{"message":"not now"}"#, None, Some("not now")),
            (r#""just text""#, None, Some("just text")),
            ("plain words", None, Some("plain words")),
            ("<!doctype html><p>no", None, None),
            ("", None, None),
            ("SECRET in a text", None, None),
            (r#"{"error":"bad assertion SECRET"}"#, None, None),
            (r#"{"error":"like_a_code"}"#, None, None),
        ] {
            let said = PlatformMessage::read(body.as_bytes(), &["SECRET", "like_a_code"]);
            assert_eq!((said.code(), said.text()), (code, text), "{body}");
        }
    }

    // ADV-26: Moodle may repeat the request in its reason.
    #[test]
    fn moodle_s_reason_is_read_where_it_repeats_nothing_of_the_request() {
        let long = "no ".repeat(40);
        for (reason, is_read) in [
            ("Unauthorized", true),
            ("No label or Score Maximum", true),
            ("No handler found for /2/lineitem application/json", false),
            ("Not Found: Grade item 13 doesn't exist", false),
            ("Nobody is called jane", false),
            (&long, false),
        ] {
            let request = serde_json::json!({"method": "GET", "url": "/2/lineitem?user=jane"});
            let body = serde_json::json!({"status": 400, "reason": reason, "request": request});
            let said = PlatformMessage::read(body.to_string().as_bytes(), &[]);
            assert_eq!(said.text(), Some(reason).filter(|_| is_read), "{reason}");
            assert_eq!(said.code(), None);
        }
    }
}
