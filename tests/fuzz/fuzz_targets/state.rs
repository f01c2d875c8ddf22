//! Any state beside a good token: `$S` stands for the right one, `$P` and `$M` for its two parts, `$H` for
//! a JWT's header, `$O` for the state of another login before the same tool, `$X` for one of another tool.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lti_fuzz::{Verdict, Visit, fill};

fuzz_target!(|data: &[u8]| {
    let mut visit = Visit::new();
    let (other, stranger) = (visit.another_state(), Visit::new());
    let right = visit.state().to_owned();
    let (payload, mac) = right.split_once('.').unwrap();
    let state = fill(
        data,
        &[
            (b"$S", &right),
            (b"$H", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"),
            (b"$P", payload),
            (b"$M", mac),
            (b"$O", &other),
            (b"$X", stranger.state()),
        ],
    );
    let token = visit.token().sign();
    let mut form = format!("id_token={token}&state=").into_bytes();
    form.extend(form_urlencoded::byte_serialize(&state).flat_map(str::bytes));

    let verdict = visit.post(form, &token);

    assert_eq!(verdict == Verdict::LetIn, state == right.as_bytes());
});
