//! Launches that are wrong in one thing.

use serde_json::json;
use tower_lti::{
    claims::names,
    testing::{IdToken, SigningKey},
};

/// A launch about to be posted.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) method: &'static str,
    pub(super) token: IdToken,
    /// The token as it is sent, where that is not the signed one.
    pub(super) sent: Option<String>,
    pub(super) state: String,
    /// The state and the nonce of another login, where there is one.
    pub(super) other_state: String,
    pub(super) other_nonce: String,
    pub(super) cookie: Option<(String, String)>,
    pub(super) more: &'static str,
    pub(super) now: u64,
}

impl Draft {
    fn token(mut self, change: impl FnOnce(IdToken) -> IdToken) -> Self {
        self.token = change(self.token);
        self
    }
}

/// How far a wrong launch gets before it is refused, and with what.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// Whatever the login, with this status.
    Form(u16),
    /// At the state or its cookie, with 401.
    State,
    /// With this status, where the login still stands; else with 401.
    Token(u16),
}

/// A name, what it does to a launch, and what becomes of that.
pub(super) type Mutation = (&'static str, fn(Draft) -> Draft, Refusal);

pub(super) const MUTATIONS: [Mutation; 39] = [
    (
        "posted with GET",
        |d| Draft { method: "GET", ..d },
        Refusal::Form(405),
    ),
    (
        "a state twice",
        |d| Draft {
            more: "&state=x",
            ..d
        },
        Refusal::Form(400),
    ),
    (
        "an error beside the token",
        |d| Draft {
            more: "&error=x",
            ..d
        },
        Refusal::Form(400),
    ),
    (
        "no token",
        |d| Draft {
            sent: Some(String::new()),
            ..d
        },
        Refusal::Form(400),
    ),
    ("no cookie", |d| Draft { cookie: None, ..d }, Refusal::State),
    (
        "another cookie",
        |mut d| {
            d.cookie = d.cookie.map(|(name, _)| (name, "A".repeat(43)));
            d
        },
        Refusal::State,
    ),
    (
        "another login's state",
        |d| Draft {
            state: d.other_state.clone(),
            ..d
        },
        Refusal::State,
    ),
    (
        "an altered state",
        |d| Draft {
            state: d.state.replacen('.', ".e", 1),
            ..d
        },
        Refusal::State,
    ),
    (
        "no algorithm",
        |d| d.token(|t| t.header("alg", "none")),
        Refusal::Token(401),
    ),
    (
        "RS512",
        |d| d.token(|t| t.header("alg", "RS512")),
        Refusal::Token(401),
    ),
    (
        "no key id",
        |d| d.token(|t| t.without_header("kid")),
        Refusal::Token(401),
    ),
    (
        "an unknown key id",
        |d| d.token(|t| t.header("kid", "k9")),
        Refusal::Token(401),
    ),
    (
        "crit",
        |d| d.token(|t| t.header("crit", json!(["exp"]))),
        Refusal::Token(401),
    ),
    (
        "an access token",
        |d| d.token(|t| t.header("typ", "at+jwt")),
        Refusal::Token(401),
    ),
    (
        "a stranger's signature",
        |d| d.token(|t| t.signed_by(&SigningKey::shared(2, "k1"))),
        Refusal::Token(401),
    ),
    (
        "no signature to speak of",
        |d| Draft {
            sent: Some(d.token.with_signature(&[7; 256])),
            ..d
        },
        Refusal::Token(401),
    ),
    (
        "another payload under the signature",
        |d| {
            let signed = d.token.sign();
            let signature = signed.rsplit_once('.').unwrap().1.to_owned();
            let other = d
                .token
                .clone()
                .claim(names::ROLES, json!(["Administrator"]))
                .sign();
            let message = other.rsplit_once('.').unwrap().0;
            Draft {
                sent: Some(format!("{message}.{signature}")),
                ..d
            }
        },
        Refusal::Token(401),
    ),
    (
        "two parts",
        |d| Draft {
            sent: Some("e30.e30".into()),
            ..d
        },
        Refusal::Token(400),
    ),
    (
        "a payload that is none",
        |d| d.token(|t| t.raw_payload("[]")),
        Refusal::Token(400),
    ),
    (
        "a claim twice",
        |d| {
            let twice = d
                .token
                .payload_json()
                .replacen('{', "{\"sub\":\"user-2\",", 1);
            d.token(|t| t.raw_payload(twice))
        },
        Refusal::Token(400),
    ),
    (
        "another issuer",
        |d| d.token(|t| t.claim("iss", "https://lms.test/")),
        Refusal::Token(401),
    ),
    (
        "a client of no platform",
        |d| d.token(|t| t.claim("aud", "tool-9")),
        Refusal::Token(401),
    ),
    (
        "an audience too many",
        |d| d.token(|t| t.claim("aud", json!(["tool-1", "tool-2", "tool-3"]))),
        Refusal::Token(401),
    ),
    (
        "over a minute ago",
        |d| {
            let now = d.now;
            d.token(|t| t.claim("iat", now - 90).claim("exp", now - 60))
        },
        Refusal::Token(401),
    ),
    (
        "endless",
        |d| d.token(|t| t.without_claim("exp")),
        Refusal::Token(401),
    ),
    (
        "from tomorrow",
        |d| {
            let now = d.now;
            d.token(|t| t.claim("iat", now + 61))
        },
        Refusal::Token(401),
    ),
    (
        "from yesterday",
        |d| {
            let now = d.now;
            d.token(|t| t.claim("iat", now - 3_660))
        },
        Refusal::Token(401),
    ),
    (
        "not yet",
        |d| {
            let now = d.now;
            d.token(|t| t.claim("nbf", now + 61))
        },
        Refusal::Token(401),
    ),
    (
        "another login's nonce",
        |d| {
            let nonce = d.other_nonce.clone();
            d.token(|t| t.claim("nonce", nonce))
        },
        Refusal::Token(401),
    ),
    (
        "no nonce",
        |d| d.token(|t| t.without_claim("nonce")),
        Refusal::Token(401),
    ),
    (
        "nobody",
        |d| d.token(|t| t.without_claim("sub")),
        Refusal::Token(401),
    ),
    (
        "another version",
        |d| d.token(|t| t.claim(names::VERSION, "1.3")),
        Refusal::Token(400),
    ),
    (
        "another message",
        |d| d.token(|t| t.claim(names::MESSAGE_TYPE, "LtiEulaRequest")),
        Refusal::Token(400),
    ),
    (
        "no deployment",
        |d| d.token(|t| t.claim(names::DEPLOYMENT_ID, "")),
        Refusal::Token(400),
    ),
    (
        "a numbered deployment",
        |d| d.token(|t| t.claim(names::DEPLOYMENT_ID, 1)),
        Refusal::Token(400),
    ),
    (
        "another target",
        |d| d.token(|t| t.claim(names::TARGET_LINK_URI, "https://tool.test/app/")),
        Refusal::Token(400),
    ),
    (
        "no link",
        |d| d.token(|t| t.without_claim(names::RESOURCE_LINK)),
        Refusal::Token(400),
    ),
    (
        "no roles",
        |d| d.token(|t| t.without_claim(names::ROLES)),
        Refusal::Token(400),
    ),
    (
        "a role in text",
        |d| d.token(|t| t.claim(names::ROLES, "Learner")),
        Refusal::Token(400),
    ),
];
