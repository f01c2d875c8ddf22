//! Times as platforms write them: ISO 8601 with a zone.

mod read;
pub(crate) mod text;
mod write;

pub(crate) use self::{read::read, write::write};

/// From the year 1 to the end of the year 9999, in seconds since 1970.
const LAWFUL_SECONDS: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;
