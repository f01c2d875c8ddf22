//! Makes what others wrote fit for a log, an error or a `Debug`: redacted, escaped, and cut.

mod escape;
mod line;
mod log_value;
mod url;

pub(crate) use self::{
    line::{causes, line},
    log_value::log_value,
    url::{RedactedUrl, url, without_queries},
};
