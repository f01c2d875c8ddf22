//! Any JOSE header before a good payload, genuinely signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lti_fuzz::{Verdict, Visit, assert_header_acceptable};

fuzz_target!(|data: &[u8]| {
    let mut visit = Visit::new();
    let token = visit.token().raw_header(data).sign();

    if visit.launch(&token) == Verdict::LetIn {
        assert_header_acceptable(data);
    }
});
