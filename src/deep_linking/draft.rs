//! A deep linking response that is being put together.

use std::fmt;

use crate::{
    content_item::ContentItem, deep_linking::DeepLinkingResponse, error::LtiError, tool::LtiTool,
};

/// A deep linking response that is being put together. Nothing is signed before [`sign`](Self::sign).
#[must_use]
pub struct ResponseDraft {
    _tool: LtiTool,
    items: Vec<ContentItem>,
}

impl ResponseDraft {
    /// Adds an item.
    pub fn item(mut self, item: impl Into<ContentItem>) -> Self {
        self.items.push(item.into());
        self
    }

    /// Adds items.
    pub fn items(mut self, items: impl IntoIterator<Item = ContentItem>) -> Self {
        self.items.extend(items);
        self
    }

    /// Sets what the platform shows to the user. Plain text.
    pub fn message(self, text: &str) -> Self {
        let _ = text;
        self
    }

    /// Sets what the platform writes into its log. Plain text.
    pub fn log(self, text: &str) -> Self {
        let _ = text;
        self
    }

    /// Sets what the platform shows to the user as an error. Plain text.
    pub fn error_message(self, text: &str) -> Self {
        let _ = text;
        self
    }

    /// Sets what the platform writes into its log as an error. Plain text.
    pub fn error_log(self, text: &str) -> Self {
        let _ = text;
        self
    }

    /// Checks the items against what the request takes, signs the response, and uses the handle up.
    ///
    /// # Errors
    ///
    /// Fails when an item does not fit, and when the handle was used before.
    pub async fn sign(self) -> Result<DeepLinkingResponse, LtiError> {
        todo!()
    }
}

impl fmt::Debug for ResponseDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseDraft").finish_non_exhaustive()
    }
}
