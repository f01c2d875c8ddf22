//! Items as text: read strictly, sent to the letter.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    content_item::{
        ContentItem, ItemError,
        content_item::{MAX_DEPTH, is_nested_at_most},
    },
    json,
};

impl ContentItem {
    /// Reads an item as Deep Linking 2.0 writes it, and keeps the text: each number and each extension goes to the
    /// platform as it came.
    ///
    /// # Errors
    ///
    /// Fails when it is not JSON, when a member occurs twice in it, at any depth, and when
    /// [`from_json`](Self::from_json) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::deep_linking::ContentItem;
    ///
    /// let text = r#"{"type": "html", "html": "<p>", "https://tool.example/id": 12345678901234567890123}"#;
    /// let item = ContentItem::from_json_text(text)?;
    /// assert_eq!(serde_json::to_string(&item)?, text);
    ///
    /// assert!(ContentItem::from_json_text(r#"{"type": "html", "html": "<p>", "html": "<b>"}"#).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json_text(text: &str) -> Result<Self, ItemError> {
        let text = RawValue::from_string(text.to_owned());
        read(text.map_err(|_| ItemError::new("is not JSON"))?)
    }

    /// Reads a list of items, each a text. There is no most of them; together they may be 2 MiB, which is checked when
    /// the response is signed.
    ///
    /// # Errors
    ///
    /// Fails when [`from_json_text`](Self::from_json_text) does with one of them; the error tells its position.
    ///
    /// # Examples
    ///
    /// Part of a request to the tool, of which `serde_json` keeps the items as text by its feature `raw_value`:
    ///
    /// ```
    /// use serde_json::value::RawValue;
    /// use tower_lti::deep_linking::ContentItem;
    ///
    /// let items: Vec<&RawValue> = serde_json::from_str(r#"[{"type": "html", "html": "<p>"}, {"type": "link"}]"#)?;
    /// let refused = ContentItem::list_from_json_text(items.into_iter().map(RawValue::get)).unwrap_err();
    /// assert_eq!((refused.position(), refused.member()), (Some(1), Some("url")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn list_from_json_text<'a>(
        items: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Self>, ItemError> {
        let items = items.into_iter().enumerate();
        items
            .map(|(position, item)| Self::from_json_text(item).map_err(|error| error.at(position)))
            .collect()
    }
}

fn read(text: Box<RawValue>) -> Result<ContentItem, ItemError> {
    let members = match json::parse_object(text.get().as_bytes()) {
        Ok(object) => Map::from(&object),
        Err(_) => return Err(ItemError::new(problem_of(text.get()))),
    };
    let item = ContentItem::from_json(Value::Object(members))?;
    Ok(item.with_text(text))
}

/// Why a text that is JSON is no object to be read.
fn problem_of(text: &str) -> &'static str {
    match serde_json::from_str::<Value>(text) {
        _ if !text.starts_with('{') => "is not a JSON object",
        Ok(item) if is_nested_at_most(MAX_DEPTH, &item) => "has a member that occurs twice",
        Err(error) if error.to_string().starts_with("number out of range") => {
            "holds a number that is too large"
        }
        Err(error) if !error.to_string().starts_with("recursion limit") => "is not JSON",
        _ => "is nested more than 64 levels deep",
    }
}

/// What fails is an [`ItemError`], which stands in the error's message.
impl<'de> Deserialize<'de> for ContentItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Box::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for ContentItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_text() {
            Some(text) => text.serialize(serializer),
            None => self.members().serialize(serializer),
        }
    }
}
