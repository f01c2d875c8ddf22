//! Checks a file of registrations and the tool's own side: `tower-lti-doctor --help`.
//!
//! ```sh
//! cargo run --features doctor --bin tower-lti-doctor -- registrations.json --base-url https://tool.example
//! ```

mod options;

use std::{
    env, fs,
    io::{self, Write as _},
    process::ExitCode,
};

use tower_lti::{
    doctor::{Doctor, Report},
    keys::ToolKeys,
};

use crate::options::{Options, UsageError};

const HELP: &str = include_str!("help.txt");

/// What the command line cannot be.
const EXIT_USAGE: u8 = 64;

/// The report could not be written.
const EXIT_OUTPUT: u8 = 74;

fn main() -> ExitCode {
    let options = match Options::read(env::args_os().skip(1)) {
        Ok(options) => options,
        Err(error) => return refuse(&error),
    };
    if options.help {
        return write(HELP, ExitCode::SUCCESS);
    }
    let doctor = match doctor(&options) {
        Ok(doctor) => doctor,
        Err(error) => return refuse(&error),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let report = match runtime {
        Ok(runtime) => {
            let report = runtime.block_on(doctor.check());
            // A name server that does not answer is waited for no longer.
            runtime.shutdown_background();
            report
        }
        Err(error) => return refuse(&UsageError(format!("no runtime can be started: {error}"))),
    };
    write(
        &written(&report, options.json),
        ExitCode::from(report.exit_code()),
    )
}

fn doctor(options: &Options) -> Result<Doctor, UsageError> {
    let mut doctor = match options.registrations.as_str() {
        "-" => Doctor::for_json(
            &io::read_to_string(io::stdin())
                .map_err(|error| UsageError(format!("standard input cannot be read: {error}")))?,
        ),
        path => Doctor::for_path(path),
    };
    if let Some(timeout) = options.timeout {
        doctor = doctor.deadline(timeout);
    }
    if let Some(timeout) = options.total_timeout {
        doctor = doctor.total_deadline(timeout);
    }
    if let Some(url) = &options.login_url {
        doctor = doctor.login_url(url);
    }
    if let Some(url) = &options.launch_url {
        doctor = doctor.launch_url(url);
    }
    if let Some(url) = &options.jwks_url {
        doctor = doctor.key_set_url(url);
    }
    if let Some(path) = &options.tool_keys {
        let pem = fs::read_to_string(path)
            .map_err(|error| UsageError(format!("the tool's keys cannot be read: {error}")))?;
        // Of a key file nothing is quoted.
        let keys = ToolKeys::from_pem(&pem)
            .map_err(|_| UsageError("the tool's keys are no PEM of private keys".to_owned()))?;
        doctor = doctor.tool_keys(keys);
    }
    if let Some(name) = &options.only {
        doctor = doctor.only(name);
    }
    if options.loopback_http {
        doctor = doctor.insecure_allow_loopback_http();
    }
    if options.private_network {
        doctor = doctor.insecure_allow_private_network();
    }
    Ok(doctor)
}

fn written(report: &Report, as_json: bool) -> String {
    match as_json {
        true => report.to_json(),
        false => report.to_string(),
    }
}

fn write(text: &str, code: ExitCode) -> ExitCode {
    let mut output = io::stdout().lock();
    let written = output.write_all(text.as_bytes());
    match written.and_then(|()| output.flush()) {
        Ok(()) => code,
        Err(_) => ExitCode::from(EXIT_OUTPUT),
    }
}

fn refuse(error: &UsageError) -> ExitCode {
    let text = format!("tower-lti-doctor: {error}\nSee tower-lti-doctor --help.\n");
    // Where nobody listens, the exit code says it.
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(EXIT_USAGE)
}
