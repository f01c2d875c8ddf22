//! The routes of the example `axum`, as a process of its own before the kit's platform.

mod key_file;
mod sessions;
mod tool;
