//! Text that is escaped for a page.

use crate::redact;

/// A piece of HTML in which everything that is text is escaped.
pub(crate) struct Escaped(String);

impl Escaped {
    /// What others wrote: nothing in it turns the direction of what stands around it.
    pub(crate) fn text(given: &str) -> Self {
        Self(text(given))
    }

    /// What the tool says by itself.
    pub(crate) fn ours(given: &str) -> Self {
        Self(html_escape::encode_text(given).into_owned())
    }

    /// What is HTML already.
    pub(super) fn html(html: String) -> Self {
        Self(html)
    }

    /// The same, set off.
    #[cfg(feature = "registration")]
    pub(crate) fn set_off(self) -> Self {
        Self(format!("<strong>{}</strong>", self.0))
    }

    /// What others wrote, set off.
    #[cfg(feature = "registration")]
    pub(crate) fn strong(given: &str) -> Self {
        Self(format!("<strong>{}</strong>", text(given)))
    }

    /// Both, one behind the other.
    #[cfg(feature = "registration")]
    pub(crate) fn then(self, next: &Self) -> Self {
        Self(self.0 + &next.0)
    }

    pub(crate) fn as_html(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_html(self) -> String {
        self.0
    }
}

/// Escapes a text that others wrote; nothing in it turns the direction of what stands around it.
pub(crate) fn text(text: &str) -> String {
    html_escape::encode_text(&redact::shown(text)).into_owned()
}
