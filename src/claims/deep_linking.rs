//! What a deep linking response may hold.

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use crate::{
    claims::{lenient, url_claim::UrlClaim},
    json::Object,
};

/// What a deep linking response may hold (Deep Linking 2.0 §4.4.1).
///
/// Platforms put tokens of their own into `data` and the return address: `Debug` shows none of it.
#[derive(Clone, PartialEq, Serialize)]
pub struct DeepLinkingSettings {
    deep_link_return_url: String,
    accept_types: Vec<String>,
    accept_presentation_document_targets: Vec<String>,
    accept_media_types: Option<SmolStr>,
    accept_multiple: Option<bool>,
    accept_lineitem: Option<bool>,
    auto_create: Option<bool>,
    title: Option<SmolStr>,
    text: Option<SmolStr>,
    data: Option<SmolStr>,
}

impl DeepLinkingSettings {
    /// Reads settings, if they have a safe way back.
    pub(super) fn read(object: &Object<'_>, allow_loopback_http: bool) -> Option<Self> {
        Some(Self {
            deep_link_return_url: UrlClaim::read(
                object,
                "deep_link_return_url",
                allow_loopback_http,
            )
            .usable()?
            .to_owned(),
            accept_types: lenient::texts(object, "accept_types"),
            accept_presentation_document_targets: lenient::texts(
                object,
                "accept_presentation_document_targets",
            ),
            accept_media_types: lenient::text(object, "accept_media_types"),
            accept_multiple: lenient::flag(object, "accept_multiple"),
            accept_lineitem: lenient::flag(object, "accept_lineitem"),
            auto_create: lenient::flag(object, "auto_create"),
            title: lenient::text(object, "title"),
            text: lenient::text(object, "text"),
            data: object.text("data").map(SmolStr::new),
        })
    }

    /// Reads settings that were sealed after a launch, as they are serialized.
    #[cfg(feature = "services")]
    pub(crate) fn of_sealed(
        settings: &serde_json::Map<String, serde_json::Value>,
        allow_loopback_http: bool,
    ) -> Option<Self> {
        Self::read(&Object::from(settings), allow_loopback_http)
    }

    /// The types of content items that are taken.
    #[must_use]
    pub fn accept_types(&self) -> &[String] {
        &self.accept_types
    }

    /// How items may be shown: `embed`, `iframe` or `window`.
    #[must_use]
    pub fn accept_presentation_document_targets(&self) -> &[String] {
        &self.accept_presentation_document_targets
    }

    /// The media types of files that are taken, separated by commas.
    #[must_use]
    pub fn accept_media_types(&self) -> Option<&str> {
        self.accept_media_types.as_deref()
    }

    /// Whether several items may be returned.
    #[must_use]
    pub fn accept_multiple(&self) -> Option<bool> {
        self.accept_multiple
    }

    /// Whether line items are created of those that come with links; `None` where the platform does not say.
    #[must_use]
    pub fn accept_lineitem(&self) -> Option<bool> {
        self.accept_lineitem
    }

    /// Whether items are kept without asking the user again.
    #[must_use]
    pub fn auto_create(&self) -> Option<bool> {
        self.auto_create
    }

    /// A title that the platform suggests for the item.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// A text that the platform suggests for the item.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Where the response is posted to: an https address.
    #[must_use]
    pub fn deep_link_return_url(&self) -> &str {
        &self.deep_link_return_url
    }

    /// What the response must carry back unchanged; an empty string counts as present.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.data.as_deref()
    }
}

impl fmt::Debug for DeepLinkingSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeepLinkingSettings")
            .finish_non_exhaustive()
    }
}
