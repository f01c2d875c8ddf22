//! `oauth_consumer_key_sign`: the signature in the claim.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use crate::claims::names;

/// What the signature is made over: consumer key, deployment, issuer, client id, expiry and nonce, with `&` between.
pub(super) struct SignedText(String);

impl SignedText {
    /// Takes expiry and nonce as they are in the token. `None` where one is not there, or where a part has an `&`:
    /// the parts are not escaped, so that another token's could make the same text.
    pub(super) fn of(
        consumer_key: &str,
        client_id: &str,
        token: &Map<String, Value>,
    ) -> Option<Self> {
        let text = |name| token.get(name).and_then(Value::as_str);
        let expires_at = token.get("exp")?.as_number()?.to_string();
        let parts = [
            consumer_key,
            text(names::DEPLOYMENT_ID)?,
            text("iss")?,
            client_id,
            &expires_at,
            text("nonce")?,
        ];
        let is_ambiguous = parts.iter().any(|part| part.contains('&'));
        (!is_ambiguous).then(|| Self(parts.join("&")))
    }

    /// Whether it was signed with this secret. Compared in constant time.
    pub(super) fn is_signed_with(&self, secret: &hmac::Key, signature: &str) -> bool {
        let signature = STANDARD.decode(signature);
        signature.is_ok_and(|tag| hmac::verify(secret, self.0.as_bytes(), &tag).is_ok())
    }
}

/// The claim as a platform makes it that has this secret: `ids`, with the consumer key and the signature for `token`.
/// Without a signature where there is nothing to sign.
#[cfg(feature = "testing")]
pub(crate) fn signed_claim(
    consumer: &super::ToolConsumer,
    ids: Value,
    client_id: &str,
    token: &Map<String, Value>,
) -> Value {
    let mut claim = match ids {
        Value::Object(ids) => ids,
        _ => Map::new(),
    };
    let mut put = |name: &str, text: String| claim.insert(name.to_owned(), text.into());
    put("oauth_consumer_key", consumer.key().to_owned());
    if let Some(text) = SignedText::of(consumer.key(), client_id, token) {
        let tag = hmac::sign(consumer.secret(), text.0.as_bytes());
        put("oauth_consumer_key_sign", STANDARD.encode(tag));
    }
    Value::Object(claim)
}
