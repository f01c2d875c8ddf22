//! The state of a login, verified: its signature and what it says.

use std::hint::black_box;

use tower_lti::testing::steps::verify_state;

use crate::{
    meter::Meter,
    sample::{self, Posts},
};

const CALLS: usize = 200;

pub(crate) fn count(meter: &Meter) {
    if !meter.wants("state") {
        return;
    }
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let form = Posts::new(&platform, &tool).next().form;
    let mut fields = form_urlencoded::parse(&form);
    let (_, state) = fields.find(|(name, _)| name == "state").expect("a state");
    meter.count("state", 4, CALLS, |_| {
        assert!(black_box(verify_state(&tool, &state)));
    });
}
