//! The registrations: which platforms the tool trusts.
//!
//! A [`Registration`] is the contract that an administrator made when the tool was added to a
//! platform: the platform's issuer, the client id it gave the tool, where it sends users to sign
//! in, and where it publishes its keys. The pair of issuer and client id identifies it; one issuer
//! may hold many registrations (every school on Canvas's cloud has the same issuer).
//!
//! [`Registrations`] holds a fixed list, from code or from a JSON file. A tool that keeps them in a
//! database implements [`RegistrationStore`](crate::store::RegistrationStore).
//!
//! Implements LTI Core 1.3 §3.1 and §4.1.3, and Security Framework 1.0 §5.1.

mod addresses;
mod build;
mod builder;
mod byte_order_mark;
mod checks;
mod debug;
mod error;
mod identifiers;
mod members;
mod object_text;
mod product_family;
mod record;
#[expect(clippy::module_inception, reason = "named for its type")]
mod registration;
mod registrations;
mod reserved_parameters;
mod row;
mod services;
mod status;

#[cfg(any(feature = "registration", feature = "doctor"))]
pub(crate) use self::byte_order_mark::without_byte_order_mark;
#[cfg(feature = "registration")]
pub(crate) use self::identifiers::{MAX_NAME_LEN, is_client_id};
#[cfg(feature = "registration")]
pub(crate) use self::product_family::{BRIGHTSPACE_AUDIENCE, BRIGHTSPACE_TOKEN_ORIGIN};
pub(crate) use self::reserved_parameters::{RESPONSE_PARAMETERS, carries_reserved};
pub use self::{
    builder::RegistrationBuilder,
    checks::{AuthorizedPartyCheck, TargetLinkUriCheck},
    error::RegistrationError,
    product_family::ProductFamily,
    record::RegistrationRecord,
    registration::Registration,
    registrations::Registrations,
    services::{ScoreTimestamps, ToolKeyAlgorithm},
    status::RegistrationStatus,
};
pub use crate::{
    endpoint::{Endpoint, EndpointError},
    identity::{ClientId, Issuer, RegistrationId},
};
