//! The peer: `launch` of `atomic-lti-tool-axum`, called in place.

mod app_token;
mod dependencies;
mod key_server;
mod known_platform;
mod no_keys;
mod states;
mod visit;

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use atomic_lti_tool_axum::handlers::{LaunchParams, launch};
use axum::extract::{Form, FromRequest, Request, State};
use tokio::runtime::Runtime;
use tower_lti::testing::Platform;

use self::{
    app_token::APP_TOKEN, dependencies::Dependencies, key_server::KeyServer, states::States,
    visit::Visit,
};
use crate::{
    contender::Contender,
    sample::{self, Posts},
};

/// Who reads the form, and when.
#[derive(Clone, Copy)]
pub(crate) enum FormRead {
    /// The fields are there before the time is taken.
    Before,
    /// axum's `Form` reads them from the body, which counts.
    ByAxum,
}

/// Launches through the peer's handler.
pub(crate) struct Atomic {
    runtime: Rc<Runtime>,
    form_read: FormRead,
    platform: Platform,
    posts: Posts,
    states: States,
    keys: KeyServer,
    dependencies: Arc<Dependencies>,
    visits: Vec<(Request, Fields)>,
}

/// The fields of a form, read or not.
enum Fields {
    Read(LaunchParams),
    InBody(Request),
}

impl Atomic {
    pub(crate) fn new(platform: &Platform, runtime: &Rc<Runtime>, form_read: FormRead) -> Self {
        let tool = sample::tool_builder(platform).build().expect("a tool");
        let keys = KeyServer::start(platform);
        let states = States::default();
        Self {
            runtime: Rc::clone(runtime),
            form_read,
            platform: platform.clone(),
            posts: Posts::new(platform, &tool),
            dependencies: Arc::new(Dependencies::new(platform, &keys.url(), &states)),
            states,
            keys,
            visits: Vec::new(),
        }
    }

    /// A launch in two parts, as the handler takes the request beside the form.
    fn visit(&self) -> (Request, Fields) {
        let visit = Visit::new(&self.posts, &self.platform, &self.states);
        let request = visit.to_request();
        match self.form_read {
            FormRead::Before => (request, Fields::Read(visit.into_fields())),
            FormRead::ByAxum => (visit.to_request(), Fields::InBody(request)),
        }
    }
}

impl Fields {
    async fn read(self) -> LaunchParams {
        match self {
            Self::Read(fields) => fields,
            Self::InBody(request) => {
                let form = Form::from_request(request, &()).await;
                let Form(fields) = form.expect("axum reads the form");
                fields
            }
        }
    }
}

impl Contender for Atomic {
    fn name(&self) -> &'static str {
        match self.form_read {
            FormRead::Before => "atomic-lti-tool-axum 1.0.0, form read before",
            FormRead::ByAxum => "atomic-lti-tool-axum 1.0.0, form read by axum",
        }
    }

    fn prepare(&mut self, launches: usize) {
        self.visits = (0..launches).map(|_| self.visit()).collect();
    }

    fn perform(&mut self) -> Duration {
        let mut last = String::new();
        let begin = Instant::now();
        for (request, fields) in self.visits.drain(..) {
            let answer = self.runtime.block_on(async {
                let fields = Form(fields.read().await);
                launch(State(Arc::clone(&self.dependencies)), request, fields).await
            });
            last = answer.expect("the peer lets a launch in").0;
        }
        let took = begin.elapsed();
        assert!(last.contains(r#""stateVerified":true"#) && last.contains(APP_TOKEN));
        assert_eq!(self.keys.answered(), 1, "the peer keeps the key set");
        took
    }
}
