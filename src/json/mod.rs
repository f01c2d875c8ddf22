//! JSON without its ambiguities: no member twice, no great depth, nothing after the end.

mod numeric_date;
mod strict;

pub(crate) use self::{
    numeric_date::numeric_date,
    strict::{parse_object, read_object},
};
