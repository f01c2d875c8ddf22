//! The platform's endpoints: their texts, and what answers there.

use url::Url;

use crate::{
    doctor::{
        Finding,
        probe::{Answer, Probe},
        site::is_same_host,
        unreachable::{Whose, unreachable},
    },
    endpoint::Endpoint,
    outbound::{AddressPolicy, Purpose},
    redact,
    registration::Registration,
    service_error::ActionBy,
};

const SCHEME: &str = "endpoint_scheme";
const SWAPPED: &str = "endpoint_swapped";
const ANSWER: &str = "endpoint_answer";
const REDIRECT: &str = "endpoint_redirect";

/// How the paths of authorization endpoints, token endpoints and key sets end at known products.
const TAILS: [[&str; 3]; 5] = [
    [
        "/mod/lti/auth.php",
        "/mod/lti/token.php",
        "/mod/lti/certs.php",
    ],
    [
        "/api/lti/authorize_redirect",
        "/login/oauth2/token",
        "/api/lti/security/jwks",
    ],
    [
        "/gateway/oidcauth",
        "/gateway/oauth2/jwttoken",
        "/jwks.json",
    ],
    [
        "/d2l/lti/authenticate",
        "/core/connect/token",
        "/d2l/.well-known/jwks",
    ],
    [
        "/lti-service/authorize-redirect",
        "/lti-service/access-token",
        "/lti-service/.well-known/jwks",
    ],
];

/// The settings of a registration that are URLs of the platform.
pub(super) const SETTINGS: [&str; 3] = ["authorization_endpoint", "token_endpoint", "jwks_url"];

/// What the texts alone say.
pub(super) fn check_texts(registration: &Registration, allow_loopback_http: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if registration.uses_plain_http() && !allow_loopback_http {
        findings.push(
            Finding::error(SCHEME, "an endpoint is plain http on loopback")
                .wanted("https; plain http is for a tool and a platform on one machine")
                .remedy("write the platform's https URLs; for development on loopback add --insecure-allow-loopback-http"),
        );
    }
    let urls = urls(registration);
    let there: Vec<(usize, &str)> = (0..3)
        .filter_map(|index| Some((index, urls[index]?)))
        .collect();
    for (at, (index, url)) in there.iter().enumerate() {
        let twin = there[..at].iter().find(|(_, other)| other == url);
        if let Some((other, _)) = twin {
            let (one, two) = (SETTINGS[*other], SETTINGS[*index]);
            findings.push(
                Finding::error(SWAPPED, format!("`{one}` and `{two}` are the same URL"))
                    .wanted("a URL of its own for each")
                    .remedy("copy both from the platform once more"),
            );
        }
        let Some(meant) = meant_by_tail(url).filter(|meant| meant != index) else {
            continue;
        };
        let (setting, other) = (SETTINGS[*index], SETTINGS[meant]);
        findings.push(
            Finding::error(
                SWAPPED,
                format!(
                    "`{setting}` is {}: this product's `{other}` ends so",
                    redact::url(url)
                ),
            )
            .wanted(format!("the platform's `{setting}`"))
            .remedy(format!(
                "write it at `{other}`, and the platform's `{setting}` here"
            )),
        );
    }
    findings
}

/// The URLs of the [`SETTINGS`].
pub(super) fn urls(registration: &Registration) -> [Option<&str>; 3] {
    [
        Some(registration.authorization_endpoint()),
        registration.token_endpoint(),
        registration.key_source().url().map(Endpoint::as_str),
    ]
}

fn meant_by_tail(url: &str) -> Option<usize> {
    let path = Url::parse(url).ok()?.path().to_owned();
    let found = TAILS.iter().flat_map(|tails| tails.iter().enumerate());
    let mut found = found.filter(|(_, tail)| path.ends_with(*tail));
    found.next().map(|(index, _)| index)
}

/// What answers at the authorization endpoint. Without a user it may say nearly anything.
pub(super) async fn check_authorization(
    probe: &Probe,
    registration: &Registration,
    addresses: &AddressPolicy,
) -> (Vec<Finding>, Option<Answer>) {
    let url = registration.authorization_endpoint();
    let answer = match probe.get(url, addresses.clone(), Purpose::Service).await {
        Ok(answer) => answer,
        Err(error) => {
            let what = "the authorization endpoint";
            return (vec![unreachable(what, url, &error, Whose::Platform)], None);
        }
    };
    (judge(&answer, "authorization_endpoint", url), Some(answer))
}

/// What answers at the token endpoint to a request that is none.
pub(super) async fn check_token(
    probe: &Probe,
    url: &str,
    addresses: &AddressPolicy,
) -> (Vec<Finding>, Option<Answer>) {
    let answer = match probe.get(url, addresses.clone(), Purpose::Token).await {
        Ok(answer) => answer,
        Err(error) => {
            let what = "the token endpoint";
            return (vec![unreachable(what, url, &error, Whose::Platform)], None);
        }
    };
    (judge(&answer, "token_endpoint", url), Some(answer))
}

fn judge(answer: &Answer, setting: &str, url: &str) -> Vec<Finding> {
    let seen = answer.words(url);
    let status = answer.status();
    if answer.key_set().is_some() {
        return vec![
            Finding::error(SWAPPED, seen)
                .wanted(format!("the platform's `{setting}`"))
                .remedy(format!(
                    "write that URL at `jwks_url`, and the platform's `{setting}` here"
                )),
        ];
    }
    if let Some(target) = answer.redirect(url) {
        let moved = is_moved(url, &target);
        let remedy = format!("write {} as `{setting}`", redact::url(target.as_str()));
        // Elsewhere it leads to a sign-in, as it should.
        return match moved {
            true => vec![
                Finding::warning(REDIRECT, seen)
                    .wanted("the URL that answers by itself")
                    .remedy(remedy),
            ],
            false => Vec::new(),
        };
    }
    let may_refuse = setting == "token_endpoint";
    match status.as_u16() {
        404 | 410 if may_refuse => vec![
            Finding::warning(ANSWER, seen)
                .wanted("a token endpoint; some answer so to a request that is no token request")
                .remedy("compare `token_endpoint` with the platform's page; with the tool's keys a token is asked for, which tells"),
        ],
        404 | 410 => vec![
            Finding::error(ANSWER, seen)
                .wanted("an endpoint that is there")
                .remedy(format!("copy `{setting}` from the platform once more")),
        ],
        500..=599 => vec![
            Finding::warning(ANSWER, seen)
                .wanted("an answer below 500")
                .remedy("see why the platform's server fails there")
                .by(ActionBy::PlatformAdministrator),
        ],
        _ if may_refuse && answer.is_html() && status.is_success() => vec![
            Finding::warning(ANSWER, seen)
                .wanted("JSON, or a refusal")
                .remedy("see whether `token_endpoint` is the address of a page"),
        ],
        _ => Vec::new(),
    }
}

/// Whether a redirect leads to the same endpoint by another spelling: another scheme, a slash, `www.`.
fn is_moved(asked: &str, target: &Url) -> bool {
    let Ok(asked) = Url::parse(asked) else {
        return false;
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    is_same_host(&asked, target)
        && path(&asked) == path(target)
        && asked.as_str() != target.as_str()
}

/// Endpoints that answer as each other would: JSON where users sign in, and a page where tokens are given.
pub(super) fn check_pair(authorization: &Answer, token: &Answer) -> Option<Finding> {
    let is_refusal = |answer: &Answer| {
        let json = answer.json();
        json.is_some_and(|json| json.get("error").is_some())
    };
    let is_page = token.is_html() || token.status().is_redirection();
    (is_refusal(authorization) && is_page).then(|| {
        Finding::error(SWAPPED, "the authorization endpoint answers with an error in JSON, and the token endpoint with a page")
            .wanted("a page for users at the one, and JSON at the other")
            .remedy("swap `authorization_endpoint` and `token_endpoint`")
    })
}
