//! Signals to processes that a test has started.

use std::process::Command;

/// Sends a process a signal, such as `STOP`.
pub(crate) fn send(name: &str, process: u32) {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}
