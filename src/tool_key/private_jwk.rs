//! Private keys as JWK (RFC 7518 §6.2.2, §6.3.2).

use aws_lc_rs::{
    rsa::{KeyPair, KeyPairComponents, PublicKeyComponents},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm,
    },
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    base64url,
    tool_key::{PrivateKey, ToolKeyError, der::refused_rsa},
};

/// The fewest bits of an RSA modulus.
const MIN_RSA_BITS: usize = 2048;

/// The members, borrowed: no copy of them is left behind.
#[derive(Deserialize)]
struct Members<'a> {
    kty: &'a str,
    #[serde(default, rename = "use")]
    purpose: Option<&'a str>,
    #[serde(default, rename = "key_ops")]
    operations: Option<Vec<&'a str>>,
    #[serde(default)]
    alg: Option<&'a str>,
    #[serde(default)]
    crv: Option<&'a str>,
    #[serde(default)]
    x: Option<&'a str>,
    #[serde(default)]
    y: Option<&'a str>,
    #[serde(default)]
    n: Option<&'a str>,
    #[serde(default)]
    e: Option<&'a str>,
    #[serde(default)]
    d: Option<&'a str>,
    #[serde(default)]
    p: Option<&'a str>,
    #[serde(default)]
    q: Option<&'a str>,
    #[serde(default)]
    dp: Option<&'a str>,
    #[serde(default)]
    dq: Option<&'a str>,
    #[serde(default)]
    qi: Option<&'a str>,
}

type Number = Zeroizing<Vec<u8>>;

impl PrivateKey {
    pub(super) fn from_jwk(text: &str) -> Result<Self, ToolKeyError> {
        // Its error would quote the value.
        let members: Members<'_> =
            serde_json::from_str(text).map_err(|_| ToolKeyError::Malformed)?;
        match members.kty {
            "RSA" | "EC" => {}
            "oct" => return Err(ToolKeyError::Symmetric),
            _ => return Err(ToolKeyError::Unsupported),
        }
        if !members.is_to_sign() {
            return Err(ToolKeyError::OtherUse);
        }
        let private = number(members.d.ok_or(ToolKeyError::Public)?)?;
        if members.kty == "RSA" {
            rsa(&members, private)
        } else {
            elliptic_curve(&members, &private)
        }
    }
}

impl Members<'_> {
    /// Whether the key is for signing (RFC 7517 §4.2, §4.3), with what we sign with (§4.4).
    fn is_to_sign(&self) -> bool {
        let algorithm = match (self.kty, self.crv) {
            ("RSA", _) => "RS256",
            (_, Some("P-384")) => "ES384",
            _ => "ES256",
        };
        let operations = self.operations.as_deref();
        self.purpose.is_none_or(|purpose| purpose == "sig")
            && operations.is_none_or(|operations| operations.contains(&"sign"))
            && self.alg.is_none_or(|alg| alg == algorithm)
    }
}

fn rsa(members: &Members<'_>, d: Number) -> Result<PrivateKey, ToolKeyError> {
    let n = without_leading_zeros(required(members.n)?);
    let first = n.first().ok_or(ToolKeyError::Malformed)?;
    if n.len() * 8 - (first.leading_zeros() as usize) < MIN_RSA_BITS {
        return Err(ToolKeyError::TooSmall);
    }
    let prime = |value: Option<&str>| number(value.ok_or(ToolKeyError::WithoutPrimes)?);
    let components = KeyPairComponents {
        public_key: PublicKeyComponents {
            n: &**n,
            e: &**without_leading_zeros(required(members.e)?),
        },
        d: &**d,
        p: &**prime(members.p)?,
        q: &**prime(members.q)?,
        dP: &**prime(members.dp)?,
        dQ: &**prime(members.dq)?,
        qInv: &**prime(members.qi)?,
    };
    KeyPair::from_components(&components)
        .map(PrivateKey::Rsa)
        .map_err(refused_rsa)
}

fn elliptic_curve(members: &Members<'_>, d: &Number) -> Result<PrivateKey, ToolKeyError> {
    type Curve = (
        &'static EcdsaSigningAlgorithm,
        usize,
        fn(EcdsaKeyPair) -> PrivateKey,
    );
    let (algorithm, bytes, key): Curve = match members.crv {
        Some("P-256") => (&ECDSA_P256_SHA256_FIXED_SIGNING, 32, PrivateKey::P256),
        Some("P-384") => (&ECDSA_P384_SHA384_FIXED_SIGNING, 48, PrivateKey::P384),
        Some(_) => return Err(ToolKeyError::Unsupported),
        None => return Err(ToolKeyError::Malformed),
    };
    let (x, y) = (required(members.x)?, required(members.y)?);
    if [d, &x, &y].iter().any(|number| number.len() != bytes) {
        return Err(ToolKeyError::Malformed);
    }
    // An uncompressed point: SEC 1 §2.3.3.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    EcdsaKeyPair::from_private_key_and_public_key(algorithm, d, &point)
        .map(key)
        .map_err(|_| ToolKeyError::Malformed)
}

fn required(value: Option<&str>) -> Result<Number, ToolKeyError> {
    number(value.ok_or(ToolKeyError::Malformed)?)
}

fn number(text: &str) -> Result<Number, ToolKeyError> {
    let bytes = base64url::decode(text).ok_or(ToolKeyError::Malformed)?;
    Ok(Zeroizing::new(bytes))
}

fn without_leading_zeros(mut number: Number) -> Number {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.drain(..zeros);
    number
}
