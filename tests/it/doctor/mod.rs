//! The doctor: registrations that are wrong in one thing each, and the tool's own side.

mod bounds;
mod certificate;
mod clocks;
mod files;
mod moodle;
mod own_side;
mod page;
mod program;
mod refusals;
mod scopes;
mod trust;
mod world;
mod wrong_registrations;
