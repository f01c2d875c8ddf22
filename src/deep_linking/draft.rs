//! A deep linking response that is being put together.

use std::fmt;

use http::HeaderMap;

use crate::{
    content_item::{ContentItem, ItemError},
    deep_linking::{pending_request::PendingRequest, response_claims::Texts},
    pages::{PageSettings, PageWriter},
    tool::LtiTool,
};

/// A deep linking response that is being put together. Nothing is signed before [`sign`](Self::sign).
///
/// Without items it says that nothing was chosen. A text is plain text of 64 KiB at most, and an empty one is left out.
/// `Debug` shows no content.
#[must_use]
pub struct ResponseDraft {
    pub(super) tool: LtiTool,
    pub(super) request: PendingRequest,
    pub(super) items: Vec<ContentItem>,
    /// The first that was refused while it was read.
    pub(super) refused: Option<ItemError>,
    pub(super) texts: Texts,
    /// What the page is written by.
    page: PageWriter,
}

impl ResponseDraft {
    pub(super) fn new(tool: LtiTool, request: PendingRequest) -> Self {
        let page = tool.pages().writer(&HeaderMap::new());
        Self {
            tool,
            request,
            items: Vec::new(),
            refused: None,
            texts: Texts::default(),
            page,
        }
    }

    pub(super) fn with_page(mut self, page: PageWriter) -> Self {
        self.page = page;
        self
    }

    /// How the tool's pages look, and this one.
    pub(super) fn page(&self) -> (PageSettings, PageWriter) {
        (self.tool.pages().clone(), self.page.clone())
    }

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

    /// Adds items that were read or built, or keeps why one was not: [`sign`](Self::sign) refuses with the first of
    /// these errors, as it does where an item does not fit the request.
    ///
    /// So the refusal stands in the log under the reference that the answer carries, is counted, and its page leads
    /// back to the course.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::Value;
    /// use tower_lti::{
    ///     LtiError,
    ///     deep_linking::{ContentItem, DeepLinkingResponse, OpenedRequest},
    /// };
    ///
    /// async fn answer(request: OpenedRequest, items: Vec<Value>) -> Result<DeepLinkingResponse, LtiError> {
    ///     let items = ContentItem::list_from_json(items);
    ///     request.respond().try_items(items).sign().await
    /// }
    /// # let _ = answer;
    /// ```
    pub fn try_items<I>(mut self, items: Result<I, ItemError>) -> Self
    where
        I: IntoIterator<Item = ContentItem>,
    {
        match items {
            Ok(items) => self.items.extend(items),
            Err(error) => {
                self.refused.get_or_insert(error);
            }
        }
        self
    }

    /// Sets what the platform shows to the user (`msg`). Plain text.
    pub fn message(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.message);
        self
    }

    /// Sets what the platform writes into its log (`log`). Plain text.
    pub fn log(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.log);
        self
    }

    /// Sets what the platform shows to the user as an error (`errormsg`). Plain text.
    pub fn error_message(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.error_message);
        self
    }

    /// Sets what the platform writes into its log as an error (`errorlog`). Plain text.
    pub fn error_log(mut self, text: &str) -> Self {
        text.clone_into(&mut self.texts.error_log);
        self
    }
}

impl fmt::Debug for ResponseDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseDraft")
            .field("deployment", &self.request.deployment)
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}
