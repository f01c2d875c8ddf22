//! The documentation says what the code does.

mod blocks;
mod commands;
mod cookbook;
mod empty_crate;
mod error_codes;
mod first_tool;
mod links;
mod mutations;
mod readme;
mod running;
mod security_policy;
mod troubleshooting;
