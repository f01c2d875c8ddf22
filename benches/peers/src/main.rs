//! tower-lti beside `atomic-lti-tool-axum` 1.0.0: the same launches, in one process, on one thread.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```
//!
//! The target: a launch takes tower-lti at most a sixth of the time that it takes the peer. The last
//! line says whether it is met. This is a report: it fails only if a launch does.
//!
//! Everybody gets launches of their own, which nobody has seen and which were signed beforehand: the
//! sample of `benches/sample`, 2.8 KB of `id_token` with a key of 2048 bits. Rounds are interleaved, and
//! each begins with somebody else. Figures are medians over the rounds; a ratio is taken within each
//! round first. Every launch has to succeed.
//!
//! - **Floor**: from the token's text to its claims, and no more. See `benches/sample/floor.rs`.
//! - **tower-lti**: the whole service, from a request with its form to the response. It reads the form
//!   and opens the state, compares the cookie, verifies the signature, reads the claims strictly and
//!   keeps them all, uses the nonce up and finds the deployment in a `MemoryStore`. The handler looks
//!   for the launch and answers with an empty page.
//! - **atomic, form read before**: the peer's handler `launch`, called as a function. It decodes the
//!   claims, builds the key, verifies the signature, decodes again, compares state, nonce, age and
//!   target, deletes the state and writes a small page. It compares no audience and knows no
//!   deployments. The target is measured by this row, which leaves work out that tower-lti does.
//! - **atomic, form read by axum**: the same after axum's `Form` has read the fields from a body. From
//!   request to answer, as with tower-lti.
//!
//! What was done for the peer, and why:
//!
//! - It cannot be mounted in axum: it takes the request before the form, and its future is not `Send`.
//!   So it is called in place, and nothing is counted for routing.
//! - What its traits ask for is kept in memory. The token that it makes for the app's own pages is a
//!   constant: an RS256 signature there costs more than all the rest.
//! - It fetches the key set by itself, once, from loopback, before the time is taken. It keeps the set
//!   for an hour.
//! - It writes a line to stderr twice per launch, through `dbg!`, where `aud` is a string. So its tokens
//!   have an `aud` that is a list of one. The others keep the sample's string. That is two characters of
//!   JSON more for the peer, and no line is written.
//! - Its state is a random text of 32 characters. tower-lti's is signed, and longer.
//!
//! Left out on all sides: the login, sockets, HTTP, a shared store, fetching keys. tower-lti looks at the
//! sample's clock, the peer at the machine's.

mod atomic;
mod contender;
mod floor;
mod ours;
#[path = "../../targets/rounds.rs"]
#[expect(dead_code, reason = "other measurements ask it for more")]
mod rounds;
#[path = "../../sample/mod.rs"]
#[expect(dead_code, reason = "other measurements use the rest of the sample")]
mod sample;
mod table;

use std::rc::Rc;

use tokio::runtime::Builder;

use self::{
    atomic::{Atomic, FormRead},
    contender::Contender,
    floor::Floor,
    ours::Ours,
    rounds::Rounds,
};

/// An odd number, so that the median is one of them.
const ROUNDS: usize = 41;
const LAUNCHES: usize = 200;

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = Rc::new(runtime.expect("a runtime"));
    let platform = sample::platform();
    let mut contenders: [Box<dyn Contender>; table::ROWS] = [
        Box::new(Floor::new(&platform)),
        Box::new(Ours::new(&platform, &runtime)),
        Box::new(Atomic::new(&platform, &runtime, FormRead::Before)),
        Box::new(Atomic::new(&platform, &runtime, FormRead::ByAxum)),
    ];
    let names = contenders.each_ref().map(|contender| contender.name());
    // Keys are fetched before anything is timed.
    for contender in &mut contenders {
        contender.prepare(1);
        contender.perform();
    }
    let mut rounds = Rounds::default();
    for mut contender in contenders {
        rounds.add_timed(LAUNCHES, move |_| {
            contender.prepare(LAUNCHES);
            contender.perform()
        });
    }
    rounds.run(ROUNDS);
    table::print(&names, &rounds);
}
