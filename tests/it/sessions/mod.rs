//! Sessions: what a launch has proven, at the next click.

mod tabs;
mod visitor;
