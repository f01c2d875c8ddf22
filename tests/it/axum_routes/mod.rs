//! The routes of the example `axum`, as a process of its own before the kit's platform.

mod grades;
mod key_file;
mod refusals;
mod roster;
mod sessions;
mod tool;
