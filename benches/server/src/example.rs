//! The axum example, as people build it.

use std::{
    env,
    error::Error,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Builds the example unless it is up to date, and says where it is.
pub(crate) fn build() -> Result<PathBuf, Box<dyn Error>> {
    eprintln!("Building the axum example; the first time takes minutes.");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "--example", "axum"])
        .args(["--message-format", "json-render-diagnostics"])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"),
        ])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the axum example cannot be built".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "axum")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.ok_or_else(|| "cargo does not say where the axum example is".into())
}
