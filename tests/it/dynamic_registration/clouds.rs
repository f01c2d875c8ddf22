//! Clouds whose issuer is not where they are, played by an exchange of the test's own.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use tower_lti::{
    LtiTool, MemoryStore,
    dynamic_registration::{IssuerPolicy, LtiRegistration, RegistrationAccess, RegistrationTerms},
    live_registrations::LiveRegistrations,
    outbound::{Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits},
};

use super::{
    platform::LTI,
    world::{Page, confirm, get, profile},
};
use crate::connected::tool_key;

/// One request: method, URL, authorization.
type Sent = (String, String, Option<String>);

/// Answers GET with a configuration, and POST with what was sent and a client id.
#[derive(Clone)]
struct Cloud {
    configuration: Value,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cloud")
    }
}

impl Exchange for Cloud {
    fn send(&self, request: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        let authorization = request.headers().get("authorization");
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        let sent = (
            request.method().to_string(),
            request.uri().to_string(),
            authorization,
        );
        self.sent.lock().unwrap().push(sent);
        let reply = if request.method() == "GET" {
            self.configuration.clone()
        } else {
            let mut reply: Value = serde_json::from_slice(request.body()).unwrap();
            reply["client_id"] = json!(10000000000001_u64);
            reply
        };
        Box::pin(async move { Ok(Response::new(Bytes::from(reply.to_string()))) })
    }
}

struct Outcome {
    shown: Page,
    done: Option<Page>,
    sent: Vec<Sent>,
    registrations: LiveRegistrations,
}

async fn register(
    url: &str,
    token: Option<&str>,
    configuration: Value,
    policy: IssuerPolicy,
) -> Outcome {
    let cloud = Cloud {
        configuration,
        sent: Arc::default(),
    };
    let registrations = LiveRegistrations::new(MemoryStore::default());
    let tool = LtiTool::builder()
        .launch_url("https://tool.example/lti/launch")
        .registrations(registrations.clone())
        .tool_keys(tool_key())
        .exchange(cloud.clone())
        .build()
        .unwrap();
    let access = RegistrationAccess::InsecureAnybody;
    let service = LtiRegistration::new(tool, registrations.clone(), profile(), access).unwrap();
    let service = service.issuer_policy(policy);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("openid_configuration", url);
    if let Some(token) = token {
        query.append_pair("registration_token", token);
    }
    let query = query.finish();
    let shown = get(&service, &query).await;
    let done = if shown.status == 200 {
        Some(confirm(&service, &query, &shown).await)
    } else {
        None
    };
    let sent = cloud.sent.lock().unwrap().clone();
    Outcome {
        shown,
        done,
        sent,
        registrations,
    }
}

fn canvas() -> Value {
    json!({
        "issuer": "https://canvas.instructure.com",
        "authorization_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "token_endpoint": "https://sso.canvaslms.com/login/oauth2/token",
        "jwks_uri": "https://sso.canvaslms.com/api/lti/security/jwks",
        "registration_endpoint": "https://sso.canvaslms.com/api/lti/registrations",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "name"],
        "subject_types_supported": ["public"],
        "authorization_server": "canvas.instructure.com",
        LTI: {
            "product_family_code": "canvas",
            "version": "cloud",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest", "placements": ["course_navigation"]},
                {"type": "LtiDeepLinkingRequest", "placements": ["link_selection"]},
            ],
            "variables": [],
            "https://canvas.instructure.com/lti/account_name": "School",
        },
    })
}

// REG-02, REG-03, REG-07, ADV-78, ADV-84, S30
#[tokio::test]
async fn canvas_is_registered_from_its_own_hosts_with_its_token_endpoint_as_audience() {
    let url = "https://sso.canvaslms.com/api/lti/security/openid-configuration?x=1";
    let outcome = register(url, Some("canvas-token"), canvas(), IssuerPolicy::default()).await;
    assert_eq!(outcome.done.unwrap().status, 200);
    assert!(
        outcome
            .sent
            .iter()
            .all(|(_, _, bearer)| bearer.as_deref() == Some("Bearer canvas-token"))
    );
    assert_eq!(outcome.sent[0].1, url);
    let records = outcome.registrations.list().await.unwrap();
    let registration = records[0].registration();
    assert_eq!(registration.id().client_id().as_str(), "10000000000001");
    assert_eq!(registration.token_audience(), registration.token_endpoint());
    let policy = outcome.shown.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors 'self' https://sso.canvaslms.com https://sso.canvaslms.com https://*.instructure.com"), "{policy}");
}

// REG-03, S26
#[tokio::test]
async fn nobody_else_speaks_for_canvas_unless_that_is_allowed() {
    let url = "https://canvas.school.example/openid";
    let refused = register(url, None, canvas(), IssuerPolicy::default()).await;
    refused.shown.assert_refused(403, "issuer_mismatch");
    assert!(
        refused
            .shown
            .body
            .contains("https://canvas.instructure.com")
    );
    let allowed =
        IssuerPolicy::default().allow("https://canvas.instructure.com", "canvas.school.example");
    assert_eq!(
        register(url, None, canvas(), allowed).await.shown.status,
        200
    );
}

// REG-03, REG-12, S26: one school's host is not all schools of the cloud.
#[tokio::test]
async fn an_address_of_a_shared_issuer_is_at_its_vendor_s_hosts() {
    let url = "https://x.instructure.com/openid";
    for member in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "registration_endpoint",
    ] {
        for elsewhere in ["https://evil.example/x", "https://x.instructure.com:8443/x"] {
            let mut configuration = canvas();
            configuration[member] = json!(elsewhere);
            let refused = register(url, None, configuration, IssuerPolicy::default()).await;
            refused.shown.assert_refused(403, "endpoint_refused");
            assert!(
                refused.shown.body.contains(member),
                "{}",
                refused.shown.body
            );
            assert_eq!(refused.sent.len(), 1);
        }
    }
}

// REG-07, REG-11, ADV-78, ADV-87
#[tokio::test]
async fn brightspace_sends_no_token_gets_none_and_has_an_audience_of_its_own() {
    let base = "https://acme.brightspace.com";
    for server in [Some("https://api.brightspace.com/auth/token"), None] {
        let mut configuration = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/d2l/lti/authenticate"),
            "token_endpoint": "https://auth.brightspace.com/core/connect/token",
            "jwks_uri": format!("{base}/d2l/.well-known/jwks"),
            "registration_endpoint": format!("{base}/d2l/lti/register"),
            LTI: {"product_family_code": "desire2learn", "version": "20.24"},
        });
        if let Some(server) = server {
            configuration["authorization_server"] = json!(server);
        }
        let url = format!("{base}/d2l/lti/openid-configuration?once=1");
        let outcome = register(&url, None, configuration, IssuerPolicy::default()).await;
        let done = outcome.done.unwrap();
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(
            done.body
                .contains("In Brightspace, an administrator enables it")
        );
        assert!(outcome.sent.iter().all(|(_, _, bearer)| bearer.is_none()));
        let records = outcome.registrations.list().await.unwrap();
        let audience = records[0].registration().token_audience();
        assert_eq!(audience, Some("https://api.brightspace.com/auth/token"));
    }
}

// REG-03, REG-05: its token stands in the query of the registration endpoint.
#[tokio::test]
async fn blackboard_is_registered_from_its_developer_s_host_with_its_query() {
    let base = "https://developer.blackboard.com";
    let endpoint = format!("{base}/api/v1/registerLti?registrationToken=qu3ry");
    let configuration = json!({
        "issuer": "https://blackboard.com",
        "authorization_endpoint": format!("{base}/api/v1/gateway/oidcauth"),
        "token_endpoint": format!("{base}/api/v1/gateway/oauth2/jwttoken"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "registration_endpoint": endpoint,
        "id_token_signing_alg_values_supported": ["RS256", "RS512"],
        LTI: {
            "product_family_code": "BlackboardLearn",
            "messages_supported": ["LtiResourceLinkRequest"],
        },
    });
    let url = format!("{base}/.well-known/openid-configuration");
    let outcome = register(&url, None, configuration, IssuerPolicy::default()).await;
    assert!(
        !outcome.shown.body.contains("qu3ry"),
        "{}",
        outcome.shown.body
    );
    let done = outcome.done.unwrap();
    assert_eq!(done.status, 200);
    assert!(!done.body.contains("qu3ry"), "{}", done.body);
    assert_eq!(outcome.sent[1].1, endpoint);
    let records = outcome.registrations.list().await.unwrap();
    assert!(!records[0].json().contains("qu3ry"));
}

/// Nothing can be reached, for this reason.
#[derive(Clone, Debug)]
struct Unreachable(ExchangeErrorKind);

impl Exchange for Unreachable {
    fn send(&self, _: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        let kind = self.0;
        Box::pin(async move { Err(ExchangeError::new(kind)) })
    }
}

// S25: a stranger does not learn which names there are in the tool's own network.
#[tokio::test]
async fn names_that_lead_inside_look_to_strangers_as_names_that_lead_nowhere() {
    let query = "openid_configuration=https%3A%2F%2Fdb.school.example%2Fc";
    let mut pages = Vec::new();
    for kind in [
        ExchangeErrorKind::Forbidden,
        ExchangeErrorKind::NotConnected,
    ] {
        let registrations = LiveRegistrations::new(MemoryStore::default());
        let tool = LtiTool::builder()
            .launch_url("https://tool.example/lti/launch")
            .registrations(registrations.clone())
            .tool_keys(tool_key())
            .exchange(Unreachable(kind))
            .build()
            .unwrap();
        let service = |access| {
            let (tool, registrations) = (tool.clone(), registrations.clone());
            LtiRegistration::new(tool, registrations, profile(), access).unwrap()
        };
        let page = get(&service(RegistrationAccess::InsecureAnybody), query).await;
        page.assert_refused(502, "configuration_unreachable");
        let (words, _) = page.body.split_once(", reference ").unwrap();
        pages.push(words.to_owned());
        // Whoever was let in is told.
        let known = RegistrationAccess::checked(|_| async { Some(RegistrationTerms::new()) });
        let page = get(&service(known), query).await;
        let refused = page.body.contains("Code configuration_url_refused");
        assert_eq!(refused, kind == ExchangeErrorKind::Forbidden);
    }
    assert_eq!(pages[0], pages[1]);
}
