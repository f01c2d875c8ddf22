//! People at the platform who open the tool.

mod at_the_platform;
mod launch_contexts;
mod person;

pub use self::person::Person;
