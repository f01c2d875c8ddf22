//! Our events.

#[cfg(feature = "services")]
mod deep_linking;
#[cfg(feature = "registration")]
mod dynamic_registration;
mod launches;
mod platforms;
#[cfg(feature = "registration")]
mod registrations;
#[cfg(feature = "sessions")]
mod sessions;
#[cfg(feature = "redis")]
mod stores;
#[cfg(feature = "services")]
mod tool_keys;

#[cfg(feature = "services")]
pub(crate) use self::deep_linking::*;
#[cfg(feature = "registration")]
pub(crate) use self::dynamic_registration::*;
#[cfg(feature = "registration")]
pub(crate) use self::registrations::*;
#[cfg(feature = "sessions")]
pub(crate) use self::sessions::*;
#[cfg(feature = "redis")]
pub(crate) use self::stores::*;
#[cfg(feature = "services")]
pub(crate) use self::tool_keys::*;
pub(crate) use self::{launches::*, platforms::*};
