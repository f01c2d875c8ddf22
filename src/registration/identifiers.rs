//! What an issuer, a client id, an audience and a login name may hold.

use crate::{
    identifier::{MAX_ID_LEN, is_printable_ascii},
    redact,
    registration::RegistrationError,
};

/// The longest client id, in bytes: platforms that register tools dynamically choose it, and some seal data into it.
const MAX_CLIENT_ID_LEN: usize = 1_024;

/// The longest name, in characters.
pub(crate) const MAX_NAME_LEN: usize = 255;

/// The longest registration access token, sealed, in bytes.
const MAX_ACCESS_TOKEN_LEN: usize = 32 * 1_024;

/// How many bytes the value of a setting may have.
pub(super) fn max_length(setting: &str) -> usize {
    match setting {
        "client_id" => MAX_CLIENT_ID_LEN,
        "registration_access_token" => MAX_ACCESS_TOKEN_LEN,
        _ => MAX_ID_LEN,
    }
}

pub(super) fn check_identifier(
    setting: &'static str,
    given: &str,
) -> Result<(), RegistrationError> {
    if is_identifier(setting, given) {
        Ok(())
    } else {
        Err(RegistrationError::Identifier {
            setting,
            given: redact::without_queries(given),
        })
    }
}

fn is_identifier(setting: &str, given: &str) -> bool {
    is_printable_ascii(given, max_length(setting))
        && !given.starts_with(' ')
        && !given.ends_with(' ')
}

/// Whether a registration can have this client id.
#[cfg(feature = "registration")]
pub(crate) fn is_client_id(given: &str) -> bool {
    is_identifier("client_id", given)
}

/// It is not quoted, sealed as it is.
pub(super) fn check_access_token(given: &str) -> Result<(), RegistrationError> {
    let setting = "registration_access_token";
    if is_identifier(setting, given) {
        Ok(())
    } else {
        Err(RegistrationError::Identifier {
            setting,
            given: "(not shown)".to_owned(),
        })
    }
}

pub(super) fn check_name(given: &str) -> Result<(), RegistrationError> {
    let fits = (1..=MAX_NAME_LEN).contains(&given.chars().count());
    if fits && !given.contains(char::is_control) {
        Ok(())
    } else {
        Err(RegistrationError::Name)
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
