//! An address that a platform named.

use std::fmt;

use serde::{Serialize, Serializer};
use smol_str::SmolStr;

use crate::{claims::members, json::Object, web_address::WebAddress};

/// An address, or none, that is looked at when somebody wants it: most handlers want none, and to parse
/// one costs more than to read ten claims. One that cannot be used is none, whoever looks.
#[derive(Clone)]
pub(super) struct Address {
    text: Option<SmolStr>,
    plain_http: PlainHttp,
}

/// Where an address may be plain http.
#[derive(Clone, Copy)]
enum PlainHttp {
    Nowhere,
    OnLoopback,
    Anywhere,
}

impl Address {
    pub(super) fn read(object: &Object<'_>, name: &str, allow_loopback_http: bool) -> Self {
        Self {
            text: members::text(object, name),
            plain_http: if allow_loopback_http {
                PlainHttp::OnLoopback
            } else {
                PlainHttp::Nowhere
            },
        }
    }

    /// One that is shown and to which nobody is sent with anything, such as a home page.
    pub(super) fn read_shown(object: &Object<'_>, name: &str) -> Self {
        Self {
            text: members::text(object, name),
            plain_http: PlainHttp::Anywhere,
        }
    }

    /// The address, if it is an absolute https one (LTI Core 1.3 §3.5), or a plain one where that is
    /// allowed, and one that no two readers take for different places.
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

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.usable() == other.usable()
    }
}

impl Eq for Address {}

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
