//! Refusals of handles and of items.

use std::error::Error;

use crate::{
    content_item::ItemError,
    error::{LtiError, LtiErrorKind},
    observe::{LogPermit, deep_linking_response, event},
    tool::LtiTool,
};

impl LtiError {
    /// Which item was refused, and why, where it is [`ContentItemRefused`](LtiErrorKind::ContentItemRefused).
    #[must_use]
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn item_error(&self) -> Option<&ItemError> {
        self.source()?.downcast_ref()
    }
}

/// For a handler that refuses an item by itself. It is logged here, under the reference that the answer carries, and
/// counted: nothing else gets to know of it.
///
/// [`ResponseDraft::try_items`](crate::deep_linking::ResponseDraft::try_items) knows more: whose request it is, and the
/// way back.
impl From<ItemError> for LtiError {
    fn from(error: ItemError) -> Self {
        let refused = refused(error);
        event::rejected(&refused, LogPermit::UNLIMITED, || true);
        deep_linking_response(Err(&refused));
        refused
    }
}

/// The answer for the user to whom it happens; its log names the item by its place, not by what it holds.
pub(super) fn refused(error: ItemError) -> LtiError {
    let mut refused = LtiError::from(LtiErrorKind::ContentItemRefused).with_hint(error.problem());
    if let Some(member) = error.member() {
        refused = refused.with_field(member);
    }
    if let Some(position) = error.position() {
        refused = refused.with_came(&format!("content_items[{position}]"));
    }
    if let Some(setting) = error.setting() {
        refused = refused.with_expected(setting);
    }
    refused.with_source(error)
}

/// Logs the refusal of a request that has proven nothing.
pub(super) fn log_unproven(tool: &LtiTool, error: &LtiError) {
    log(tool, error, tool.log_permit(error));
}

/// Logs the refusal of what came with a genuine handle or launch.
pub(super) fn log_proven(tool: &LtiTool, error: &LtiError) {
    log(tool, error, LogPermit::UNLIMITED);
}

fn log(tool: &LtiTool, error: &LtiError, permit: LogPermit) {
    event::rejected(error, permit, || tool.permits_error(error));
}
