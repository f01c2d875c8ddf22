//! Any key set, and a launch verified with it: `$X` and `$Y` stand for the platform's key.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use tower_lti::{OnMissingDeployment, key_set::KeySet};
use tower_lti_fuzz::{Verdict, Visit, fill, key};

fuzz_target!(|data: &[u8]| -> Corpus {
    let jwk = key().jwk();
    let (x, y) = (&jwk["x"], &jwk["y"]);
    let (Some(x), Some(y)) = (x.as_str(), y.as_str()) else {
        unreachable!("a key on a curve has both");
    };
    let json = fill(data, &[(b"$X", x), (b"$Y", y)]);
    let Ok(keys) = KeySet::parse(&json) else {
        return Corpus::Keep;
    };
    let mut visit = Visit::with(keys, OnMissingDeployment::Create);
    let token = visit.token().sign();

    if visit.launch(&token) == Verdict::LetIn {
        let set: Value = serde_json::from_slice(&json).expect("a key set is JSON");
        let is_ours = |row: &Value| {
            let is = |name: &str, value| {
                row[name].as_str().map(|text| text.trim_end_matches('=')) == Some(value)
            };
            is("x", x) && is("y", y) && row["kid"] == "k1" && row["kty"] == "EC"
        };
        let keys = set["keys"].as_array().expect("a key set has keys");
        assert!(keys.iter().any(is_ours), "let in with a key not published");
    }
    Corpus::Keep
});
