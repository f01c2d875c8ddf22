//! The user who launched.

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use crate::{
    claims::{lenient, url_claim::UrlClaim},
    json::{Json, Object},
};

/// The claims that identify a user beside `sub`.
const IDENTITY: [&str; 7] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "email",
    "picture",
    "preferred_username",
];

/// The user who launched (LTI Core 1.3 §5.3.6). Personal data: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct User {
    sub: SmolStr,
    name: Option<SmolStr>,
    given_name: Option<SmolStr>,
    family_name: Option<SmolStr>,
    middle_name: Option<SmolStr>,
    email: Option<SmolStr>,
    picture: UrlClaim,
    locale: Option<SmolStr>,
}

impl User {
    pub(super) fn read(sub: SmolStr, payload: &Object<'_>) -> Self {
        let text = |name| lenient::text(payload, name);
        Self {
            sub,
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            middle_name: text("middle_name"),
            email: text("email"),
            picture: UrlClaim::read_shown(payload, "picture"),
            locale: text("locale"),
        }
    }

    /// Whether a payload says who somebody is other than by `sub`.
    pub(super) fn is_hinted_at(payload: &Object<'_>) -> bool {
        IDENTITY.iter().any(|name| match payload.get(name) {
            None | Some(Json::Null) => false,
            Some(Json::Text(text)) => !text.is_empty(),
            Some(_) => true,
        })
    }

    /// The platform's id of the user, never reassigned. Together with the registration it
    /// identifies them; see [`LaunchContext::user_key`](crate::LaunchContext::user_key).
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// The whole name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The given name or names.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.given_name.as_deref()
    }

    /// The family name or names.
    #[must_use]
    pub fn family_name(&self) -> Option<&str> {
        self.family_name.as_deref()
    }

    /// The middle name or names.
    #[must_use]
    pub fn middle_name(&self) -> Option<&str> {
        self.middle_name.as_deref()
    }

    /// The e-mail address. It does not identify the user.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The address of a picture: http or https.
    #[must_use]
    pub fn picture(&self) -> Option<&str> {
        self.picture.usable()
    }

    /// The language, as the platform spells it.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}
