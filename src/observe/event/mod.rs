//! Our events.

mod launches;
mod platforms;
#[cfg(feature = "redis")]
mod stores;
#[cfg(feature = "services")]
mod tool_keys;

#[cfg(feature = "redis")]
pub(crate) use self::stores::*;
#[cfg(feature = "services")]
pub(crate) use self::tool_keys::*;
pub(crate) use self::{launches::*, platforms::*};
