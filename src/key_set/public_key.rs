//! One public key, parsed once and ready to verify.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents,
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::{
    Algorithm,
    jwk::{
        AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations,
        PublicKeyUse, RSAKeyParameters,
    },
};

/// The fewest and the most bits of an RSA modulus.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Base64url with or without padding: the specification's own example of a key is padded.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key, its id, and the algorithms that it may verify.
pub(super) struct PublicKey {
    pub(super) id: String,
    verifiers: Vec<(Algorithm, ParsedPublicKey)>,
}

impl PublicKey {
    /// Takes a key from a JWK, if it has an id and can verify something (RFC 7517 §4).
    pub(super) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let id = jwk.common.key_id.clone().filter(|id| !id.is_empty())?;
        let for_signatures = match &jwk.common.public_key_use {
            None | Some(PublicKeyUse::Signature) => true,
            Some(_) => false,
        };
        let may_verify = match &jwk.common.key_operations {
            None => true,
            Some(operations) => operations.contains(&KeyOperations::Verify),
        };
        if !for_signatures || !may_verify {
            return None;
        }
        let mut verifiers = match &jwk.algorithm {
            AlgorithmParameters::RSA(parameters) => rsa(parameters)?,
            AlgorithmParameters::EllipticCurve(parameters) => elliptic_curve(parameters)?,
            _ => return None,
        };
        if let Some(named) = &jwk.common.key_algorithm {
            let named = named.to_string();
            verifiers.retain(|(algorithm, _)| format!("{algorithm:?}") == named);
        }
        (!verifiers.is_empty()).then_some(Self { id, verifiers })
    }

    /// The verifier for an algorithm, if the key fits it.
    pub(super) fn verifier(&self, algorithm: Algorithm) -> Option<&ParsedPublicKey> {
        self.verifiers
            .iter()
            .find(|(fits, _)| *fits == algorithm)
            .map(|(_, key)| key)
    }
}

fn rsa(parameters: &RSAKeyParameters) -> Option<Vec<(Algorithm, ParsedPublicKey)>> {
    let modulus = unsigned(&parameters.n)?;
    let exponent = unsigned(&parameters.e)?;
    let bits = modulus.len() * 8 - usize::try_from(modulus.first()?.leading_zeros()).ok()?;
    let odd = exponent.last()? & 1 == 1;
    let sane = exponent.len() <= 4 && exponent.as_slice() != [1];
    if !RSA_BITS.contains(&bits) || !odd || !sane {
        return None;
    }
    let components = RsaPublicKeyComponents {
        n: modulus,
        e: exponent,
    };
    [
        (Algorithm::RS256, &RSA_PKCS1_2048_8192_SHA256),
        (Algorithm::RS384, &RSA_PKCS1_2048_8192_SHA384),
        (Algorithm::RS512, &RSA_PKCS1_2048_8192_SHA512),
    ]
    .into_iter()
    .map(|(algorithm, parameters)| {
        let key = components.to_parsed_public_key(parameters).ok()?;
        Some((algorithm, key))
    })
    .collect()
}

fn elliptic_curve(
    parameters: &EllipticCurveKeyParameters,
) -> Option<Vec<(Algorithm, ParsedPublicKey)>> {
    let (algorithm, verification, bytes) = match parameters.curve {
        EllipticCurve::P256 => (Algorithm::ES256, &ECDSA_P256_SHA256_FIXED, 32),
        EllipticCurve::P384 => (Algorithm::ES384, &ECDSA_P384_SHA384_FIXED, 48),
        _ => return None,
    };
    let (x, y) = (decode(&parameters.x)?, decode(&parameters.y)?);
    if x.len() != bytes || y.len() != bytes {
        return None;
    }
    // An uncompressed point: SEC 1 §2.3.3.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let key = ParsedPublicKey::new(verification, point).ok()?;
    Some(vec![(algorithm, key)])
}

/// A big-endian number without leading zeros.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = decode(text)?;
    let start = bytes.iter().position(|&byte| byte != 0)?;
    Some(bytes[start..].to_vec())
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL.decode(text).ok()
}
