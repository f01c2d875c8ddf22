//! The documentation says what the code does.

mod commands;
mod error_codes;
mod readme;
mod security_policy;
