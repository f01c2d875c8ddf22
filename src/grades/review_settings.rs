//! How a line item asks for submission review.

use serde_json::{Map, Value, json};

use crate::grades::ActivityProgress;

/// How a line item asks for submission review: from which progress on, and how the tool is opened for it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ReviewSettings {
    reviewable: Vec<ActivityProgress>,
    label: Option<String>,
    url: Option<String>,
    custom: Vec<(String, String)>,
}

impl ReviewSettings {
    /// Review of submissions whose progress is one of these.
    pub fn new(reviewable: impl IntoIterator<Item = ActivityProgress>) -> Self {
        Self {
            reviewable: reviewable.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Sets what the way to the review is called.
    pub fn label(mut self, label: &str) -> Self {
        self.label = Some(label.to_owned());
        self
    }

    /// Sets which target of the tool is opened. Default: the resource link's.
    pub fn url(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// Adds a custom parameter of the launch.
    pub fn custom(mut self, name: &str, value: &str) -> Self {
        self.custom.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        let statuses: Vec<&str> = self.reviewable.iter().map(|one| one.as_str()).collect();
        let mut members = Map::new();
        members.insert("reviewableStatus".to_owned(), json!(statuses));
        for (name, text) in [("label", &self.label), ("url", &self.url)] {
            if let Some(text) = text {
                members.insert(name.to_owned(), json!(text));
            }
        }
        if !self.custom.is_empty() {
            let custom = self.custom.iter();
            let custom: Map<String, Value> = custom
                .map(|(name, value)| (name.clone(), json!(value)))
                .collect();
            members.insert("custom".to_owned(), Value::Object(custom));
        }
        Value::Object(members)
    }
}
