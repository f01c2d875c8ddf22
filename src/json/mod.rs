//! JSON without its ambiguities: no member twice, no great depth, nothing after the end.

mod numeric_date;
mod strict;
mod value;

pub(crate) use self::{
    numeric_date::{number, numeric_date},
    strict::{parse_object, read_members},
    value::{Json, Object},
};
