//! A simulated browser: it keeps cookies, follows the login and posts the launch; and it plays the platform's page that
//! stores values for the tool's.

#[expect(clippy::module_inception, reason = "named for its type")]
mod browser;
mod launch;
mod login;
mod refused;
mod send;
mod storage_page;

pub use self::{browser::Browser, refused::Refused};
