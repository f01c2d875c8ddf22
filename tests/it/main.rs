//! Everything public, through the public API.

mod app;
mod certification;
mod launch;
mod rejections;
mod replay;
