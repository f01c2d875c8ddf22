//! The id of a key: the thumbprint of its public half (RFC 7638).

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// The members that a thumbprint is made of (RFC 7638 §3.2).
const MEMBERS: [&str; 6] = ["crv", "e", "kty", "n", "x", "y"];

/// SHA-256 of the required members in the order of their names, as unpadded base64url.
pub(super) fn thumbprint(jwk: &Value) -> String {
    let members = MEMBERS.into_iter();
    let required: BTreeMap<_, _> = members
        .filter_map(|name| Some((name, jwk.get(name)?)))
        .collect();
    let text = serde_json::json!(required).to_string();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // KEY-06, ADV-06
    #[test]
    fn the_example_of_rfc_7638_has_its_thumbprint() {
        let jwk = serde_json::json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB",
            "alg": "RS256",
            "kid": "2011-04-29",
        });
        assert_eq!(
            thumbprint(&jwk),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }
}
