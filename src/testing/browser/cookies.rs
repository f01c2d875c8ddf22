//! The cookies of a browser.

use std::collections::BTreeMap;

use cookie::Cookie;
use http::{Response, header};

use super::Browser;

/// Where a browser keeps no cookies of the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CookieBlock {
    Nowhere,
    /// Where the tool is shown inside of the platform's page.
    InFrames,
    Everywhere,
}

impl<L, A> Browser<L, A> {
    /// Keeps no cookie from now on, and sends none.
    #[must_use]
    pub fn block_cookies(mut self) -> Self {
        self.block = CookieBlock::Everywhere;
        self
    }

    /// Keeps no cookie from now on, and sends none, where the tool is shown [in a frame](Self::in_frame). This is what Safari
    /// does, and others where they are told to.
    #[must_use]
    pub fn block_cookies_in_frames(mut self) -> Self {
        self.block = CookieBlock::InFrames;
        self
    }

    /// The cookies that it holds.
    pub fn cookies(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.cookies
    }

    pub(super) fn blocks_cookies(&self) -> bool {
        match self.block {
            CookieBlock::Nowhere => false,
            CookieBlock::InFrames => self.in_frame,
            CookieBlock::Everywhere => true,
        }
    }

    pub(super) fn cookie_header(&self) -> String {
        if self.blocks_cookies() {
            return String::new();
        }
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    pub(super) fn keep_cookies<T>(&mut self, response: &Response<T>) {
        if self.blocks_cookies() {
            return;
        }
        for value in response.headers().get_all(header::SET_COOKIE) {
            let Ok(Ok(cookie)) = value.to_str().map(Cookie::parse) else {
                continue;
            };
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies
                    .insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}
