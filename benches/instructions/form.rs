//! The form of a launch, beside the parser that axum's `Form` uses.

use std::hint::black_box;

use tower_lti::testing::steps::read_form;

use crate::{
    meter::Meter,
    sample::{self, Posts},
};

const CALLS: usize = 200;

pub(crate) fn count(meter: &Meter) {
    if !meter.wants("form") && !meter.wants("state") {
        return;
    }
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let form = Posts::new(&platform, &tool).next().form;
    meter.count("form: form_urlencoded", 4, CALLS, |_| {
        for field in form_urlencoded::parse(&form) {
            black_box(field);
        }
    });
    meter.count("form", 4, CALLS, |_| {
        black_box(read_form(&form)).expect("a good form");
    });
}
