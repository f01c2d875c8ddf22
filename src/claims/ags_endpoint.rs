//! The endpoints of the Assignment and Grade Services.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    claims::{lenient, url_claim::UrlClaim},
    json::Object,
};

/// The endpoints of the Assignment and Grade Services 2.0 (§3.1). Absent means not available.
///
/// It is serialized as the claim is, so that a tool can store it and send grades long after the launch.
///
/// # Examples
///
/// ```
/// use tower_lti::claims::AgsEndpoint;
///
/// let stored = r#"{"scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
///     "lineitem": "https://lms.example/lineitems/4"}"#;
/// let endpoint: AgsEndpoint = serde_json::from_str(stored)?;
/// assert_eq!(endpoint.lineitem(), Some("https://lms.example/lineitems/4"));
/// assert_eq!(endpoint.lineitems(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AgsEndpoint {
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default = "UrlClaim::absent")]
    lineitems: UrlClaim,
    #[serde(default = "UrlClaim::absent")]
    lineitem: UrlClaim,
}

impl AgsEndpoint {
    /// Puts together what a tool stored of an earlier launch: the scopes, the container of line items, and
    /// the one line item of the link.
    ///
    /// As in a launch, a URL that is neither https nor plain http on loopback reads as absent.
    #[must_use]
    pub fn from_parts(
        scope: impl IntoIterator<Item = impl Into<String>>,
        lineitems: Option<&str>,
        lineitem: Option<&str>,
    ) -> Self {
        Self {
            scope: scope.into_iter().map(Into::into).collect(),
            lineitems: UrlClaim::stored(lineitems),
            lineitem: UrlClaim::stored(lineitem),
        }
    }

    pub(super) fn read(object: &Object<'_>, allow_loopback_http: bool) -> Self {
        Self {
            scope: lenient::texts(object, "scope"),
            lineitems: UrlClaim::read(object, "lineitems", allow_loopback_http),
            lineitem: UrlClaim::read(object, "lineitem", allow_loopback_http),
        }
    }

    /// What the tool may ask a token for.
    #[must_use]
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// The container of line items; an https URL, or http on loopback where the tool allows it.
    #[must_use]
    pub fn lineitems(&self) -> Option<&str> {
        self.lineitems.usable()
    }

    /// The one line item of this link, if there is exactly one; an https URL, or http on loopback where the tool allows it.
    #[must_use]
    pub fn lineitem(&self) -> Option<&str> {
        self.lineitem.usable()
    }

    /// Whether the container of line items has a URL that cannot be used.
    #[cfg(feature = "services")]
    pub(crate) fn refuses_lineitems(&self) -> bool {
        self.lineitems.is_refused()
    }

    /// Whether the one line item has a URL that cannot be used.
    #[cfg(feature = "services")]
    pub(crate) fn refuses_lineitem(&self) -> bool {
        self.lineitem.is_refused()
    }
}

impl fmt::Debug for AgsEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgsEndpoint").finish_non_exhaustive()
    }
}
