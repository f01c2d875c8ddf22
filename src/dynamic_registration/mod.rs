//! Dynamic registration: an administrator pastes one URL into the platform, and both sides know each other.
//!
//! [`LtiRegistration`] is the Tower service at that URL. The platform opens it in a frame or a tab, with the address of its
//! configuration, and often a token that is good once:
//!
//! 1. `GET`: who may register is asked first ([`RegistrationAccess`]). Then the configuration is fetched, and checked: may it
//!    speak for its issuer ([`IssuerPolicy`]), are all of its addresses fit to be used, is the issuer known with others? A
//!    page shows who asks, and for what. Nothing is kept but in the page's form, sealed.
//! 2. `POST`: the form is used up, and the tool's metadata ([`ToolProfile`]) posted to the platform. What came **back** is
//!    checked and kept in [`LiveRegistrations`](crate::live_registrations::LiveRegistrations), as pending where approval is
//!    required. The last page tells the platform to close it.
//!
//! A pair of issuer and client id that is there is never taken over. No step needs a cookie. Whatever fails is told on a page
//! that says who has to do what ([`DynamicRegistrationError`]), keeps nothing, and does not close.
//!
//! # What it costs
//!
//! A step takes 19 s at most: 10 s for the platform, the rest for its turn. Four are under way at once for one tool; up to 64
//! others wait, for 12 s. Where several wait, whoever has none has the next turn: one invite, or the host of a
//! configuration where there are no invites. In a minute 60 may begin ([`LtiRegistration::per_minute`]), and 1,000 may wait for
//! approval ([`LtiRegistration::max_pending`]). A configuration may have 64 KiB, a reply 256 KiB.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//! use tower_lti::{
//!     LtiTool, MemoryStore,
//!     dynamic_registration::{
//!         LtiRegistration, RegistrationAccess, RegistrationTerms, ToolMessage, ToolProfile,
//!     },
//!     keys::ToolKey,
//!     live_registrations::LiveRegistrations,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let registrations = LiveRegistrations::new(MemoryStore::default());
//! let tool = LtiTool::builder()
//!     .launch_url("https://tool.example/lti/launch")
//!     .registrations(registrations.clone())
//!     .tool_keys(ToolKey::generate_blocking()?)
//!     .build()?;
//! let profile = ToolProfile::new(
//!     "Puzzles",
//!     "https://tool.example/lti/login",
//!     "https://tool.example/lti/jwks.json",
//! )
//! .add_message(ToolMessage::deep_linking().label("Choose a puzzle"))
//! .uses_grades();
//! let registration = LtiRegistration::new(tool, registrations, profile, RegistrationAccess::Invited)?
//!     .approval_required(true);
//!
//! let address = registration.invite(
//!     "https://tool.example/lti/register",
//!     Duration::from_secs(7 * 24 * 60 * 60),
//!     RegistrationTerms::new().name("The school on Hill Road"),
//! )?;
//! assert!(address.starts_with("https://tool.example/lti/register?invite="));
//! # Ok(())
//! # }
//! ```
//!
//! Implements LTI Dynamic Registration 1.0, RFC 7591 and RFC 7592.

mod access;
mod configuration;
mod confirmation_page;
mod endpoints;
mod error;
mod first_step;
mod framing;
mod handle;
mod invite;
mod issuer_policy;
mod kind;
mod known;
mod last_page;
mod management;
mod message;
mod metadata;
mod platform_call;
mod profile;
mod record;
mod registered_client;
mod registration_form;
mod reply;
mod request;
mod second_step;
mod service;
mod terms;
mod turn;
mod words;

#[cfg(feature = "doctor")]
pub(crate) use self::issuer_policy::is_shared;
pub use self::{
    access::{RegistrationAccess, RegistrationCheck},
    configuration::PlatformConfiguration,
    error::DynamicRegistrationError,
    invite::InviteError,
    issuer_policy::IssuerPolicy,
    kind::RegistrationFailure,
    message::ToolMessage,
    profile::{ToolProfile, ToolProfileError},
    registered_client::RegisteredClient,
    service::LtiRegistration,
    terms::RegistrationTerms,
};
