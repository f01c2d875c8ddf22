//! A claim that is a URL.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::{claims::lenient, json::Object, web_address::WebAddress};

/// A URL claim, validated lazily: most handlers never read it, and parsing one costs more than reading ten
/// other claims. An invalid URL reads as absent.
#[derive(Clone)]
pub(super) struct UrlClaim {
    text: Option<SmolStr>,
    plain_http: PlainHttp,
}

/// Where a URL claim may be plain http.
#[derive(Clone, Copy)]
enum PlainHttp {
    Nowhere,
    OnLoopback,
    Anywhere,
}

impl UrlClaim {
    pub(super) fn read(object: &Object<'_>, name: &str, allow_loopback_http: bool) -> Self {
        Self {
            text: lenient::text(object, name),
            plain_http: if allow_loopback_http {
                PlainHttp::OnLoopback
            } else {
                PlainHttp::Nowhere
            },
        }
    }

    /// A URL that is only shown, such as that of a home page, and may be plain http.
    pub(super) fn read_shown(object: &Object<'_>, name: &str) -> Self {
        Self {
            text: lenient::text(object, name),
            plain_http: PlainHttp::Anywhere,
        }
    }

    pub(super) fn absent() -> Self {
        Self::stored(None)
    }

    /// The URL of a service that was stored after a launch, on loopback perhaps.
    pub(super) fn stored(text: Option<&str>) -> Self {
        Self {
            text: text.filter(|text| !text.is_empty()).map(SmolStr::new),
            plain_http: PlainHttp::OnLoopback,
        }
    }

    /// The URL, if it is an absolute https one (LTI Core 1.3 §3.5), or plain http where that is
    /// allowed, and one that all parsers read alike.
    pub(super) fn usable(&self) -> Option<&str> {
        let text = self.text.as_deref()?;
        let address = WebAddress::parse(text).ok()?;
        let safe = match self.plain_http {
            PlainHttp::Nowhere => address.is_https(),
            PlainHttp::OnLoopback => address.is_https() || address.is_loopback(),
            PlainHttp::Anywhere => true,
        };
        safe.then_some(text)
    }
}

impl UrlClaim {
    /// Whether there is a URL that cannot be used.
    #[cfg(feature = "services")]
    pub(super) fn is_refused(&self) -> bool {
        self.text.is_some() && self.usable().is_none()
    }
}

impl PartialEq for UrlClaim {
    fn eq(&self, other: &Self) -> bool {
        self.usable() == other.usable()
    }
}

impl Eq for UrlClaim {}

impl fmt::Debug for UrlClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.usable().fmt(f)
    }
}

/// Reads what was stored after a launch.
impl<'de> Deserialize<'de> for UrlClaim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<SmolStr>::deserialize(deserializer)?;
        Ok(Self::stored(text.as_deref()))
    }
}

impl Serialize for UrlClaim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.usable().serialize(serializer)
    }
}
