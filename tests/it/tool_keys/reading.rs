//! Which private keys can be used, and what is said of the others.

use serde_json::{Value, json};
use tower_lti::{
    LtiTool,
    key_set::SignatureAlgorithm::{self, Es256, Es384, Rs256},
    keys::{ToolKey, ToolKeyError, ToolKeys},
    registration::{Registration, Registrations},
    tool::ConfigError,
};

use super::material::{
    ED25519, ENCRYPTED, ENCRYPTED_PKCS1, P256_JWK, P256_SEC1, P384_PKCS8, P384_SEC1, P521, RSA_JWK,
    RSA_JWK_THUMBPRINT, RSA_PKCS1, RSA_PKCS1_PUBLIC, RSA_PKCS8, RSA_PUBLIC, SMALL_PKCS1,
    SMALL_PKCS8,
};

/// The P-256 key of the specification, for signing.
fn p256_jwk() -> String {
    P256_JWK.replace(r#""use":"enc","#, "")
}

fn changed(jwk: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut jwk: Value = serde_json::from_str(jwk).unwrap();
    change(&mut jwk);
    jwk.to_string()
}

fn without(jwk: &str, name: &str) -> String {
    changed(jwk, |jwk| {
        jwk.as_object_mut().unwrap().remove(name).unwrap();
    })
}

// ADV-10, KEY-03
#[test]
fn a_private_key_is_read_in_every_usual_form() {
    let crlf = RSA_PKCS8.replace('\n', "\r\n");
    let bare = P384_SEC1
        .split_once("-----END EC PARAMETERS-----\n")
        .unwrap();
    for (form, pem, algorithm) in [
        ("PKCS #1", RSA_PKCS1, Rs256),
        ("PKCS #8", RSA_PKCS8, Rs256),
        ("PKCS #8 with CRLF", &crlf, Rs256),
        ("SEC 1 on P-256", P256_SEC1, Es256),
        ("SEC 1 on P-384", P384_SEC1, Es384),
        ("SEC 1 without parameters", bare.1, Es384),
        ("PKCS #8 on P-384", P384_PKCS8, Es384),
    ] {
        let key = ToolKey::from_pem(pem).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(key.algorithm(), algorithm, "{form}");
    }
    let id = |pem| ToolKey::from_pem(pem).unwrap().id().to_owned();
    assert_eq!(id(RSA_PKCS1), id(RSA_PKCS8));
    assert_eq!(id(P384_SEC1), id(P384_PKCS8));
}

// ADV-06, ADV-10, KEY-06
#[test]
fn the_id_of_a_key_is_its_thumbprint_whatever_id_it_had() {
    let key = ToolKey::from_jwk(RSA_JWK).unwrap();

    assert_eq!(key.id(), RSA_JWK_THUMBPRINT);
    assert_eq!(key.algorithm(), Rs256);
    let key = ToolKey::from_jwk(&p256_jwk()).unwrap();
    assert_eq!(key.id(), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    assert_eq!(key.algorithm(), Es256);
}

// ADV-10, KEY-13
#[test]
fn a_pem_that_cannot_be_a_tool_key_fails_with_the_reason() {
    let two = format!("{RSA_PKCS8}{P256_SEC1}");
    let cut = &RSA_PKCS8[..RSA_PKCS8.len() - 40];
    let damaged = RSA_PKCS8.replacen("MII", "AII", 1);
    let no_base64 = RSA_PKCS8.replacen("MII", "M*I", 1);
    let short_marker = RSA_PKCS8.replacen(
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY----",
        1,
    );
    let indented = RSA_PKCS8.replacen("-----BEGIN", "  -----BEGIN", 1);
    for (what, pem, reason) in [
        ("nothing", "", ToolKeyError::Missing),
        ("garbage", "not a key\n", ToolKeyError::Missing),
        ("two keys", two.as_str(), ToolKeyError::Several),
        ("1024 bits, PKCS #1", SMALL_PKCS1, ToolKeyError::TooSmall),
        ("1024 bits, PKCS #8", SMALL_PKCS8, ToolKeyError::TooSmall),
        ("public", RSA_PUBLIC, ToolKeyError::Public),
        ("public, PKCS #1", RSA_PKCS1_PUBLIC, ToolKeyError::Public),
        ("encrypted", ENCRYPTED, ToolKeyError::Encrypted),
        (
            "encrypted, PKCS #1",
            ENCRYPTED_PKCS1,
            ToolKeyError::Encrypted,
        ),
        ("P-521", P521, ToolKeyError::Unsupported),
        ("Ed25519", ED25519, ToolKeyError::Unsupported),
        ("cut", cut, ToolKeyError::Malformed),
        ("damaged", &damaged, ToolKeyError::Unsupported),
        ("no base64", &no_base64, ToolKeyError::Malformed),
        ("short marker", &short_marker, ToolKeyError::Malformed),
        ("indented", &indented, ToolKeyError::Malformed),
    ] {
        assert_eq!(ToolKey::from_pem(pem).unwrap_err(), reason, "{what}");
    }
}

// ADV-10
#[test]
fn a_file_with_one_bad_block_gives_no_key_at_all() {
    for (what, pem, reason) in [
        (
            "its own public half",
            format!("{RSA_PKCS8}{RSA_PUBLIC}"),
            ToolKeyError::Public,
        ),
        (
            "a small key",
            format!("{RSA_PKCS8}{SMALL_PKCS8}"),
            ToolKeyError::TooSmall,
        ),
        (
            "an encrypted key",
            format!("{RSA_PKCS8}{ENCRYPTED}"),
            ToolKeyError::Encrypted,
        ),
        (
            "half a key",
            format!("{RSA_PKCS8}{}", &P384_PKCS8[..100]),
            ToolKeyError::Malformed,
        ),
    ] {
        assert_eq!(ToolKey::list_from_pem(&pem).unwrap_err(), reason, "{what}");
    }
    let both = format!("{RSA_PKCS8}Bag Attributes\n{P256_SEC1}");
    let keys = ToolKey::list_from_pem(&both).unwrap();
    let algorithms: Vec<_> = keys.iter().map(ToolKey::algorithm).collect();
    assert_eq!(algorithms, [Rs256, Es256]);
}

// ADV-10
#[test]
fn keys_of_which_none_is_ever_asked_for_fail_at_the_start() {
    let own = [ToolKey::from_pem(P384_PKCS8).unwrap()];
    let shared = ToolKeys::from_pem(RSA_PKCS8).unwrap();
    for (keys, is_fit) in [
        (ToolKeys::from_pem(P384_PKCS8).unwrap(), false),
        (shared.with_own_keys_for("school", own), false),
        (
            ToolKeys::from_pem(&format!("{P384_PKCS8}{RSA_PKCS8}")).unwrap(),
            true,
        ),
        (ToolKeys::from_pem(P256_SEC1).unwrap(), true),
    ] {
        let registration = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .build()
            .unwrap();
        let built = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(Registrations::new([registration]).unwrap())
            .tool_keys(keys)
            .build();
        match built {
            Ok(_) => assert!(is_fit),
            Err(error) => assert!(!is_fit && matches!(error, ConfigError::NoSigningKey)),
        }
    }
}

// ADV-10, KEY-13
#[test]
fn a_jwk_that_cannot_be_a_tool_key_fails_with_the_reason() {
    let other_prime = changed(RSA_JWK, |jwk| jwk["p"] = jwk["q"].clone());
    let other_point = changed(&p256_jwk(), |jwk| jwk["x"] = jwk["y"].clone());
    let small = changed(RSA_JWK, |jwk| {
        let n = jwk["n"].as_str().unwrap()[..172].to_owned();
        jwk["n"] = n.into();
    });
    let with = |name: &str, value: Value| changed(&p256_jwk(), |jwk| jwk[name] = value);
    let verifies = with("key_ops", json!(["verify"]));
    let derives = with("key_ops", json!(["deriveKey", "deriveBits"]));
    let agrees = with("alg", "ECDH-ES".into());
    let other_hash = changed(RSA_JWK, |jwk| jwk["alg"] = "RS512".into());
    let other_curve = with("alg", "ES384".into());
    for fits in [
        with("key_ops", json!(["sign", "verify"])),
        with("alg", "ES256".into()),
        changed(RSA_JWK, |jwk| jwk["alg"] = "RS256".into()),
    ] {
        ToolKey::from_jwk(&fits).unwrap();
    }
    let curve = p256_jwk().replace("P-256", "P-521");
    for (what, jwk, reason) in [
        ("no JSON", "{", ToolKeyError::Malformed),
        ("an array", "[]", ToolKeyError::Malformed),
        ("a PEM", RSA_PKCS8, ToolKeyError::Malformed),
        (
            "symmetric",
            r#"{"kty":"oct","k":"AAAA"}"#,
            ToolKeyError::Symmetric,
        ),
        (
            "Ed25519",
            r#"{"kty":"OKP","crv":"Ed25519","d":"AA"}"#,
            ToolKeyError::Unsupported,
        ),
        ("public RSA", &without(RSA_JWK, "d"), ToolKeyError::Public),
        (
            "public EC",
            &without(&p256_jwk(), "d"),
            ToolKeyError::Public,
        ),
        (
            "no primes",
            &without(RSA_JWK, "p"),
            ToolKeyError::WithoutPrimes,
        ),
        (
            "no modulus",
            &without(RSA_JWK, "n"),
            ToolKeyError::Malformed,
        ),
        ("1024 bits", &small, ToolKeyError::TooSmall),
        ("a wrong prime", &other_prime, ToolKeyError::Malformed),
        ("a wrong point", &other_point, ToolKeyError::Malformed),
        ("another curve", &curve, ToolKeyError::Unsupported),
        (
            "no curve",
            &without(&p256_jwk(), "crv"),
            ToolKeyError::Malformed,
        ),
        ("for encryption", P256_JWK, ToolKeyError::OtherUse),
        ("for verifying", &verifies, ToolKeyError::OtherUse),
        ("for deriving", &derives, ToolKeyError::OtherUse),
        ("for agreement", &agrees, ToolKeyError::OtherUse),
        ("for another hash", &other_hash, ToolKeyError::OtherUse),
        ("for another curve", &other_curve, ToolKeyError::OtherUse),
    ] {
        assert_eq!(ToolKey::from_jwk(jwk).unwrap_err(), reason, "{what}");
    }
}

// ADV-08, ADV-10
#[test]
fn neither_debug_nor_an_error_shows_a_private_part() {
    let secret = "X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJo";
    assert!(RSA_JWK.contains(secret));
    let key = ToolKey::from_jwk(RSA_JWK).unwrap();
    let pem = key.to_pem().unwrap();
    let wrong_type = RSA_JWK.replace(r#""q":""#, r#""q":["#);
    let error = ToolKey::from_jwk(&wrong_type).unwrap_err();

    let line = pem.as_str().lines().nth(5).unwrap();
    for shown in [
        format!("{key:?}"),
        format!("{pem:?}"),
        format!("{error:?} {error}"),
        key.public_jwk().to_string(),
    ] {
        assert!(!shown.contains(secret) && !shown.contains(line), "{shown}");
    }
    assert!(format!("{key:?}").contains(key.id()));
}

// ADV-10
#[tokio::test]
async fn what_is_made_can_be_written_and_read_again() {
    for key in [
        ToolKey::generate().await.unwrap(),
        ToolKey::generate_blocking().unwrap(),
        ToolKey::generate_p256().unwrap(),
        ToolKey::from_jwk(RSA_JWK).unwrap(),
    ] {
        let pem = key.to_pem().unwrap();
        assert!(pem.as_str().lines().all(|line| line.len() <= 64));
        let again = ToolKey::from_pem(pem.as_str()).unwrap();
        assert_eq!(again.id(), key.id());
        let algorithm: SignatureAlgorithm = again.algorithm();
        assert_eq!(algorithm, key.algorithm());
    }
}
