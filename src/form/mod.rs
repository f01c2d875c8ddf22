//! Forms as a browser posts them: read under a limit, parsed without mercy.

mod body;
mod fields;
mod media_type;

pub(crate) use self::{
    body::{BodyBudget, BodyLimits, FormBytes, read_form_body},
    fields::Fields,
};
