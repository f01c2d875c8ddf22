//! The tool's public keys, found and used apart from the rest of the crate.

use std::{fmt, sync::Arc};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use tower::Service;

use super::jwt::Jwt;
use crate::testing::UrlService;

/// Where the tool's key set comes from, for each token request anew.
#[derive(Clone)]
pub(super) enum ToolKeySet {
    /// No assertion can be verified.
    Unknown,
    /// Assertions are believed unverified.
    Unneeded,
    Text(Arc<dyn Fn() -> String + Send + Sync>),
    /// Plain http on loopback.
    Url(String),
}

/// Why a signature is not taken for the tool's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyProblem {
    /// No key set is registered.
    NotRegistered,
    /// There is no key set at its address.
    CannotBeFetched(String),
    /// The key set is no JWK set, or has a private key.
    Unusable(&'static str),
    KeyIdMissing,
    KeyIdUnknown,
    SignatureInvalid,
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRegistered => "no key set is registered for this tool",
            Self::CannotBeFetched(what) => {
                return write!(f, "the key set cannot be fetched: {what}");
            }
            Self::Unusable(what) => what,
            Self::KeyIdMissing => "\"kid\" empty, unable to lookup correct key",
            Self::KeyIdUnknown => "\"kid\" invalid, unable to lookup correct key",
            Self::SignatureInvalid => "Signature verification failed",
        })
    }
}

impl ToolKeySet {
    /// Whether there is a key set with a key.
    pub(super) async fn look_at(&self) -> Result<(), KeyProblem> {
        match self.keys().await?.is_empty() {
            true => Err(KeyProblem::Unusable("the key set has no key")),
            false => Ok(()),
        }
    }

    async fn keys(&self) -> Result<Vec<Value>, KeyProblem> {
        let text = match self {
            Self::Unneeded | Self::Unknown => return Err(KeyProblem::NotRegistered),
            Self::Text(text) => text(),
            Self::Url(url) => fetch(url).await?,
        };
        let set: Value = serde_json::from_str(&text)
            .map_err(|_| KeyProblem::Unusable("the key set is no JSON"))?;
        let keys = set["keys"].as_array();
        let keys = keys.ok_or(KeyProblem::Unusable("the key set has no array of keys"))?;
        Ok(keys.clone())
    }

    /// Whether the signature is one of the tool's.
    pub(super) async fn verify(&self, jwt: &Jwt<'_>) -> Result<(), KeyProblem> {
        if matches!(self, Self::Unneeded) {
            return Ok(());
        }
        let keys = self.keys().await?;
        let kid = jwt.header["kid"].as_str().ok_or(KeyProblem::KeyIdMissing)?;
        let key = keys.iter().find(|key| key["kid"] == kid);
        let key = key.ok_or(KeyProblem::KeyIdUnknown)?;
        if ["d", "p", "q", "k"]
            .iter()
            .any(|member| key.get(member).is_some())
        {
            return Err(KeyProblem::Unusable("the key set has a private key"));
        }
        let valid = match (jwt.header["alg"].as_str(), key["kty"].as_str()) {
            (Some("RS256"), Some("RSA")) => rsa(key, jwt.message, &jwt.signature),
            (Some("ES256"), Some("EC")) => p256(key, jwt.message, &jwt.signature),
            _ => None,
        };
        valid.ok_or(KeyProblem::SignatureInvalid)
    }
}

fn rsa(key: &Value, message: &str, signature: &[u8]) -> Option<()> {
    let public = RsaPublicKeyComponents {
        n: bytes(&key["n"])?,
        e: bytes(&key["e"])?,
    };
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), signature)
        .ok()
}

fn p256(key: &Value, message: &str, signature: &[u8]) -> Option<()> {
    // An uncompressed point (SEC 1 §2.3.3).
    let point = [vec![4], bytes(&key["x"])?, bytes(&key["y"])?].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(message.as_bytes(), signature)
        .ok()
}

fn bytes(text: &Value) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_str()?).ok()
}

async fn fetch(url: &str) -> Result<String, KeyProblem> {
    let wrong = |what: &str| KeyProblem::CannotBeFetched(what.to_owned());
    let uri: Uri = url.parse().map_err(|_| wrong("no URL"))?;
    let authority = uri.authority().ok_or_else(|| wrong("no URL"))?.as_str();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::get(path).body(Full::<Bytes>::default());
    let request = request.map_err(|_| wrong("no URL"))?;
    let response = UrlService::new(authority).call(request).await;
    let response = response.map_err(|_| wrong("no answer"))?;
    if response.status() != StatusCode::OK {
        return Err(wrong(response.status().as_str()));
    }
    let Ok(body) = response.into_body().collect().await;
    String::from_utf8(body.to_bytes().to_vec()).map_err(|_| wrong("no text"))
}
