//! How the tool is shown.

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use crate::{
    claims::{lenient, names, url_claim::UrlClaim},
    json::Object,
};

/// How the tool is shown (LTI Core 1.3 §5.4.4).
///
/// Moodle's return address holds the key of the user's session: `Debug` shows none of it.
#[derive(Clone, PartialEq, Serialize)]
pub struct LaunchPresentation {
    document_target: Option<SmolStr>,
    height: Option<u32>,
    width: Option<u32>,
    return_url: UrlClaim,
    locale: Option<SmolStr>,
}

impl LaunchPresentation {
    /// Reads the claim of a payload that is proven, whatever else is wrong with it.
    pub(crate) fn of(payload: &Object<'_>, allow_loopback_http: bool) -> Option<Self> {
        let object = lenient::object(payload, names::LAUNCH_PRESENTATION)?;
        Some(Self::read(object, allow_loopback_http))
    }

    pub(super) fn read(object: &Object<'_>, allow_loopback_http: bool) -> Self {
        Self {
            document_target: lenient::text(object, "document_target"),
            height: lenient::size(object, "height"),
            width: lenient::size(object, "width"),
            return_url: UrlClaim::read(object, "return_url", allow_loopback_http),
            locale: lenient::text(object, "locale"),
        }
    }

    /// `frame`, `iframe` or `window`.
    #[must_use]
    pub fn document_target(&self) -> Option<&str> {
        self.document_target.as_deref()
    }

    /// The height of the frame, in pixels.
    #[must_use]
    pub fn height(&self) -> Option<u32> {
        self.height
    }

    /// The width of the frame, in pixels.
    #[must_use]
    pub fn width(&self) -> Option<u32> {
        self.width
    }

    /// The language, as the platform spells it.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    /// Where the user may be sent back to; only an https address is one.
    #[must_use]
    pub fn return_url(&self) -> Option<&str> {
        self.return_url.usable()
    }
}

impl fmt::Debug for LaunchPresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchPresentation").finish_non_exhaustive()
    }
}
