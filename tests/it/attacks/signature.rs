//! K: signatures, and the keys that they are checked with.

use serde_json::{Value, json};
use tower_lti::{
    claims::names,
    error::LtiErrorKind::{
        self, AlgorithmNotAllowed, KeyUnfit, KeyUnknown, SignatureWrong, TokenMalformed,
    },
    key_set::KeySet,
    registration::{Registration, Registrations},
    testing::SigningKey,
};

use super::{Case, World, refused};

// LAUNCH-31
#[tokio::test]
async fn a_signature_that_is_wrong_is_refused_before_the_payload_is_read() {
    let mut cases = vec![
        Case::compact(
            "K02 other roles under the old signature",
            |token| {
                let signature = token.sign().rsplit_once('.').unwrap().1.to_owned();
                let other = token.claim(names::ROLES, json!(["Administrator"])).sign();
                format!("{}.{signature}", other.rsplit_once('.').unwrap().0)
            },
            SignatureWrong,
        ),
        Case::compact(
            "K02 no JSON under the old signature",
            |token| {
                let signature = token.sign().rsplit_once('.').unwrap().1.to_owned();
                let other = token.raw_payload("{").sign();
                format!("{}.{signature}", other.rsplit_once('.').unwrap().0)
            },
            SignatureWrong,
        ),
        Case::compact(
            "K03 empty",
            |token| token.with_signature(b""),
            TokenMalformed,
        ),
        Case::compact(
            "K03 far too long",
            |token| token.with_signature(&[1; 4_000]),
            TokenMalformed,
        ),
        Case::token(
            "K04 the other platform's key of the same id",
            |token| token.signed_by(&SigningKey::shared(2, "k1")),
            SignatureWrong,
        ),
    ];
    for length in [1, 255, 256, 257, 512] {
        cases.push(Case::compact(
            format!("K03 {length} zeros"),
            move |token| token.with_signature(&vec![0; length]),
            SignatureWrong,
        ));
    }
    refused(cases).await;
}

// LAUNCH-31, K01
#[tokio::test]
async fn every_bit_of_the_signature_counts() {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let world = World::new().await;
    let good = world.good_launch().await;
    let token = good.token.sign();
    let signature = token.rsplit_once('.').unwrap().1;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    for bit in (0..signature.len() * 8).step_by(13) {
        let mut flipped = signature.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let answer = world
            .send(good.post(good.form(&good.token.with_signature(&flipped))))
            .await;
        world.assert_refused("K01 one bit flipped", &good, &answer, SignatureWrong);
    }
    assert_eq!(world.send(good.launch()).await.status(), 200);
}

// K04, B09
#[tokio::test]
async fn a_key_id_that_two_platforms_share_is_two_keys() {
    let world = World::new().await;
    let mut browser = world.app.browser();
    for platform in [&world.third, &world.app.platform] {
        let good = world.good_launch_of(&mut browser, platform).await;
        assert_eq!(world.send(good.launch()).await.status(), 200);
    }
    let good = world.good_launch().await;
    let foreign = good.token.clone().signed_by(&world.third.key()).sign();
    let answer = world.send(good.post(good.form(&foreign))).await;
    assert_eq!(answer.status(), 401);
    assert_eq!((world.app.calls(), world.app.store.nonce_count()), (2, 2));
}

/// The good key of the platform, with a member set or (by null) left out.
fn jwk(name: &str, value: &Value) -> Value {
    let mut jwk = SigningKey::shared(0, "k1").jwk();
    let members = jwk.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value.clone());
    }
    jwk
}

async fn launch_with_keys(keys: Value) -> Result<(), LtiErrorKind> {
    let keys = KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .key_set(keys)
        .build()
        .unwrap();
    let world =
        World::with(|builder| builder.registrations(Registrations::new([registration]).unwrap()))
            .await;
    let good = world.good_launch().await;
    let answer = world.send(good.launch()).await;
    match answer.extensions().get::<tower_lti::LtiError>() {
        None => Ok(()),
        Some(error) => {
            world.assert_refused("a key that does not fit", &good, &answer, error.kind());
            Err(error.kind())
        }
    }
}

// LAUNCH-40, LAUNCH-41, LAUNCH-45, LAUNCH-46
#[tokio::test]
async fn a_key_is_used_for_what_it_was_published_for_and_for_nothing_else() {
    let short = |bytes: usize| {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        let mut n = vec![0xc5; bytes];
        n[bytes - 1] = 0x0b;
        json!(BASE64_URL_SAFE_NO_PAD.encode(n))
    };
    let n = SigningKey::shared(0, "k1").jwk()["n"]
        .as_str()
        .unwrap()
        .to_owned();
    for (what, name, value, outcome) in [
        ("as it is", "kid", json!("k1"), Ok(())),
        ("W19 no alg", "alg", Value::Null, Ok(())),
        ("W19 no use", "use", Value::Null, Ok(())),
        ("W19 n padded", "n", json!(format!("{n}==")), Ok(())),
        ("W17 private members", "d", json!("AQAB"), Ok(())),
        ("key_ops verify", "key_ops", json!(["verify"]), Ok(())),
        ("K07 another alg", "alg", json!("RS512"), Err(KeyUnfit)),
        ("K07 for encryption", "use", json!("enc"), Err(KeyUnfit)),
        (
            "K07 key_ops sign",
            "key_ops",
            json!(["sign"]),
            Err(KeyUnfit),
        ),
        ("K08 RSA-512", "n", short(64), Err(KeyUnfit)),
        ("K08 RSA-1024", "n", short(128), Err(KeyUnfit)),
        ("K08 RSA-2040", "n", short(255), Err(KeyUnfit)),
        ("K08 RSA-16384", "n", short(2048), Err(KeyUnfit)),
        ("K08 e = 1", "e", json!("AQ"), Err(KeyUnfit)),
        ("K08 e even", "e", json!("BA"), Err(KeyUnfit)),
        ("W15 no n", "n", Value::Null, Err(KeyUnknown)),
        ("W15 another kty", "kty", json!("AKP"), Err(KeyUnknown)),
        ("W15 no kid", "kid", Value::Null, Err(KeyUnknown)),
        ("W15 kid a number", "kid", json!(1), Err(KeyUnknown)),
    ] {
        let other = SigningKey::shared(1, "k2").jwk();
        let seen = launch_with_keys(json!([null, jwk(name, &value), other])).await;
        let unusable = [Err(KeyUnfit), Err(KeyUnknown)];
        if outcome.is_err() {
            assert!(unusable.contains(&seen), "{what}: {seen:?}");
        } else {
            assert_eq!(seen, outcome, "{what}");
        }
    }
}

// K05, K12
#[tokio::test]
async fn of_several_keys_of_one_id_those_that_fit_are_tried() {
    let good = SigningKey::shared(0, "k1").jwk();
    let other = SigningKey::shared(1, "k1").jwk();
    let secret =
        json!({"kty": "oct", "kid": "k1", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"});
    assert_eq!(launch_with_keys(json!([other, good])).await, Ok(()));
    assert_eq!(launch_with_keys(json!([secret, good])).await, Ok(()));
    let crowd: Vec<_> = std::iter::repeat_n(other.clone(), 4)
        .chain([good.clone()])
        .collect();
    assert_eq!(
        launch_with_keys(json!(crowd)).await,
        Err(SignatureWrong),
        "K12"
    );
    refused(vec![Case::compact(
        "K05 a token signed with a secret that the platform published",
        |token| {
            token
                .header("alg", "HS256")
                .sign_with_hmac(b"secret-secret-secret-secret-secret")
        },
        AlgorithmNotAllowed,
    )])
    .await;
}

// K13
#[tokio::test]
async fn a_key_that_was_withdrawn_is_refused_once_the_set_is_fetched_anew() {
    let world = World::new().await;
    let old = world.app.platform.key();
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    world.app.platform.use_key(SigningKey::shared(1, "k2"));
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    let good = world.good_launch().await;
    let stale = good
        .token
        .clone()
        .header("kid", "k1")
        .signed_by(&old)
        .sign();
    let answer = world.send(good.post(good.form(&stale))).await;
    let kind = answer
        .extensions()
        .get::<tower_lti::LtiError>()
        .unwrap()
        .kind();
    assert_eq!(kind, KeyUnknown);
    assert_eq!(
        world.app.platform.fetches(),
        2,
        "one in ten seconds at most"
    );
}
