//! Any payload, genuinely signed: `$N` stands for the nonce of the login.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lti_fuzz::{Verdict, Visit, assert_claims_acceptable};

fuzz_target!(|data: &[u8]| {
    let mut visit = Visit::new();
    let payload = visit.fill_nonce(data);
    let token = visit.token().raw_payload(payload.clone()).sign();

    if visit.launch(&token) == Verdict::LetIn {
        assert_claims_acceptable(&payload, visit.nonce());
    }
});
