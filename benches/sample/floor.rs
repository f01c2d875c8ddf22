//! The least that a launch costs: V, one signature; and F, what nobody can do without.
//!
//! F takes a compact token apart, decodes it, verifies it with a key that was parsed before, reads the
//! claims into types and compares what has to be compared. It looks for nothing else: not for members
//! that occur twice, not for the state, not for the nonce's second use, and it keeps no claim that it
//! does not know.

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use tower_lti::testing::Platform;

use super::NOW;

/// A key that is ready to verify, and what a token has to say.
pub(crate) struct Floor {
    key: ParsedPublicKey,
    issuer: String,
    client_id: String,
}

#[derive(Deserialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
}

/// The claims of a launch, each in a type and owned.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are read to be timed")]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    azp: Option<String>,
    sub: String,
    iat: u64,
    exp: u64,
    pub(crate) nonce: String,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    locale: Option<String>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/message_type")]
    message_type: String,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/version")]
    version: String,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/deployment_id")]
    pub(crate) deployment_id: String,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri")]
    target_link_uri: String,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/resource_link")]
    resource_link: ResourceLink,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/roles")]
    roles: Vec<String>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/context")]
    context: Option<Context>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/tool_platform")]
    tool_platform: Option<ToolPlatform>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation")]
    launch_presentation: Option<LaunchPresentation>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/lis")]
    lis: Option<Lis>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/custom")]
    custom: Option<std::collections::BTreeMap<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are read to be timed")]
struct ResourceLink {
    id: String,
    title: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are read to be timed")]
struct Context {
    id: String,
    label: Option<String>,
    title: Option<String>,
    #[serde(default, rename = "type")]
    kinds: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are read to be timed")]
struct ToolPlatform {
    guid: Option<String>,
    name: Option<String>,
    product_family_code: Option<String>,
    version: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are read to be timed")]
struct LaunchPresentation {
    document_target: Option<String>,
    return_url: Option<String>,
    locale: Option<String>,
    height: Option<u32>,
    width: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are read to be timed")]
struct Lis {
    person_sourcedid: Option<String>,
    course_offering_sourcedid: Option<String>,
}

/// A compact token in parts: what is signed, the payload, and the signature decoded.
pub(crate) struct Signed<'a> {
    message: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    /// Takes a compact token apart.
    pub(crate) fn split(token: &'a str) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        Some(Self {
            message,
            header,
            payload,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }
}

impl Floor {
    pub(crate) fn new(platform: &Platform) -> Self {
        let keys: Value = serde_json::from_str(&platform.jwks_json()).expect("a key set");
        Self::with_keys(platform, &keys)
    }

    /// The same for a platform that signs elsewhere: its keys are these, the first of a JWK set.
    pub(crate) fn with_keys(platform: &Platform, keys: &Value) -> Self {
        let number = |name: &str| {
            let text = keys["keys"][0][name].as_str().expect("a number");
            URL_SAFE_NO_PAD.decode(text).expect("base64url")
        };
        let components = RsaPublicKeyComponents {
            n: number("n"),
            e: number("e"),
        };
        Self {
            key: components
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                .expect("a public key"),
            issuer: platform.issuer().to_owned(),
            client_id: platform.client_id().to_owned(),
        }
    }

    /// V: one signature, everything decoded beforehand.
    pub(crate) fn verify(&self, signed: &Signed<'_>) -> bool {
        let message = signed.message.as_bytes();
        self.key.verify_sig(message, &signed.signature).is_ok()
    }

    /// F: from the token's text to its claims.
    pub(crate) fn validate(&self, token: &str) -> Option<Claims> {
        self.validate_at(token, NOW)
    }

    /// F at another time than usual, in seconds since 1970.
    pub(crate) fn validate_at(&self, token: &str, now: u64) -> Option<Claims> {
        let signed = Signed::split(token)?;
        let header = URL_SAFE_NO_PAD.decode(signed.header).ok()?;
        let header: Header<'_> = serde_json::from_slice(&header).ok()?;
        if header.alg != "RS256" || header.kid != "k1" || !self.verify(&signed) {
            return None;
        }
        let payload = URL_SAFE_NO_PAD.decode(signed.payload).ok()?;
        let claims: Claims = serde_json::from_slice(&payload).ok()?;
        let meant_for_us = claims.iss == self.issuer && claims.aud == self.client_id;
        let in_time = claims.iat <= now + 60 && now < claims.exp + 60;
        let lti = claims.version == "1.3.0" && claims.message_type == "LtiResourceLinkRequest";
        (meant_for_us && in_time && lti && !claims.nonce.is_empty()).then_some(claims)
    }
}
