//! URL-encoded forms: read under a limit, parsed strictly.

mod body;
mod budget;
mod fields;
mod media_type;
mod misdirected;

pub(crate) use self::{
    body::{BodyLimits, FormBytes, read_form_body},
    budget::{BodyBudget, BodyOf},
    fields::Fields,
    misdirected::Address,
};
