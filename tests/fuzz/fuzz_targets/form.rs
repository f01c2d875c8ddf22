//! Any form: `$T` stands for a good token, `$S` for its state, `$N` for its nonce.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lti_fuzz::{Verdict, Visit, fill};

fuzz_target!(|data: &[u8]| {
    let mut visit = Visit::new();
    let token = visit.token().sign();
    let state = visit.state().to_owned();
    let form = fill(
        data,
        &[(b"$T", &token), (b"$S", &state), (b"$N", visit.nonce())],
    );

    let verdict = visit.post(form.clone(), &token);

    let all_of = |wanted: &str| {
        form_urlencoded::parse(&form)
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
            .collect::<Vec<_>>()
    };
    if verdict == Verdict::LetIn {
        assert_eq!(all_of("id_token"), [token]);
        assert_eq!(all_of("state"), [state]);
        assert!(all_of("error").iter().all(String::is_empty));
    }
});
