//! What several test programs and measurements stand on: see `README.md`.

pub(crate) mod app;
pub(crate) mod history;
pub(crate) mod key_server;
pub(crate) mod redis;
pub(crate) mod tool_process;
