//! Registrations in a JSON file that is read again when it changes.

mod array_text;
mod change;
mod content;
mod place;
#[expect(clippy::module_inception, reason = "named for its type")]
mod registration_file;
mod replacement;
mod watch;

pub use self::registration_file::RegistrationFile;
