//! A whole launch over claims of the input's choice: a JSON object is laid over good claims, where
//! `-name` takes a claim away, `$N` stands for the nonce, and `"": true` begins from a deep linking
//! request.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Map, Value};
use tower_lti::OnMissingDeployment;
use tower_lti_fuzz::{Verdict, Visit, assert_claims_acceptable, key_set};

fuzz_target!(|data: &[u8]| -> Corpus {
    if serde_json::from_slice::<Map<String, Value>>(data).is_err() {
        return Corpus::Reject;
    }
    let create = Visit::new();
    if launch(create, data) == Verdict::LetIn {
        let reject = Visit::with(key_set().clone(), OnMissingDeployment::Reject);
        assert_eq!(launch(reject, data), Verdict::Unknown);
    }
    Corpus::Keep
});

fn launch(mut visit: Visit, data: &[u8]) -> Verdict {
    let changes: Map<String, Value> =
        serde_json::from_slice(&visit.fill_nonce(data)).expect("a nonce keeps it JSON");
    let mut token = match changes.get("") {
        Some(Value::Bool(true)) => visit.deep_linking_token(),
        _ => visit.token(),
    };
    for (name, value) in changes {
        token = match name.strip_prefix('-') {
            Some(name) => token.without_claim(name),
            None => token.claim(&name, value),
        };
    }

    let verdict = visit.launch(&token.sign());

    if verdict != Verdict::Refused {
        assert_claims_acceptable(token.payload_json().as_bytes(), visit.nonce());
    }
    verdict
}
