//! Content selection: a teacher chooses in the tool what a course gets (Deep Linking 2.0).

mod draft;
mod handle;
mod opened;
mod request;
mod response;

pub use self::{
    draft::ResponseDraft, handle::DeepLinkingHandle, opened::OpenedRequest,
    request::DeepLinkingRequest, response::DeepLinkingResponse,
};
pub use crate::content_item::{
    ContentItem, FileItem, HtmlItem, IconImage, ImageItem, ItemError, ItemType, ItemWarning,
    LinkItem, LinkLineItem, LinkWindow, OtherItem, ResourceLinkItem,
};
