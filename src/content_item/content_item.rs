//! One item of content, of any type.

use std::fmt;

use serde_json::{Map, Value, value::RawValue};

use crate::content_item::{ItemError, ItemType, rule::check_members, rules::members_of};

/// How many levels an item may be nested: with the response around it, it stays below the 100 that common JSON
/// readers take.
pub(super) const MAX_DEPTH: usize = 64;

/// One item of content, as the specification allows it (Deep Linking 2.0 §3). `Debug` shows its type alone.
///
/// It is made by one of the builders, such as [`ResourceLinkItem`](crate::deep_linking::ResourceLinkItem), or read
/// from JSON. Of what is read as text, by [`from_json_text`](Self::from_json_text) or serde, each character is sent as it
/// came. As serde reads and writes it, it is for `serde_json`.
///
/// Two are equal where their members are; numbers are compared as `serde_json` reads them.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use tower_lti::deep_linking::ContentItem;
///
/// let item = json!({"type": "link", "url": "https://example.com/page", "title": "A page"});
/// let item = ContentItem::from_json(item)?;
/// assert_eq!(item.item_type().as_str(), "link");
///
/// let refused = ContentItem::from_json(json!({"type": "link", "URL": "https://example.com"})).unwrap_err();
/// assert_eq!((refused.member(), refused.problem()), (Some("url"), "is missing"));
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
pub struct ContentItem {
    members: Map<String, Value>,
    /// How it came, where it came as text.
    text: Option<Box<RawValue>>,
}

impl ContentItem {
    /// Reads an item as Deep Linking 2.0 writes it. What is valid is kept as it is, dates and extensions included. Of
    /// numbers and of names that occur twice, what `Value` keeps is sent: [`from_json_text`](Self::from_json_text)
    /// keeps all.
    ///
    /// An optional member that is not there is left out: `null` is refused. A new type, whose name is a fully qualified
    /// URL, has members of its own, which are not looked at. Other names are for platforms that ask for them, which is
    /// checked when the response is signed.
    ///
    /// # Errors
    ///
    /// Fails when the specification does not allow it: a member is missing, of another type or unknown, and is no
    /// extension that a fully qualified URL names; also when it is nested more than 64 levels deep.
    pub fn from_json(item: Value) -> Result<Self, ItemError> {
        if !is_nested_at_most(MAX_DEPTH, &item) {
            return Err(ItemError::new("is nested more than 64 levels deep"));
        }
        let Value::Object(members) = item else {
            return Err(ItemError::new("is not a JSON object"));
        };
        let item = Self::of_members(members);
        let item_type = match item.members.get("type") {
            Some(Value::String(name)) if !name.trim().is_empty() => ItemType::of(name),
            Some(_) => return Err(ItemError::new("is not the name of a type").in_member("type")),
            None => return Err(ItemError::new("is missing").in_member("type")),
        };
        let checked = match members_of(&item_type) {
            Some(members) => check_members(&item.members, members),
            None => Ok(()),
        };
        match checked {
            Ok(()) => Ok(item),
            Err(error) => Err(error.of_type(item_type)),
        }
    }

    /// Reads a list of items. There is no most of them; together they may be 2 MiB of JSON, which is checked when the
    /// response is signed.
    ///
    /// # Errors
    ///
    /// Fails when [`from_json`](Self::from_json) does with one of them; the error tells its position.
    pub fn list_from_json(items: impl IntoIterator<Item = Value>) -> Result<Vec<Self>, ItemError> {
        let items = items.into_iter().enumerate();
        items
            .map(|(position, item)| Self::from_json(item).map_err(|error| error.at(position)))
            .collect()
    }

    /// Members that a builder has checked.
    pub(super) fn of_members(members: Map<String, Value>) -> Self {
        Self {
            members,
            text: None,
        }
    }

    /// The same, as it came.
    pub(super) fn with_text(self, text: Box<RawValue>) -> Self {
        let text = Some(text);
        Self { text, ..self }
    }

    /// How it came, where it came as text.
    pub(super) fn as_text(&self) -> Option<&RawValue> {
        self.text.as_deref()
    }

    /// Its type.
    #[must_use]
    pub fn item_type(&self) -> ItemType {
        let name = self.members.get("type").and_then(Value::as_str);
        ItemType::of(name.unwrap_or_default())
    }

    /// All of its members, as `serde_json` reads them.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// A member that is a text, with dots between nested ones.
    pub(super) fn text_at(&self, path: &str) -> Option<&str> {
        let (first, nested) = path.split_once('.').unwrap_or((path, ""));
        let mut nested = nested.split('.').filter(|name| !name.is_empty());
        let member = nested.try_fold(self.members.get(first)?, |outer, name| outer.get(name));
        member?.as_str()
    }
}

impl PartialEq for ContentItem {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

impl fmt::Debug for ContentItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentItem")
            .field("type", &self.item_type().as_str())
            .finish_non_exhaustive()
    }
}

pub(super) fn is_nested_at_most(levels: usize, value: &Value) -> bool {
    let Some(left) = levels.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Array(values) => values.iter().all(|value| is_nested_at_most(left, value)),
        Value::Object(members) => members.values().all(|value| is_nested_at_most(left, value)),
        _ => true,
    }
}
