//! The keys that the tool signs with, and when each of them does.
//!
//! 1. A key is *published* before it signs, so that platforms know it by then.
//! 2. It *signs*, until the next one does.
//! 3. It is *retired*, and still published for what was signed last.
//! 4. Then it is *gone*.
//!
//! All instances read the same records from a store, and decide by the clock alone. What is asked for on a
//! request is a [`View`](view::View), put together beforehand: no store is called for it.

mod entry;
mod error;
mod health;
mod key_info;
mod merge;
mod plan;
mod published;
mod record;
mod refresh;
mod revocation;
mod schedule;
mod slot;
mod state;
mod stored;
mod timeline;
#[expect(clippy::module_inception, reason = "named for its type")]
mod tool_keys;
mod view;

pub(crate) use self::published::Published;
pub use self::{
    error::ToolKeysError,
    health::ToolKeysHealth,
    key_info::{KeyInfo, KeyState},
    revocation::Revocation,
    stored::StoredKeysBuilder,
    tool_keys::ToolKeys,
};
