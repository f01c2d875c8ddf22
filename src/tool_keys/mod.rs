//! The keys that the tool signs with, and when each of them does.

#[expect(clippy::module_inception, reason = "named for its type")]
mod tool_keys;

pub use self::tool_keys::ToolKeys;
