//! A login initiation, the whole service, beside F.

use std::hint::black_box;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower::Service;
use tower_lti::{LtiLogin, MemoryStore};

use crate::{
    rounds::Rounds,
    sample::{self, Posts, floor::Floor},
    table::{Table, Target},
};

const ROUNDS: usize = 41;
const CALLS: usize = 200;

pub(crate) fn measure(table: &mut Table) {
    let platform = sample::platform();
    let store = MemoryStore::default();
    let tool = sample::tool_builder(&platform)
        .store(store.clone())
        .build()
        .expect("a tool");
    let token = Posts::new(&platform, &tool).next().id_token;
    let floor = Floor::new(&platform);
    let address = sample::login_address(&platform);
    let mut login = LtiLogin::new(tool);
    let runtime = sample::runtime();

    let mut rounds = Rounds::default();
    let f = rounds.add(CALLS, |_| {
        black_box(floor.validate(&token)).expect("a good token");
    });
    let ours = rounds.add(CALLS, |_| {
        let request = Request::get(&address).body(Full::<Bytes>::default());
        let answer = runtime.block_on(login.call(request.expect("a request")));
        assert_eq!(answer.unwrap_or_else(|never| match never {}).status(), 303);
    });
    rounds.run(ROUNDS);

    table.report(
        "a login, the whole service",
        rounds.ratio(ours, f),
        // Ten microseconds where F is 20.6.
        Target::AtMost(0.49),
        " x F",
        &format!("({:.1} us)", rounds.nanos(ours) / 1e3),
    );
    let written = store.nonce_count() + store.deployment_count();
    table.gate(
        "keys written by all those logins",
        written as f64,
        Target::Exactly(0.0),
        "",
        "",
    );
}
