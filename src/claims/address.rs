//! An address that a platform named.

use std::fmt;

use serde::{Serialize, Serializer};
use smol_str::SmolStr;
use url::Url;

use crate::{claims::members, json::Object, registration::is_loopback};

/// An address, or none, that is looked at when somebody wants it: most handlers want none, and to parse
/// one costs more than to read ten claims. One that cannot be used is none, whoever looks.
#[derive(Clone)]
pub(super) struct Address {
    text: Option<SmolStr>,
    allow_loopback_http: bool,
}

impl Address {
    pub(super) fn read(object: &Object<'_>, name: &str, allow_loopback_http: bool) -> Self {
        Self {
            text: members::text(object, name),
            allow_loopback_http,
        }
    }

    /// The address, if it is an absolute https one (LTI Core 1.3 §3.5), or a plain one on loopback where
    /// that is allowed.
    pub(super) fn usable(&self) -> Option<&str> {
        let text = self.text.as_deref()?;
        let url = Url::parse(text).ok()?;
        // What parsing would mend is no address as it stands.
        let (scheme, _) = text.split_once("://")?;
        let as_it_stands =
            scheme.eq_ignore_ascii_case(url.scheme()) && !text.contains(char::is_control);
        let plain_loopback =
            || self.allow_loopback_http && url.scheme() == "http" && is_loopback(&url);
        let safe = url.scheme() == "https" || plain_loopback();
        (as_it_stands && url.has_host() && safe).then_some(text)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.usable() == other.usable()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.usable().fmt(f)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.usable().serialize(serializer)
    }
}
