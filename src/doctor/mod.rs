//! Checks registrations and the tool's own side before the first launch.
//!
//! 1. Each entry of a file is read by itself: a bad one is a finding, with its line.
//! 2. The tool's login URL, launch URL and key set are asked for over the network, as platforms do.
//! 3. Each platform's key set, endpoints, issuer and clock are looked at.
//! 4. A token is asked for, where the tool's keys are known, and a refusal is told by its reason. The token is thrown
//!    away.
//!
//! A [`Finding`] says what was seen, what was wanted, the remedy, and who has to act. It shows no token, no key and no
//! secret. Nothing is changed at a platform; every request goes through the same client and the same SSRF guard as the
//! tool's own, and has its deadline. [The guide](crate::guide::doctor) lists all checks.
//!
//! A call ([`Doctor::check`]), a page ([`LtiDoctor`]), and the program `tower-lti-doctor` do the same.

mod audiences;
mod checkup;
mod discovery;
#[expect(clippy::module_inception, reason = "named for its type")]
mod doctor;
mod endpoints;
mod examination;
mod finding;
mod html;
mod issuer;
mod listed;
mod own_key_set;
mod own_urls;
mod page;
mod platform_clock;
mod platform_keys;
mod probe;
mod product;
mod report;
mod same_origin;
mod shared_client;
mod site;
mod subject;
mod token;
mod token_refusal;
mod unreachable;

pub use self::{
    doctor::Doctor,
    finding::{Finding, Severity},
    page::LtiDoctor,
    report::Report,
    subject::Subject,
};
