//! The routes of the example `axum`, as a process of its own before the kit's platform.

mod base_path;
mod deep_linking;
mod grades;
mod key_file;
mod picker;
mod refusals;
mod registering;
mod roster;
mod selection;
mod sessions;
mod tool;
