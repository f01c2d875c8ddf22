//! What an issuer, a client id, an audience and a login name may hold.

use crate::{identifier::is_printable_ascii, redact, registration::RegistrationError};

pub(super) fn check_identifier(
    setting: &'static str,
    given: &str,
) -> Result<(), RegistrationError> {
    let fits = is_printable_ascii(given) && !given.starts_with(' ') && !given.ends_with(' ');
    if fits {
        Ok(())
    } else {
        Err(RegistrationError::Identifier {
            setting,
            given: redact::without_queries(given),
        })
    }
}

/// A login name is compared with a path segment as it comes, so that nothing in it may end or alter one.
pub(super) fn check_login_name(given: &str) -> Result<(), RegistrationError> {
    check_identifier("login_name", given)?;
    if given.contains([' ', '/', '?', '#', '\\']) || matches!(given, "." | "..") {
        return Err(RegistrationError::LoginName {
            given: given.to_owned(),
        });
    }
    Ok(())
}
