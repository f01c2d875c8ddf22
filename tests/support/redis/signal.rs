//! Signals to processes that a test has started.

use std::{fs, process::Command};

use super::{eventually::eventually, server::PATIENCE};

/// Sends a process a signal, such as `CONT`.
pub(crate) fn send(name: &str, process: u32) {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Stops a process where it is, and waits until it stands still.
pub(crate) async fn stop(process: u32) {
    send("STOP", process);
    eventually("a process that stands still", PATIENCE, async || {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        status.contains("State:\tT").then_some(())
    })
    .await;
}
