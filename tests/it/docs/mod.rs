//! The documentation says what the code does.

mod commands;
mod error_codes;
mod mutations;
mod readme;
mod security_policy;
mod troubleshooting;
