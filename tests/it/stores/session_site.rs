//! A tool with sessions: a launch leads to a page, and the page is there at the next click.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_lti::{
    LtiError, LtiLaunchLayer, LtiLogin, LtiTool,
    claims::names,
    launch::ResponseBody,
    session::{LtiSession, LtiSessionLayer},
    store::{LaunchStore, SessionStore},
    testing::Browser,
};

use crate::app::{App, NOW};

type Pages = BoxCloneSyncService<
    Request<Full<Bytes>>,
    Response<ResponseBody<ResponseBody<Full<Bytes>>>>,
    Infallible,
>;

/// A tool with sessions over a store.
pub(crate) struct Site<S> {
    pub(crate) app: App<S>,
}

/// A browser that begins at one instance, and may go on at another.
pub(crate) struct Visitor {
    browser: Browser<LtiLogin, Pages>,
}

impl<S: LaunchStore + SessionStore + Clone> Site<S> {
    /// Instances over one store open each other's sessions.
    pub(crate) fn over(store: S) -> Self {
        let sessions = store.clone();
        let app = App::over(store, |builder, _| builder.session_store(sessions));
        Self { app }
    }
}

impl<S: LaunchStore + Clone> Site<S> {
    /// Over a store that keeps sessions by itself.
    pub(crate) fn in_store(store: S) -> Self {
        let app = App::over(store, |builder, _| builder);
        Self { app }
    }
}

impl<S> Site<S> {
    /// Launches as this user, and follows to the page.
    pub(crate) async fn visit(&self, sub: &str) -> (Visitor, String) {
        let mut visitor = self.visitor();
        let answer = visitor.launch(&self.app, sub).await;
        assert_eq!(answer.status(), 303);
        let page = answer.headers()[header::LOCATION].to_str().unwrap();
        let page = page.to_owned();
        assert_eq!(visitor.get(&page).await, (200, sub.to_owned()));
        (visitor, page)
    }

    pub(crate) fn visitor(&self) -> Visitor {
        let login = LtiLogin::new(self.app.tool.clone());
        let browser = Browser::new(login, pages(&self.app.tool)).accepting("application/json");
        Visitor { browser }
    }

    /// The same browser at this instance.
    pub(crate) fn take_over(&self, visitor: &mut Visitor) -> Visitor {
        let mut here = self.visitor();
        *here.browser.cookies() = visitor.browser.cookies().clone();
        here
    }
}

impl Visitor {
    /// A login and its launch.
    pub(crate) async fn launch<S>(&mut self, app: &App<S>, sub: &str) -> Response<Bytes> {
        let claims = json!({"sub": sub, names::DEPLOYMENT_ID: "dep-1"});
        self.launch_with(app, &claims).await
    }

    /// A login and its launch with these claims, but for what names the platform, the tool and the time.
    pub(crate) async fn launch_with<S>(&mut self, app: &App<S>, claims: &Value) -> Response<Bytes> {
        let fixed = ["iss", "aud", "azp", "iat", "exp", names::TARGET_LINK_URI];
        let request = self.browser.log_in(&app.platform).await.unwrap();
        let mut token = app.platform.id_token(&request, NOW);
        for (name, value) in claims.as_object().unwrap() {
            if !fixed.contains(&name.as_str()) {
                token = token.claim(name, value.clone());
            }
        }
        self.browser.launch(&request, &token.sign()).await
    }

    /// The cookies of sessions, each as its name and its value.
    pub(crate) fn session_cookies(&mut self) -> Vec<(String, String)> {
        let cookies = self.browser.cookies().clone().into_iter();
        let of_sessions = cookies.filter(|(name, _)| name.starts_with("__Host-lti-session-"));
        of_sessions.collect()
    }

    /// What a page answers, as its status and its text.
    pub(crate) async fn get(&mut self, address: &str) -> (u16, String) {
        let request = Request::get(address).header(header::ACCEPT, "application/json");
        let request = request.body(Full::default()).unwrap();
        let answer = self.browser.send_launch(request).await;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let text = match answer.extensions().get::<LtiError>() {
            Some(error) => error.code().as_str().to_owned(),
            None => text,
        };
        (answer.status().as_u16(), text)
    }
}

fn pages(tool: &LtiTool) -> Pages {
    let sessions = LtiSessionLayer::new(tool.clone()).unwrap();
    let launches = LtiLaunchLayer::new(tool.clone()).add_path("/lti/launch");
    let tool = tool.clone();
    let handler = tower::service_fn(move |request| answer(tool.clone(), request));
    Pages::new(launches.layer(sessions.layer(handler)))
}

/// A launch leads to the page; the page says who is there, keeps something, or ends the session.
async fn answer(
    tool: LtiTool,
    request: Request<Full<Bytes>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, _) = request.into_parts();
    let text = |text: String| Response::new(Full::from(text));
    let answered: Result<_, LtiError> = async {
        if parts.uri.path() == "/open" {
            return Ok(text("open to all".to_owned()));
        }
        let session = LtiSession::of_request(&parts).await?;
        if parts.method == Method::POST {
            let page = Response::builder().status(StatusCode::SEE_OTHER);
            let page = page.header(header::LOCATION, "/page");
            return Ok(page.body(Full::default()).unwrap());
        }
        let sub = session.launch().claims().sub().unwrap_or_default();
        match parts.uri.path() {
            "/keep" => session.set_data(&json!({"of": sub})).await?,
            "/kept" => {
                let kept: Option<serde_json::Value> = session.data().unwrap();
                return Ok(text(kept.unwrap_or_default().to_string()));
            }
            "/end" => session.end().await?,
            _ => {}
        }
        Ok(text(sub.to_owned()))
    }
    .await;
    Ok(answered.unwrap_or_else(|error| tool.error_response(&error, &parts.headers)))
}
