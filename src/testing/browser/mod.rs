//! A simulated browser: it keeps cookies, follows the login and posts the launch, follows redirects, and submits forms; and
//! it plays the platform's page that stores values for the tool's.

mod asked_service;
#[expect(clippy::module_inception, reason = "named for its type")]
mod browser;
mod cookies;
mod launch;
mod login;
mod navigation;
mod refused;
mod send;
mod settings;
mod storage_page;
mod visit;

pub use self::{asked_service::AskedService, browser::Browser, refused::Refused};
