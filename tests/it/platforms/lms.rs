//! A learning platform before a tool, launched with whole documents.

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use tower::{ServiceExt, util::BoxCloneSyncService};
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin,
    error::{LtiError, LtiErrorKind},
    registration::{Registration, Registrations},
    testing::{AuthenticationRequest, Browser, Platform},
    tool::LtiToolBuilder,
};

use crate::app::{App, Handler, NOW};

pub(crate) const TARGET: &str = "https://tool.test/app";

/// A tool that is registered at these platforms, the first of which is its own.
pub(crate) fn app_at(platforms: &[Platform]) -> App {
    let registrations = platforms.iter().map(Platform::registration);
    let mut app = App::with(|builder| {
        builder
            .registrations(Registrations::new(registrations).unwrap())
            .key_sets(platforms[0].clone())
    });
    app.platform = platforms[0].clone();
    app
}

/// The fields of a login or a form as they are sent.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The kind of refusal that an answer carries for an outer layer.
pub(crate) fn kind<B>(answer: &Response<B>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

/// What the platform is asked when a login with these fields is begun.
pub(crate) async fn begin(
    browser: &mut Browser<LtiLogin, Handler>,
    fields: &[(&str, &str)],
) -> Result<AuthenticationRequest, LtiErrorKind> {
    asked(&browser.get_login(&form(fields)).await, fields)
}

/// The same for a login that is posted to this path.
pub(crate) async fn post_login(
    login: LtiLogin,
    path: &str,
    fields: &[(&str, &str)],
) -> Response<Bytes> {
    let request = Request::post(path)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::<Bytes>::from(form(fields)))
        .unwrap();
    let (parts, body) = login.oneshot(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

/// Where the page leads that a login with a storage target is answered by.
fn next_of_page(answer: &Response<Bytes>) -> Option<String> {
    let page = std::str::from_utf8(answer.body()).unwrap();
    let (_, data) = page.split_once("id=\"lti-storage\">")?;
    let data: serde_json::Value = serde_json::from_str(data.split_once("</script>")?.0).unwrap();
    data["next"].as_str().map(str::to_owned)
}

/// Reads the redirect to the platform, or why there is none.
pub(crate) fn asked(
    answer: &Response<Bytes>,
    fields: &[(&str, &str)],
) -> Result<AuthenticationRequest, LtiErrorKind> {
    if let Some(kind) = kind(answer) {
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
        assert!(!answer.headers().contains_key(header::LOCATION));
        return Err(kind);
    }
    let next = next_of_page(answer);
    let location = next.as_deref().unwrap_or_else(|| {
        assert_eq!(answer.status(), 303);
        answer.headers()[header::LOCATION].to_str().unwrap()
    });
    let target = fields.iter().find(|(name, _)| *name == "target_link_uri");
    Ok(AuthenticationRequest::from_query(
        location.split_once('?').unwrap().1,
        target.map_or("", |(_, uri)| uri),
    ))
}

/// One platform and one link in a course of it.
pub(crate) struct Lms {
    pub(crate) app: App,
    pub(crate) layer: LtiLaunchLayer,
    target: String,
}

impl Lms {
    pub(crate) fn new(issuer: &str, client_id: &str) -> Self {
        let platform = Platform::new(issuer, client_id);
        Self::with(platform.registration(), |builder| builder)
    }

    pub(crate) fn with(
        registration: Registration,
        change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        let id = registration.id();
        let platform = Platform::new(id.issuer().as_str(), id.client_id().as_str());
        let mut app = App::with(|builder| {
            change(
                builder
                    .registrations(Registrations::new([registration]).unwrap())
                    .key_sets(platform.clone()),
            )
        });
        app.platform = platform;
        Self {
            layer: LtiLaunchLayer::new(app.tool.clone()),
            app,
            target: TARGET.to_owned(),
        }
    }

    /// Sets the link that is followed.
    pub(crate) fn following(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    /// Launches with this document as the token's payload; only the nonce is filled in, where the
    /// document brings none of its own.
    pub(crate) async fn launch(&self, document: &Value) -> Result<LaunchContext, LtiErrorKind> {
        self.launch_as(|nonce| {
            let mut payload = document.clone();
            if payload["nonce"].is_null() {
                payload["nonce"] = nonce.into();
            }
            payload.to_string()
        })
        .await
    }

    /// Launches with the text that is made of the nonce. Whatever is let in has lost nothing, and
    /// whatever is refused has left nothing behind.
    pub(crate) async fn launch_as(
        &self,
        payload: impl FnOnce(&str) -> String,
    ) -> Result<LaunchContext, LtiErrorKind> {
        let kept = (
            self.app.store.nonce_count(),
            self.app.store.deployment_count(),
        );
        let mut browser = self.browser();
        let request = browser.log_in(&self.app.platform).await.unwrap();
        let payload = payload(request.nonce());
        let token = self.app.platform.id_token(&request, NOW);
        let answer = browser
            .launch(&request, &token.raw_payload(payload.clone()).sign())
            .await;
        let left = (
            self.app.store.nonce_count(),
            self.app.store.deployment_count(),
        );
        match (answer.extensions().get::<LaunchContext>(), kind(&answer)) {
            (Some(launch), None) => {
                assert_eq!(answer.status(), 200);
                let sent: Value = serde_json::from_str(&payload).unwrap();
                assert_eq!(Value::Object(launch.claims().all().clone()), sent);
                Ok(launch.clone())
            }
            (None, Some(kind)) => {
                // A deep linking request is refused by its layer, as the last thing: its nonce is consumed.
                let consumed = usize::from(kind == LtiErrorKind::DeepLinkingNotOffered);
                let kept = (kept.0 + consumed, kept.1);
                assert_eq!((answer.status(), left), (kind.code().status(), kept));
                Err(kind)
            }
            other => panic!("{other:?}"),
        }
    }

    /// A browser before a handler that hands its launch on to the test.
    pub(crate) fn browser(&self) -> Browser<LtiLogin, Handler> {
        let handler = tower::service_fn(|request: Request<Full<Bytes>>| {
            let mut response = Response::new(Full::default());
            if let Some(launch) = request.extensions().get::<LaunchContext>() {
                response.extensions_mut().insert(launch.clone());
            }
            std::future::ready(Ok::<_, std::convert::Infallible>(response))
        });
        let launch = BoxCloneSyncService::new(self.layer.layer(handler));
        Browser::new(LtiLogin::new(self.app.tool.clone()), launch)
            .following(&self.target)
            .accepting("application/json")
    }
}
