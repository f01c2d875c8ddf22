//! A tool with a picker, and teachers before it.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, LtiTool,
    claims::{MessageType, names},
    deep_linking::{ContentItem, DeepLinkingHandle, DeepLinkingRequest, OpenedRequest},
    error::LtiErrorKind,
    store::LaunchStore,
    testing::{Browser, IdToken},
};

use crate::{
    app::{App, NOW},
    connected::tool_key,
};

pub(super) const RETURN_URL: &str = "https://lms.test/return";

/// A tool with a key.
pub(super) fn app() -> App {
    App::with(|builder| builder.tool_keys(tool_key()))
}

/// The same over another store; instances of it open each other's handles.
pub(super) fn app_over<S: LaunchStore + Clone>(store: S) -> App<S> {
    App::over(store, |builder, _| builder.tool_keys(tool_key()))
}

/// The settings of a platform that takes any number of links.
pub(super) fn settings() -> Value {
    json!({
        "deep_link_return_url": RETURN_URL,
        "accept_types": ["ltiResourceLink", "link"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": true,
        "accept_lineitem": true,
        "data": "opaque: \u{1F392} \"quoted\" \\ +%20",
    })
}

/// An item as a platform takes it.
pub(super) fn item() -> ContentItem {
    let link = json!({"type": "link", "title": "A page", "url": "https://tool.test/pages/1"});
    ContentItem::from_json(link).unwrap()
}

/// A teacher opens the picker by a launch that is wrong in nothing.
pub(super) async fn request<S: LaunchStore + Clone>(app: &App<S>) -> DeepLinkingRequest {
    request_of(app, |token| token).await
}

/// The same with other claims.
pub(super) async fn request_of<S: LaunchStore + Clone>(
    app: &App<S>,
    change: impl FnOnce(IdToken) -> IdToken,
) -> DeepLinkingRequest {
    let seen = Arc::new(Mutex::new(None));
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .accept_message_type(MessageType::DeepLinking);
    let kept = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        *kept.lock().unwrap() = request.extensions().get::<LaunchContext>().cloned();
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let launch = BoxCloneSyncService::new(layer.layer(handler));
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), launch);
    let login = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&login, NOW);
    let token = change(token.claim(names::DEEP_LINKING_SETTINGS, settings())).sign();
    let answer = browser.launch(&login, &token).await;
    let launch = seen.lock().unwrap().take();
    let launch = launch.unwrap_or_else(|| panic!("the launch was refused: {answer:?}"));
    launch.deep_linking_request().unwrap()
}

/// A picker's form in one browser.
pub(super) struct Picker {
    pub(super) handle: String,
    /// What the browser sends with the form.
    pub(super) headers: HeaderMap,
}

impl Picker {
    /// A picker of a teacher who has just come.
    pub(super) async fn open<S: LaunchStore + Clone>(app: &App<S>) -> Self {
        Self::of(&request(app).await, &app.tool)
    }

    pub(super) fn of(request: &DeepLinkingRequest, tool: &LtiTool) -> Self {
        Self::shown(
            request.handle(tool, &HeaderMap::new()).unwrap(),
            &HeaderMap::new(),
        )
    }

    /// The page with this handle, shown in a browser that sent these headers.
    pub(super) fn shown(handle: DeepLinkingHandle, before: &HeaderMap) -> Self {
        let text = handle.text().to_owned();
        let page = handle.with_cookie(Response::new(()));
        let mut cookies: Vec<String> = before
            .get_all(header::COOKIE)
            .iter()
            .map(|cookies| cookies.to_str().unwrap().to_owned())
            .collect();
        for cookie in page.headers().get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, _) = pair.split_once('=').unwrap();
            let known = |cookie: &String| cookie.split_once('=').unwrap().0 == name;
            cookies = cookies
                .iter()
                .flat_map(|cookies| cookies.split("; "))
                .map(str::to_owned)
                .filter(|cookie| !known(cookie))
                .collect();
            if !attributes.contains("Max-Age=0") {
                cookies.push(pair.to_owned());
            }
        }
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::try_from(cookies.join("; ")).unwrap(),
        );
        Self {
            handle: text,
            headers,
        }
    }

    /// The one cookie, with its name.
    pub(super) fn cookie(&self) -> &str {
        self.headers[header::COOKIE].to_str().unwrap()
    }

    pub(super) fn opened(&self, tool: &LtiTool) -> Result<OpenedRequest, LtiError> {
        tool.open_deep_linking(&self.handle, &self.headers)
    }

    /// Sends the form: the claims of the response, or why there is none.
    pub(super) async fn send(&self, tool: &LtiTool) -> Result<Value, LtiErrorKind> {
        let opened = self.opened(tool).map_err(|error| error.kind())?;
        let signed = opened.respond().item(item()).sign().await;
        match signed {
            Ok(response) => Ok(claims(response.jwt())),
            Err(error) => Err(error.kind()),
        }
    }
}

/// The header and the claims of a JWT, whose signature is looked at elsewhere.
pub(super) fn decoded(jwt: &str) -> [Value; 2] {
    let parts: Vec<&str> = jwt.split('.').collect();
    let json = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    [json(parts[0]), json(parts[1])]
}

pub(super) fn claims(jwt: &str) -> Value {
    let [_, claims] = decoded(jwt);
    claims
}
