//! What the fuzz targets share: a tool, a visitor, and what must hold whatever comes in.

mod acceptable;
mod login;
mod roster;
mod template;
mod visit;

pub use self::{
    acceptable::{assert_claims_acceptable, assert_header_acceptable},
    login::log_in,
    roster::{Read, read_roster},
    template::fill,
    visit::{Verdict, Visit, assert_refusal, key, key_set, platform, run},
};
