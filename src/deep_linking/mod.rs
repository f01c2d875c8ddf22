//! Content selection: a teacher chooses in the tool what a course gets (Deep Linking 2.0).
//!
//! 1. A launch layer that [accepts](crate::LtiLaunchLayer::accept_message_type) deep linking requests lets one in; the
//!    handler takes the [`DeepLinkingRequest`], and looks at its
//!    [settings](crate::claims::DeepLinkingSettings): what the platform takes.
//! 2. What is needed to answer is sealed into a [`DeepLinkingHandle`], which travels in the picker's form. It is good
//!    for [`Limits::deep_linking_lifetime`](crate::tool::Limits::deep_linking_lifetime), for one answer, and in the
//!    browser or session that it was made for; nobody can read or alter it. Nothing is stored.
//! 3. The form comes back: [`LtiTool::open_deep_linking`](crate::LtiTool::open_deep_linking) opens the handle.
//! 4. The [`ResponseDraft`] takes the items, and checks them against the settings. Then it signs the
//!    [`DeepLinkingResponse`], which uses the handle up.
//! 5. The response's page makes the browser post it to the platform, in the same window or frame.
//!
//! A user who chose nothing, or whom the tool could not serve, is sent back as well: by a response without items, with
//! [`message`](ResponseDraft::message) or [`error_message`](ResponseDraft::error_message).
//!
//! What is refused is an [`LtiError`](crate::LtiError), whose default answer is a page.
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use http::{HeaderMap, Response};
//! use tower_lti::{
//!     LtiError, LtiTool,
//!     deep_linking::{ContentItem, DeepLinkingRequest},
//! };
//!
//! /// Shows the picker.
//! fn picker(
//!     tool: &LtiTool,
//!     request: &DeepLinkingRequest,
//!     headers: &HeaderMap,
//! ) -> Result<Response<Bytes>, LtiError> {
//!     let handle = request.handle(tool, headers)?;
//!     let form = format!(
//!         "<form method=\"post\" action=\"/chosen\">
//!          <input type=\"hidden\" name=\"handle\" value=\"{}\"><button>Add the quiz</button></form>",
//!         handle.text()
//!     );
//!     Ok(handle.with_cookie(Response::new(form.into())))
//! }
//!
//! /// Takes what was chosen.
//! async fn chosen(
//!     tool: &LtiTool,
//!     handle: &str,
//!     items: Vec<ContentItem>,
//!     headers: &HeaderMap,
//! ) -> Result<Response<Bytes>, LtiError> {
//!     let request = tool.open_deep_linking(handle, headers)?;
//!     let response = request.respond().items(items).sign().await?;
//!     Ok(response.into_response())
//! }
//! # let _ = (picker, chosen);
//! ```

mod draft;
mod handle;
#[cfg(feature = "sessions")]
mod in_session;
mod no_content;
mod opened;
mod pending_request;
mod refusal;
mod request;
mod response;
mod response_claims;
mod sealed;
mod signing;
mod signing_key;

pub(crate) use self::no_content::no_content;
pub use self::{
    draft::ResponseDraft, handle::DeepLinkingHandle, opened::OpenedRequest,
    request::DeepLinkingRequest, response::DeepLinkingResponse,
};
pub use crate::content_item::{
    ContentItem, FileItem, HtmlItem, IconImage, ImageItem, ItemError, ItemType, ItemWarning,
    LinkItem, LinkLineItem, LinkWindow, OtherItem, ResourceLinkItem,
};
