//! Who computes where.

use std::{
    ffi::OsStr,
    path::Path,
    process::{self, Command, Stdio},
};

/// The core of the server that is measured.
const SERVER: &str = "0";

/// The core of everything else.
const LOAD: &str = "1";

/// Whether the server has a core to itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cores {
    Apart,
    Shared,
}

impl Cores {
    /// Keeps this process, and what it starts from now on, off the server's core. Where there is no
    /// `taskset` or no second core, everything stays as it is.
    pub(crate) fn part() -> Self {
        let this_process = process::id().to_string();
        if runs("taskset", &["-c", SERVER, "true"])
            && runs("taskset", &["-a", "-c", "-p", LOAD, &this_process])
        {
            Self::Apart
        } else {
            Self::Shared
        }
    }

    /// A command for a server.
    pub(crate) fn server<S: AsRef<OsStr>>(self, program: &Path, arguments: &[S]) -> Command {
        let mut command = match self {
            Self::Apart => {
                let mut taskset = Command::new("taskset");
                taskset.args(["-c", SERVER]).arg(program);
                taskset
            }
            Self::Shared => Command::new(program),
        };
        command.args(arguments);
        command
    }
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
