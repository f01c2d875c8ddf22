//! Any login initiation: the first line is the query, the second the cookies, the rest a body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_lti_fuzz::log_in;

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(3, |&byte| byte == b'\n');
    let query = parts.next().unwrap_or_default();
    let cookies = parts.next().unwrap_or_default();
    log_in(query, cookies, parts.next());
});
