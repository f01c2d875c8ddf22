//! One public key, parsed once and ready to verify.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents,
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations,
    PublicKeyUse, RSAKeyParameters,
};
use serde_json::Value;

use crate::{
    json::Object,
    key_set::{SignatureAlgorithm, left_out::Unfit},
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
    /// Modulus and exponent, or the point: two keys are equal if these are.
    material: Vec<u8>,
    verifiers: Vec<(SignatureAlgorithm, ParsedPublicKey)>,
}

impl PublicKey {
    /// Takes a key from a row of a JWK set, if it has an id and can verify something (RFC 7517 §4).
    pub(super) fn from_row(row: &Object<'_>) -> Result<Self, Unfit> {
        match row.text("kty") {
            None => return Err(Unfit::NoType),
            Some("RSA" | "EC") => {}
            Some(kty) => return Err(Unfit::Type(Unfit::value(kty))),
        }
        let id = row.text("kid").filter(|id| !id.is_empty());
        let id = id.ok_or(Unfit::NoId)?.to_owned();
        let jwk: Jwk = serde_json::from_value(Value::Object(row.into()))
            .map_err(|_| unfit_by_a_word(row).unwrap_or(Unfit::Malformed))?;
        match &jwk.common.public_key_use {
            None | Some(PublicKeyUse::Signature) => {}
            Some(_) => {
                let purpose = row.text("use").unwrap_or_default();
                return Err(Unfit::Use(Unfit::value(purpose)));
            }
        }
        match &jwk.common.key_operations {
            Some(operations) if !operations.contains(&KeyOperations::Verify) => {
                return Err(Unfit::Operations);
            }
            _ => {}
        }
        let Parsed {
            material,
            mut verifiers,
        } = match &jwk.algorithm {
            AlgorithmParameters::RSA(parameters) => rsa(parameters)?,
            AlgorithmParameters::EllipticCurve(parameters) => elliptic_curve(parameters, row)?,
            _ => return Err(Unfit::Malformed),
        };
        if let Some(named) = &jwk.common.key_algorithm {
            let named = named.to_string();
            verifiers.retain(|(algorithm, _)| algorithm.as_str() == named);
        }
        if verifiers.is_empty() {
            return Err(unfit_by_a_word(row).unwrap_or(Unfit::Malformed));
        }
        Ok(Self {
            id,
            material,
            verifiers,
        })
    }

    /// Whether it is the same key for the same algorithms under the same id.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let algorithms = |key: &Self| key.algorithms().collect::<Vec<_>>();
        self.id == other.id
            && self.material == other.material
            && algorithms(self) == algorithms(other)
    }

    /// The algorithms that it may verify.
    pub(super) fn algorithms(&self) -> impl Iterator<Item = SignatureAlgorithm> {
        self.verifiers.iter().map(|(algorithm, _)| *algorithm)
    }

    /// The verifier for an algorithm, if the key fits it.
    pub(super) fn verifier(&self, algorithm: SignatureAlgorithm) -> Option<&ParsedPublicKey> {
        self.verifiers
            .iter()
            .find(|(fits, _)| *fits == algorithm)
            .map(|(_, key)| key)
    }
}

/// Key material, and what verifies with it.
struct Parsed {
    material: Vec<u8>,
    verifiers: Vec<(SignatureAlgorithm, ParsedPublicKey)>,
}

/// A row whose `alg` or `crv` is not one that can be used.
fn unfit_by_a_word(row: &Object<'_>) -> Option<Unfit> {
    let (alg, crv) = (row.text("alg"), row.text("crv"));
    if let Some(crv) = crv.filter(|crv| !["P-256", "P-384"].contains(crv)) {
        return Some(Unfit::Curve(Unfit::value(crv)));
    }
    let fits = |alg: &str| {
        let is_known = alg.parse::<SignatureAlgorithm>().is_ok();
        is_known && alg.starts_with('E') == crv.is_some()
    };
    let alg = alg.filter(|alg| !fits(alg))?;
    Some(Unfit::Algorithm(Unfit::value(alg)))
}

fn rsa(parameters: &RSAKeyParameters) -> Result<Parsed, Unfit> {
    let modulus = unsigned(&parameters.n).ok_or(Unfit::Malformed)?;
    let exponent = unsigned(&parameters.e).ok_or(Unfit::Malformed)?;
    let first = modulus.first().ok_or(Unfit::Malformed)?;
    let bits = (modulus.len() * 8).saturating_sub(first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        return Err(Unfit::Modulus { bits });
    }
    let odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
    if !odd || exponent.len() > 4 || exponent.as_slice() == [1] {
        return Err(Unfit::Exponent);
    }
    let material = [modulus.as_slice(), &exponent].concat();
    let components = RsaPublicKeyComponents {
        n: modulus,
        e: exponent,
    };
    let verifiers = [
        (SignatureAlgorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        (SignatureAlgorithm::Rs384, &RSA_PKCS1_2048_8192_SHA384),
        (SignatureAlgorithm::Rs512, &RSA_PKCS1_2048_8192_SHA512),
    ]
    .into_iter()
    .map(|(algorithm, parameters)| {
        let key = components.to_parsed_public_key(parameters).ok()?;
        Some((algorithm, key))
    })
    .collect::<Option<_>>();
    Ok(Parsed {
        material,
        verifiers: verifiers.ok_or(Unfit::Malformed)?,
    })
}

fn elliptic_curve(
    parameters: &EllipticCurveKeyParameters,
    row: &Object<'_>,
) -> Result<Parsed, Unfit> {
    let (algorithm, verification, bytes) = match parameters.curve {
        EllipticCurve::P256 => (SignatureAlgorithm::Es256, &ECDSA_P256_SHA256_FIXED, 32),
        EllipticCurve::P384 => (SignatureAlgorithm::Es384, &ECDSA_P384_SHA384_FIXED, 48),
        _ => return Err(unfit_by_a_word(row).unwrap_or(Unfit::Malformed)),
    };
    let coordinate = |text: &str| decode(text).filter(|decoded| decoded.len() == bytes);
    let x = coordinate(&parameters.x).ok_or(Unfit::Malformed)?;
    let y = coordinate(&parameters.y).ok_or(Unfit::Malformed)?;
    // An uncompressed point: SEC 1 §2.3.3.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let key = ParsedPublicKey::new(verification, &point).map_err(|_| Unfit::Malformed)?;
    Ok(Parsed {
        material: point,
        verifiers: vec![(algorithm, key)],
    })
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
