//! What an issuer, a client id, an audience and a login name may hold.

use crate::{redact, registration::RegistrationError};

/// The longest issuer or client id, in bytes.
const LONGEST_IDENTIFIER: usize = 255;

pub(super) fn check_identifier(
    setting: &'static str,
    given: &str,
) -> Result<(), RegistrationError> {
    let fits = (1..=LONGEST_IDENTIFIER).contains(&given.len())
        && given.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !given.starts_with(' ')
        && !given.ends_with(' ');
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
