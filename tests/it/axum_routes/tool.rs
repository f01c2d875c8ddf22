//! The example as a process, registered at the kit's platform.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::process::Command;
use tower_lti::testing::{Browser, IdToken, PlatformServices, UrlService};

use crate::browser::{Program, example};

/// A folder of a test's own, gone with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("tower-lti-routes-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the system's temporary folder is no reason to fail.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The example, with a free port and nothing else set.
pub(super) fn command() -> Command {
    let mut command = Command::new(example("axum"));
    command.env_clear().env("LTI_LISTEN", "127.0.0.1:0");
    command
}

/// The example with this key file.
pub(super) fn with_keys(file: &Path) -> Command {
    let mut command = command();
    command.env("LTI_TOOL_KEYS", file);
    command
}

/// Runs it to its end, which has to come soon.
pub(super) async fn output(mut command: Command) -> Output {
    let ended = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), ended).await;
    ended.expect("it ends by itself").unwrap()
}

/// The example beside the kit's platform.
pub(super) struct Tool {
    pub(super) services: PlatformServices,
    pub(super) base_url: String,
    _program: Program,
    _folder: Folder,
}

impl Tool {
    pub(super) async fn start() -> Self {
        Self::start_registered(json!({})).await
    }

    /// Starts it with some members more in its registration.
    pub(super) async fn start_registered(more: Value) -> Self {
        Self::start_with(more, &[]).await
    }

    /// Starts it over this Redis.
    pub(super) async fn start_over(redis: &str) -> Self {
        let secret = "6Xs0UqPz7mC1vR9kTn4wYb2eHj8aLd5g";
        let over = [("LTI_REDIS_URL", redis), ("LTI_LOGIN_SECRET", secret)];
        Self::start_with(json!({}), &over).await
    }

    async fn start_with(more: Value, settings: &[(&str, &str)]) -> Self {
        let services = PlatformServices::start().await;
        let folder = Folder::new();
        let base_url = services.base_url();
        let mut registration = json!({
            "issuer": "https://lms.test",
            "client_id": "tool-1",
            "authorization_endpoint": format!("{base_url}/auth"),
            "token_endpoint": services.token_url(),
            "jwks_url": format!("{base_url}/jwks"),
        });
        for (name, value) in more.as_object().unwrap() {
            registration[name] = value.clone();
        }
        let file = folder.file("registrations.json");
        std::fs::write(&file, json!([registration]).to_string()).unwrap();
        let mut command = command();
        command.env("LTI_REGISTRATIONS", &file);
        command.envs(settings.iter().copied());
        let (program, base_url) = Program::start(&mut command, "The tool is at ").await;
        services.use_tool_keys_at(&format!("{base_url}/lti/jwks.json"));
        Self {
            services,
            base_url,
            _program: program,
            _folder: folder,
        }
    }

    pub(super) fn service(&self) -> UrlService {
        UrlService::new(self.base_url.strip_prefix("http://").unwrap())
    }

    pub(super) fn visitor(&self) -> Visitor {
        let browser = Browser::new(self.service(), self.service());
        let browser = browser.following(&format!("{}/lti/launch", self.base_url));
        Visitor(browser.accepting("application/json"))
    }

    /// A browser that has launched, and the launch's id.
    pub(super) async fn launched(&self) -> (Visitor, String) {
        self.launched_with(|token| token).await
    }

    /// The same, with a token that is changed before it is signed.
    pub(super) async fn launched_with(
        &self,
        change: impl FnOnce(IdToken) -> IdToken,
    ) -> (Visitor, String) {
        let mut visitor = self.visitor();
        let answer = visitor.launch(self, change).await;
        let launch_id = json_of(&answer)["launch_id"].as_str().unwrap().to_owned();
        (visitor, launch_id)
    }
}

/// A browser before the tool.
pub(super) struct Visitor(pub(super) Browser<UrlService, UrlService>);

impl Visitor {
    pub(super) async fn launch(
        &mut self,
        tool: &Tool,
        change: impl FnOnce(IdToken) -> IdToken,
    ) -> Response<Bytes> {
        let request = self.0.log_in(&tool.services.platform()).await.unwrap();
        let token = change(tool.services.id_token(&request, now())).sign();
        let answer = self.0.launch(&request, &token).await;
        assert_eq!(answer.status(), 200, "{answer:?}");
        answer
    }

    /// Calls a route with JSON, and returns the status and the JSON.
    pub(super) async fn call(&mut self, path: &str, body: Value) -> (u16, Value) {
        let request = Request::post(path).header("content-type", "application/json");
        let answer = self.send(request, body.to_string()).await;
        (answer.status().as_u16(), json_of(&answer))
    }

    pub(super) async fn send(
        &mut self,
        request: http::request::Builder,
        body: impl Into<Bytes>,
    ) -> Response<Bytes> {
        let request = request.body(Full::new(body.into())).unwrap();
        self.0.send_launch(request).await
    }
}

pub(super) fn json_of(answer: &Response<Bytes>) -> Value {
    let json = serde_json::from_slice(answer.body());
    json.unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}
