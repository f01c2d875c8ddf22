//! Strict JSON: no duplicate members, bounded depth, nothing after the end.

mod arbitrary_precision;
mod numeric_date;
mod strict;
mod value;

pub(crate) use self::{
    numeric_date::{number, numeric_date},
    strict::{parse_object, read_members},
    value::{Json, Object},
};
