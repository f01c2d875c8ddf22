//! Any key set, and a launch verified with it: `$X` and `$Y` stand for the platform's key.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Value, value::RawValue};
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
        let is_ours = |row: &Value| {
            let is = |name: &str, value| {
                row[name].as_str().map(|text| text.trim_end_matches('=')) == Some(value)
            };
            is("x", x) && is("y", y) && row["kid"] == "k1" && row["kty"] == "EC"
        };
        assert!(
            rows(&json).iter().any(is_ours),
            "let in with a key not published"
        );
    }
    Corpus::Keep
});

/// The keys of a set, each read for itself: one that is no whole JSON is left out, and takes no other with it.
fn rows(set: &[u8]) -> Vec<Value> {
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_slice(set).expect("a key set is an object");
    let keys: Vec<&RawValue> =
        serde_json::from_str(members["keys"].get()).expect("a key set has keys");
    keys.iter()
        .filter_map(|key| serde_json::from_str(key.get()).ok())
        .collect()
}
