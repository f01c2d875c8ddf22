//! A link that launches the tool.

use std::{
    ops::{Bound, RangeBounds},
    time::SystemTime,
};

use serde_json::{Map, Value, json};

use crate::content_item::{
    ItemError, ItemType, LinkLineItem, LinkWindow,
    builder::{self, extensible, item_builder, with_images},
    rule::Rule,
};

/// A link that launches the tool, `ltiResourceLink` (Deep Linking 2.0 §3.2).
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_lti::deep_linking::{LinkLineItem, ResourceLinkItem};
///
/// let in_a_week = SystemTime::now() + Duration::from_secs(7 * 24 * 60 * 60);
/// let quiz = ResourceLinkItem::new()
///     .title("Quiz 1")
///     .url("https://tool.example.com/lti/launch?quiz=1")?
///     .custom("quiz", "1")
///     .line_item(LinkLineItem::new(10.0)?.resource_id("quiz-1").tag("grade"))
///     .submission(..in_a_week)?
///     .iframe(800, 600);
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct ResourceLinkItem {
    members: Map<String, Value>,
}

item_builder!(ResourceLinkItem);
extensible!(ResourceLinkItem);
with_images!(ResourceLinkItem);

impl ResourceLinkItem {
    /// Starts a link. Without [`url`](Self::url) it launches the tool's base URL, as the platform has it.
    #[doc(alias = "ltiResourceLink")]
    pub fn new() -> Self {
        Self {
            members: builder::start(&ItemType::ResourceLink),
        }
    }

    /// Sets what is launched: the `target_link_uri` of later launches. It need not be of the origin that the launch
    /// came to. Some platforms need it.
    ///
    /// # Errors
    ///
    /// Fails when it is no fully qualified http or https URL. That it is https is checked when the response is
    /// signed, since the tool may allow http on loopback.
    pub fn url(self, url: &str) -> Result<Self, ItemError> {
        let url = builder::checked("url", Rule::LaunchUrl, url);
        Ok(self.with("url", url.map_err(of_type)?))
    }

    /// Adds a custom parameter, which comes with every launch of the link. The value may be empty, and may hold
    /// variables such as `$Resource.submission.endDateTime`, which the platform fills in.
    pub fn custom(mut self, name: &str, value: &str) -> Self {
        let custom = self.members.entry("custom").or_insert_with(|| json!({}));
        custom[name] = value.into();
        self
    }

    /// Makes it a graded link: the platform makes a column in its grade book, where it takes line items.
    pub fn line_item(self, line_item: LinkLineItem) -> Self {
        self.with("lineItem", line_item.into_json())
    }

    /// Sets when learners can open it: `from..until`, `from..` or `..until`.
    ///
    /// # Errors
    ///
    /// Fails outside of the years 1 to 9999.
    pub fn available(self, period: impl RangeBounds<SystemTime>) -> Result<Self, ItemError> {
        let period = to_json(&period).map_err(|error| of_type(error.in_member("available")))?;
        Ok(self.with("available", period))
    }

    /// Sets when work can be handed in: `from..until`, `from..` or `..until`.
    ///
    /// # Errors
    ///
    /// Fails outside of the years 1 to 9999.
    pub fn submission(self, period: impl RangeBounds<SystemTime>) -> Result<Self, ItemError> {
        let period = to_json(&period).map_err(|error| of_type(error.in_member("submission")))?;
        Ok(self.with("submission", period))
    }

    /// Sets how large a frame it needs, in pixels.
    pub fn iframe(self, width: u32, height: u32) -> Self {
        self.with("iframe", json!({"width": width, "height": height}))
    }

    /// Sets the window that it may be opened in.
    pub fn window(self, window: LinkWindow) -> Self {
        self.with("window", window.into_json())
    }
}

impl Default for ResourceLinkItem {
    fn default() -> Self {
        Self::new()
    }
}

fn of_type(error: ItemError) -> ItemError {
    error.of_type(ItemType::ResourceLink)
}

fn to_json(period: &impl RangeBounds<SystemTime>) -> Result<Value, ItemError> {
    let mut members = Map::new();
    for (name, bound) in [
        ("startDateTime", period.start_bound()),
        ("endDateTime", period.end_bound()),
    ] {
        if let Bound::Included(time) | Bound::Excluded(time) = bound {
            members.insert(name.to_owned(), builder::time(name, *time)?);
        }
    }
    Ok(Value::Object(members))
}
