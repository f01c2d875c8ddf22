//! The command line.

use std::{error::Error, ffi::OsString, fmt, time::Duration};

/// The longest that one request may take, in seconds.
const MAX_TIMEOUT_SECS: u64 = 60;

/// The longest that all of it may take, in seconds.
const MAX_TOTAL_TIMEOUT_SECS: u64 = 86_400;

/// Where the tool answers below its base URL, unless told otherwise: as in the examples.
const PATHS: [&str; 3] = ["/lti/login", "/lti/launch", "/lti/jwks.json"];

/// What the command line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) help: bool,
    /// The path of the registrations, or `-` for standard input.
    pub(crate) registrations: String,
    pub(crate) login_url: Option<String>,
    pub(crate) launch_url: Option<String>,
    pub(crate) jwks_url: Option<String>,
    pub(crate) tool_keys: Option<String>,
    pub(crate) json: bool,
    pub(crate) only: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) loopback_http: bool,
    pub(crate) private_network: bool,
}

/// A command line that cannot be followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(pub(crate) String);

impl Options {
    /// Reads the arguments behind the program's name.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let mut options = Self::default();
        let (mut base_url, mut paths) = (None, Vec::new());
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let argument = text(argument)?;
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (argument.as_str(), None),
            };
            let has_inline = inline.is_some();
            let mut value = || match inline.clone() {
                Some(value) => Ok(value),
                None => arguments
                    .next()
                    .map_or_else(|| Err(UsageError(format!("{name} needs a value"))), text),
            };
            match name {
                "--base-url" => base_url = Some(value()?),
                "--login-url" => options.login_url = Some(value()?),
                "--launch-url" => options.launch_url = Some(value()?),
                "--jwks-url" => options.jwks_url = Some(value()?),
                "--tool-keys" => options.tool_keys = Some(value()?),
                "--only" => options.only = Some(value()?),
                "--timeout" => options.timeout = Some(seconds(name, &value()?, MAX_TIMEOUT_SECS)?),
                "--total-timeout" => {
                    options.total_timeout = Some(seconds(name, &value()?, MAX_TOTAL_TIMEOUT_SECS)?);
                }
                _ if has_inline => {
                    return Err(UsageError(format!("{name} is no option with a value")));
                }
                "--help" | "-h" => options.help = true,
                "--json" => options.json = true,
                "--insecure-allow-loopback-http" => options.loopback_http = true,
                "--insecure-allow-private-network" => options.private_network = true,
                _ if name.starts_with('-') && name != "-" => {
                    return Err(UsageError(format!("{name} is no option")));
                }
                _ => paths.push(argument),
            }
        }
        if options.help {
            return Ok(options);
        }
        if let Some(base_url) = base_url {
            options.complete(base_url.trim_end_matches('/'));
        }
        match <[String; 1]>::try_from(paths) {
            Ok([path]) => options.registrations = path,
            Err(_) => {
                return Err(UsageError(
                    "give the path of one file of registrations".to_owned(),
                ));
            }
        }
        Ok(options)
    }

    /// Fills in the tool's own URLs that are not given.
    fn complete(&mut self, base_url: &str) {
        let urls = [
            &mut self.login_url,
            &mut self.launch_url,
            &mut self.jwks_url,
        ];
        for (url, path) in urls.into_iter().zip(PATHS) {
            url.get_or_insert_with(|| format!("{base_url}{path}"));
        }
    }
}

fn text(argument: OsString) -> Result<String, UsageError> {
    let text = argument.into_string();
    text.map_err(|_| UsageError("an argument is not UTF-8".to_owned()))
}

fn seconds(name: &str, given: &str, most: u64) -> Result<Duration, UsageError> {
    match given.parse() {
        Ok(seconds) if (1..=most).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(UsageError(format!("{name} is 1 to {most} whole seconds"))),
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for UsageError {}
