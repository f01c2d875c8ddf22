//! Proves that two requests come from one browser: login and launch, launch and onboarding, a deep linking request and
//! its response, or a launch and what comes after it.
//!
//! The signed state, the sealed ticket and the sealed handle travel in URLs and forms, which can be copied to another
//! browser. Each holds the hash of a secret that only the browser it was made for has. Without this, an attacker
//! could begin a login and have somebody else finish it (login CSRF, Security Framework 1.0 §7.3.1).
//!
//! The browser keeps its secret in a cookie. That of a login may come from the platform's storage in its place, where
//! cookies are blocked.

mod cookie;
mod cookie_loss;
mod held_secret;
mod login;

#[cfg(feature = "sessions")]
pub(crate) use self::held_secret::{held_secrets, make_room, may_hold_secrets, take_secret};
pub(crate) use self::{
    cookie::CookieKind,
    held_secret::{clear_oldest, give_secret, held_secret},
    login::{
        BrowserProof, bind_login, check_age, explain_loss, may_block_cookies, open_login,
        release_login,
    },
};
