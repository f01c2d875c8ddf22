//! Makes what others wrote fit for a log, an error, a page or a `Debug`: redacted, escaped, and cut.

mod escape;
mod line;
mod log_value;
mod shown;
mod url;

pub(crate) use self::{
    line::{causes, line},
    log_value::log_value,
    shown::shown,
    url::{RedactedUrl, url, without_queries},
};
