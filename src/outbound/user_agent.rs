//! `User-Agent`: who asks, and whom to turn to.

use std::{error::Error, fmt};

use http::HeaderValue;

const PRODUCT: &str = concat!("tower-lti/", env!("CARGO_PKG_VERSION"));
/// The most characters of a contact.
const MAX_CONTACT_CHARS: usize = 128;

/// The `User-Agent` without a contact.
pub(super) fn without_contact() -> HeaderValue {
    HeaderValue::from_static(PRODUCT)
}

/// The `User-Agent` with a contact: `tower-lti/0.1.0 (+https://tool.example/contact)`.
pub(super) fn with_contact(contact: &str) -> Result<HeaderValue, ContactError> {
    let fits = |character: char| character.is_ascii_graphic() && !"()\\".contains(character);
    if contact.is_empty() || contact.len() > MAX_CONTACT_CHARS || !contact.chars().all(fits) {
        return Err(ContactError);
    }
    HeaderValue::try_from(format!("{PRODUCT} (+{contact})")).map_err(|_| ContactError)
}

/// A contact that cannot stand in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContactError;

impl fmt::Display for ContactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a contact is 1 to {MAX_CONTACT_CHARS} characters of printable ASCII without spaces, brackets and \
             backslashes: a URL or an e-mail address"
        )
    }
}

impl Error for ContactError {}
