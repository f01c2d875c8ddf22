//! J: the compact form and its header.

use serde_json::{Value, json};
use tower_lti::{
    error::LtiErrorKind::{
        AlgorithmNotAllowed, CriticalHeader, KeyIdMissing, KeyUnknown, PayloadMalformed,
        SignatureWrong, TokenMalformed, TokenTooLarge, TokenType,
    },
    testing::{IdToken, SigningKey},
};

use super::{Case, World, let_in, refused};

/// Makes a text of header, payload and signature.
type Join = fn(&str, &str, &str) -> String;

/// Puts the three parts of a signed token together in another way.
fn parts(token: &IdToken, join: Join) -> String {
    let token = token.sign();
    let parts: Vec<&str> = token.split('.').collect();
    join(parts[0], parts[1], parts[2])
}

fn enemy() -> SigningKey {
    SigningKey::shared(3, "k1")
}

// LAUNCH-33, LAUNCH-35
#[tokio::test]
async fn an_algorithm_that_was_not_agreed_on_is_refused() {
    let mut cases = vec![
        Case::compact(
            "J02 HS256 with the public key's DER",
            |token| {
                let der = SigningKey::shared(0, "k1").public_der();
                token.header("alg", "HS256").sign_with_hmac(&der)
            },
            AlgorithmNotAllowed,
        ),
        Case::compact(
            "J02 HS256 with the public key's PEM",
            |token| {
                use base64::{Engine, prelude::BASE64_STANDARD};
                let der = BASE64_STANDARD.encode(SigningKey::shared(0, "k1").public_der());
                let pem = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
                token.header("alg", "HS256").sign_with_hmac(pem.as_bytes())
            },
            AlgorithmNotAllowed,
        ),
        Case::token(
            "J05 alg missing",
            |token| token.without_header("alg"),
            TokenMalformed,
        ),
    ];
    for algorithm in ["none", "None", "nOnE", "NONE", "", "rs256", "RS256 "] {
        for signature in [&b"junk"[..], &[0; 256]] {
            cases.push(Case::compact(
                format!("J01 alg {algorithm:?}"),
                move |token| token.header("alg", algorithm).with_signature(signature),
                AlgorithmNotAllowed,
            ));
        }
        cases.push(Case::compact(
            format!("J01 alg {algorithm:?} without a signature"),
            move |token| token.header("alg", algorithm).with_signature(b""),
            TokenMalformed,
        ));
    }
    for algorithm in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "ES256K"] {
        cases.push(Case::token(
            format!("J04 {algorithm}"),
            move |token| token.header("alg", algorithm),
            AlgorithmNotAllowed,
        ));
    }
    for value in [Value::Null, json!(256), json!(["RS256"]), json!({})] {
        cases.push(Case::token(
            format!("J05 alg {value}"),
            move |token| token.header("alg", value.clone()),
            TokenMalformed,
        ));
    }
    refused(cases).await;
}

// LAUNCH-36, LAUNCH-37, LAUNCH-38
#[tokio::test]
async fn a_key_that_the_platform_did_not_publish_is_refused() {
    let mut cases = vec![
        Case::token(
            "J06 kid missing",
            |token| token.without_header("kid"),
            KeyIdMissing,
        ),
        Case::token(
            "J06 kid empty",
            |token| token.header("kid", ""),
            KeyIdMissing,
        ),
        Case::token(
            "J06 kid a number",
            |token| token.header("kid", 1),
            KeyIdMissing,
        ),
        Case::token(
            "J11 a key in the header",
            |token| token.header("jwk", enemy().jwk()).signed_by(&enemy()),
            SignatureWrong,
        ),
        Case::token(
            "J11 a key of another id in the header",
            |token| {
                token
                    .header("kid", "own")
                    .header("jwk", enemy().jwk())
                    .signed_by(&enemy())
            },
            KeyUnknown,
        ),
    ];
    for kid in ["k2", "no such key"] {
        cases.push(Case::token(
            format!("J07 kid {kid}"),
            move |token| token.header("kid", kid),
            KeyUnknown,
        ));
    }
    for kid in [
        "../../../../dev/null",
        "' OR 1=1--",
        "k1\n",
        "k1\u{0}",
        "K1",
        " k1",
        "\u{1b}[31mred\u{202e}",
    ] {
        cases.push(Case::token(
            format!("J08 kid {kid:?}"),
            move |token| token.header("kid", kid),
            KeyUnknown,
        ));
    }
    for name in ["jku", "x5u"] {
        cases.push(Case::token(
            format!("J10 {name}"),
            move |token| {
                token
                    .header(name, "https://evil.example/jwks")
                    .signed_by(&enemy())
            },
            SignatureWrong,
        ));
    }
    refused(cases).await;
}

// LAUNCH-37, J07, J10: the fixture's key server panics at an address that nobody registered
#[tokio::test]
async fn a_key_that_is_not_known_is_looked_for_once_and_at_the_registered_address() {
    let world = World::new().await;
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    assert_eq!(world.app.platform.fetches(), 1);
    for _ in 0..20 {
        let good = world.good_launch().await;
        let token = good.token.clone().header("kid", "k9");
        let token = token.header("jku", "https://evil.example/jwks").sign();
        let answer = world.send(good.post(good.form(&token))).await;
        assert_eq!(answer.status(), 401);
    }
    assert_eq!(world.app.platform.fetches(), 2);
    assert_eq!(world.third.fetches(), 0);
}

// LAUNCH-30, LAUNCH-39
#[tokio::test]
async fn what_is_no_plain_compact_token_is_refused() {
    let dots = ".".repeat(60_000);
    let long = "A".repeat(30 * 1024);
    let deep = "[".repeat(200);
    let mut cases = vec![
        Case::token(
            "J13 crit with a claim",
            |token| token.header("crit", json!(["exp"])),
            CriticalHeader,
        ),
        Case::token(
            "J13 crit with a name of its own",
            |token| token.header("crit", json!(["urn:x"])).header("urn:x", 1),
            CriticalHeader,
        ),
        Case::token(
            "J13 crit empty",
            |token| token.header("crit", json!([])),
            CriticalHeader,
        ),
        Case::token(
            "J17 another typ",
            |token| token.header("typ", "at+jwt"),
            TokenType,
        ),
        Case::token(
            "J17 typ a number",
            |token| token.header("typ", 1),
            TokenType,
        ),
        Case::token(
            "J18 a token in a token",
            |token| {
                let inner = token.sign();
                token.header("cty", "JWT").raw_payload(inner)
            },
            PayloadMalformed,
        ),
        Case::compact("J19 five parts", |_| "a.b.c.d.e".into(), TokenMalformed),
        Case::compact(
            "J19 an encrypted and packed token",
            |token| {
                let token = token.header("enc", "A256GCM").header("zip", "DEF").sign();
                format!("{token}.x.y")
            },
            TokenMalformed,
        ),
        Case::compact(
            "J20 JSON",
            |token| {
                let token = token.sign();
                let parts: Vec<&str> = token.split('.').collect();
                json!({"protected": parts[0], "payload": parts[1], "signature": parts[2]})
                    .to_string()
            },
            TokenMalformed,
        ),
        Case::compact(
            "J20 JSON with several signatures",
            |_| json!({"payload": "e30", "signatures": []}).to_string(),
            TokenMalformed,
        ),
        Case::compact("J22 dots", move |_| dots.clone(), TokenMalformed),
        Case::token(
            "J26 a long header",
            move |token| token.header("x", long.as_str()),
            TokenTooLarge,
        ),
        Case::token(
            "J25 nested deep",
            move |token| token.raw_header(format!("{{\"alg\":\"RS256\",\"x\":{deep}}}")),
            TokenMalformed,
        ),
    ];
    for (what, header) in [
        (
            "J15 alg twice",
            r#"{"alg":"RS256","alg":"RS256","kid":"k1"}"#,
        ),
        ("J15 kid twice", r#"{"alg":"RS256","kid":"k1","kid":"k1"}"#),
        (
            "J15 alg twice, once escaped",
            r#"{"alg":"RS256","\u0061lg":"none","kid":"k1"}"#,
        ),
        ("J25 an array", "[]"),
        ("J25 a string", "\"x\""),
        ("J25 empty", "{}"),
        ("J25 more behind", r#"{"alg":"RS256","kid":"k1"}x"#),
        (
            "J25 a mark before",
            "\u{feff}{\"alg\":\"RS256\",\"kid\":\"k1\"}",
        ),
    ] {
        cases.push(Case::token(
            what,
            move |token| token.raw_header(header),
            TokenMalformed,
        ));
    }
    let joins: [(&str, Join); 13] = [
        ("J21 detached", |h, _, s| format!("{h}..{s}")),
        ("J21 two parts", |h, p, _| format!("{h}.{p}")),
        ("J21 four parts", |h, p, s| format!("{h}.{p}.{s}.x")),
        ("J21 no header", |_, p, s| format!(".{p}.{s}")),
        ("J21 no signature", |h, p, _| format!("{h}.{p}.")),
        ("J21 a space before", |h, p, s| format!(" {h}.{p}.{s}")),
        ("J21 a space behind", |h, p, s| format!("{h}.{p}.{s} ")),
        ("J23 padded signature", |h, p, s| format!("{h}.{p}.{s}==")),
        ("J23 padded header", |h, p, s| format!("{h}=.{p}.{s}")),
        ("J23 a line break in the header", |h, p, s| {
            format!("{h}\n.{p}.{s}")
        }),
        ("J23 a line break in the signature", |h, p, s| {
            format!("{h}.{p}.{}\n{}", &s[..9], &s[9..])
        }),
        ("J23 the other alphabet", |h, p, s| {
            format!("{h}.{p}.+/{}", &s[2..])
        }),
        ("J25 a header that is not UTF-8", |_, p, s| {
            format!("eyJhIjoi_yJ9.{p}.{s}")
        }),
    ];
    for (what, join) in joins {
        cases.push(Case::compact(
            what,
            move |token| parts(&token, join),
            TokenMalformed,
        ));
    }
    cases.push(Case::compact(
        "J23 bits that no encoder leaves",
        |token| {
            let token = token.sign();
            let (rest, last) = token.split_at(token.len() - 1);
            // 256 bytes leave four bits over in the last character.
            format!("{rest}{}", if last == "A" { "B" } else { other_tail(last) })
        },
        TokenMalformed,
    ));
    cases.push(Case::compact(
        "J23 a padded payload",
        |token| parts(&token, |h, p, s| format!("{h}.{p}=.{s}")),
        SignatureWrong,
    ));
    refused(cases).await;
}

/// Another character that decodes to the same two bits, if the bits behind them are not looked at.
fn other_tail(last: &str) -> &'static str {
    match last {
        "Q" => "R",
        "g" => "h",
        "w" => "x",
        _ => panic!("256 bytes cannot end in {last}"),
    }
}

// LAUNCH-42
#[tokio::test]
async fn a_type_may_be_left_out_or_be_jwt_in_any_case() {
    let_in(vec![
        ("J17 absent", Box::new(|token| token.without_header("typ"))),
        ("J17 JWT", Box::new(|token| token.header("typ", "JWT"))),
        ("J17 jwt", Box::new(|token| token.header("typ", "jwt"))),
        (
            "J18 cty and members that nobody acts on",
            Box::new(|token| {
                token
                    .header("cty", "JWT")
                    .header("x5t", "x")
                    .header("b64", true)
            }),
        ),
    ])
    .await;
}
