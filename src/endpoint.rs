//! The URLs of a platform: https, or plain http on this very machine.

use std::{fmt, sync::Arc};

use crate::{
    redact,
    web_address::{AddressProblem, WebAddress},
};

/// An endpoint that was looked at once and is kept as it was written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Endpoint {
    text: Arc<str>,
    plain_http: bool,
}

impl Endpoint {
    /// Takes `given` if it is https without user info or fragment, or plain http on loopback.
    ///
    /// # Errors
    ///
    /// Fails with what is wrong with it.
    pub(crate) fn parse(given: &str) -> Result<Self, AddressProblem> {
        let address = WebAddress::parse_safe(given)?;
        Ok(Self {
            text: given.into(),
            plain_http: !address.is_https(),
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is plain http, and so fit only for a tool that itself runs on loopback.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.plain_http
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&redact::url(&self.text), f)
    }
}
