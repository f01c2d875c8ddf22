//! Binds a launch to its browser by the platform's storage, where cookies are blocked.
//!
//! The platform's page keeps a value for the tool's page in its frame, by messages between the two windows (LTI Client
//! Side postMessages, LTI postMessage Storage). The login has it keep the secret whose hash stands in the state; the launch
//! reads it back and posts it, and the server compares. Nothing is decided in the browser.
//!
//! The secret is the one that the login's cookie holds: one value, under a key that names the login. A launch that
//! brings its cookie takes no detour.

mod completion;
mod handle;
mod launch_page;
mod login_page;
mod page_data;
mod storage_place;

pub(crate) use self::{
    completion::Completion,
    handle::sign_handle,
    launch_page::LaunchPage,
    login_page::{LoginPage, NextRequest},
    storage_place::StoragePlace,
};

/// The field of a completion that says which launch it completes.
pub(crate) const HANDLE: &str = "lti_storage_handle";

/// The field of a completion that holds the secret.
pub(crate) const SECRET: &str = "lti_storage_secret";

/// The tool's side of the messages, for both pages.
const SCRIPT: &str = include_str!("script.js");
