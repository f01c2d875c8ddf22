//! The example with `LTI_REGISTER`, and the kit's platform as one that registers it.

use std::path::PathBuf;

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use tower_lti::testing::{
    AuthenticationRequest, Browser, Call, Dialect, PlatformServices, Refused, RegisteredTool,
    UrlService,
};

use super::page::Page;
use crate::{
    axum_routes::tool::{Folder, command, now},
    browser::Program,
};

/// The fields of a page's form, as they are posted.
fn form(html: &str) -> String {
    let fields = html.split("<input ").skip(1).map(|field| {
        let value = |name: &str| {
            let (_, value) = field.split_once(&format!("{name}=\"")).unwrap();
            html_escape::decode_html_entities(value.split_once('"').unwrap().0)
        };
        (value("name"), value("value"))
    });
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The example, and a platform.
pub(super) struct Stage {
    pub(super) services: PlatformServices,
    pub(super) base_url: String,
    pub(super) folder: Folder,
    settings: Vec<(&'static str, String)>,
    program: Option<Program>,
}

impl Stage {
    /// Starts it without a file.
    pub(super) async fn start(register: &str) -> Self {
        Self::start_with(vec![("LTI_REGISTER", register.to_owned())], Folder::new()).await
    }

    /// Starts it with a file of registrations; without a text there is none yet.
    pub(super) async fn start_over_file(register: &str, text: Option<&str>) -> Self {
        let folder = Folder::new();
        let file = folder.file("registrations.json");
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let settings = vec![
            ("LTI_REGISTER", register.to_owned()),
            ("LTI_REGISTRATIONS", file.display().to_string()),
        ];
        Self::start_with(settings, folder).await
    }

    async fn start_with(settings: Vec<(&'static str, String)>, folder: Folder) -> Self {
        let mut stage = Self {
            services: PlatformServices::start().await,
            base_url: String::new(),
            folder,
            settings,
            program: None,
        };
        stage.run().await;
        stage
    }

    pub(super) fn speaking(self, dialect: Dialect) -> Self {
        self.services.speak(dialect);
        self
    }

    async fn run(&mut self) {
        let mut command = command();
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        let (program, base_url) = Program::start(&mut command, "The tool is at ").await;
        (self.program, self.base_url) = (Some(program), base_url);
    }

    pub(super) async fn restart(&mut self) {
        if let Some(program) = self.program.take() {
            program.end().await;
        }
        self.run().await;
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.file("registrations.json")
    }

    pub(super) fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    /// The entries of the file.
    pub(super) fn entries(&self) -> Vec<Value> {
        let json: Value = serde_json::from_str(&self.text()).unwrap();
        json.as_array().expect("the file is an array").clone()
    }

    /// What the administrator's browser opens.
    pub(super) fn address(&self) -> String {
        let register = format!("{}/lti/register", self.base_url);
        self.services.registration_address(&register)
    }

    /// Opens the registration URL, with this configuration.
    pub(super) async fn open(&self, configuration: &str) -> Page {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("openid_configuration", configuration)
            .finish();
        Page::get(&format!("{}/lti/register?{query}", self.base_url)).await
    }

    /// The page that asks whether to go on.
    pub(super) async fn begin(&self) -> Page {
        let page = Page::get(&self.address()).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(!page.closes());
        page
    }

    /// Registers the tool, to the last page.
    pub(super) async fn register(&self) -> (RegisteredTool, Page) {
        let page = self.begin().await.confirm().await;
        page.assert_done();
        let tool = self.services.registered_tools().pop();
        (tool.expect("the platform has the tool"), page)
    }

    pub(super) fn posted(&self) -> usize {
        self.services.count(Call::Registration)
    }

    fn browser(&self) -> Browser<UrlService, UrlService> {
        let service = UrlService::new(self.base_url.strip_prefix("http://").unwrap());
        let browser = Browser::new(service.clone(), service);
        browser
            .following(&format!("{}/lti/launch", self.base_url))
            .accepting("application/json")
    }

    /// Logs in and launches from the platform as this tool knows it.
    pub(super) async fn try_launch(
        &self,
        tool: &RegisteredTool,
    ) -> Result<Response<Bytes>, Refused> {
        let mut browser = self.browser();
        let request = match browser.log_in(&tool.platform()).await {
            // What is too long for a URL comes as a form that posts itself.
            Err(Refused(page)) if page.status() == 200 => {
                let target = format!("{}/lti/launch", self.base_url);
                let html = String::from_utf8_lossy(page.body()).into_owned();
                AuthenticationRequest::from_query(&form(&html), &target)
            }
            request => request?,
        };
        let token = self.services.id_token_for(tool, &request, now()).sign();
        Ok(browser.launch(&request, &token).await)
    }

    pub(super) async fn assert_launches(&self, tool: &RegisteredTool) {
        let answer = self.try_launch(tool).await.unwrap();
        assert_eq!(answer.status(), 200, "{answer:?}");
    }

    pub(super) async fn assert_launches_not(&self, tool: &RegisteredTool, code: &str) {
        let Refused(answer) = self
            .try_launch(tool)
            .await
            .expect_err("the login is refused");
        assert!(answer.status().is_client_error(), "{answer:?}");
        let body = String::from_utf8_lossy(answer.body());
        assert!(body.contains(code), "{body}");
    }

    /// Launches the tool of the registration that the kit's platform has from the start.
    pub(super) async fn assert_first_launches(&self) {
        let mut browser = self.browser();
        let request = browser.log_in(&self.services.platform()).await.unwrap();
        let token = self.services.id_token(&request, now()).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200, "{answer:?}");
    }
}
