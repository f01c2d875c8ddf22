//! From request to verdict: the steps of a launch, in their order.

use std::{error::Error, pin::pin};

use bytes::{Buf, Bytes};
use http::{Method, request::Parts};
use http_body::Body;
use tokio::time::sleep;

use crate::{
    browser_binding::BrowserProof,
    deployment::DeploymentOutcome,
    error::{LtiError, LtiErrorKind},
    form::FormBytes,
    launch::{
        config::LayerConfig,
        consumption::{Consumed, Found, consume},
        deadline::within,
        entry::Entry,
        login_agreement::check_against_login,
        not_offered::check_offered,
        request_form, resume,
        storage_question::{ask_storage, without_completion},
        unknown_deployment::apply_policy,
        verdict::{Admitted, Verdict},
        verification::{LaunchRequest, Rejection, VerifiedLaunch, verify_launch},
    },
    launch_context::{LaunchContext, ProvenLaunch},
    observe::FlowSpan,
    onboarding::MissingDeployment,
};

/// A request that is a launch or nothing, or one to resume a launch or nothing.
pub(super) struct Admission<'a> {
    pub(super) config: &'a LayerConfig,
    pub(super) entry: Entry,
    pub(super) parts: &'a Parts,
    pub(super) visit: &'a FlowSpan,
}

impl Admission<'_> {
    /// Decides what becomes of the request. The body is read by a launch alone.
    pub(super) async fn decide<B>(&self, body: &mut B) -> Verdict
    where
        B: Body + Unpin,
        B::Data: Buf,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        match self.entry {
            // Boxed, as is all that is rare: it is not to make every launch's future larger.
            Entry::Resume => Box::pin(self.resume()).await,
            Entry::Launch | Entry::PassThrough => self.launch(body).await,
        }
    }

    async fn launch<B>(&self, body: &mut B) -> Verdict
    where
        B: Body + Unpin,
        B::Data: Buf,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let tool = &self.config.tool;
        let form = match request_form::read(tool, self.parts, body).await {
            Ok(form) => form,
            Err(error) => return error.into(),
        };
        // One for all steps.
        let mut deadline = pin!(sleep(tool.limits().launch_timeout));
        let request = LaunchRequest {
            headers: &self.parts.headers,
            uri: &self.parts.uri,
            form: form.as_bytes(),
        };
        let step = verify_launch(self.config, &request, self.visit);
        let (verified, proof) = match within(deadline.as_mut(), step).await {
            Ok(verified) => verified,
            Err(rejection) => return rejection.into(),
        };
        if let Err(error) = check_against_login(tool, &verified) {
            return error.with_way_back(verified.way_back()).into();
        }
        // Verified but for its browser: nothing is consumed.
        let Some(proof) = proof else {
            let (form, headers) = (form.as_bytes(), &self.parts.headers);
            let step = Box::pin(ask_storage(tool, form, &verified, headers, self.visit));
            return match within(deadline, step).await {
                Ok(page) => Verdict {
                    outcome: Ok(Admitted::Asked(page)),
                    form: Bytes::new(),
                    clear_cookie: None,
                },
                Err(error) => {
                    let is_over = error.kind() == LtiErrorKind::NonceReplayed;
                    let clear_cookie = is_over.then(|| verified.clear_cookie()).flatten();
                    Verdict {
                        clear_cookie,
                        ..error.with_way_back(verified.way_back()).into()
                    }
                }
            };
        };
        let step = consume(tool, &verified, proof, self.visit);
        let consumed = match within(deadline.as_mut(), step).await {
            Ok(consumed) => consumed,
            Err(error) => return error.with_way_back(verified.way_back()).into(),
        };
        // The nonce is consumed: whatever comes now, the login is over.
        let clear_cookie = verified.clear_cookie();
        let claims = verified.claims.clone();
        let step = self.settle(verified, consumed);
        match within(deadline, step).await {
            Ok(admitted) => match handler_form(form, proof) {
                Ok(form) => Verdict {
                    outcome: Ok(admitted),
                    form,
                    clear_cookie,
                },
                Err(error) => error.into(),
            },
            Err(error) => {
                // The browser may send the same launch again.
                let is_late = error.kind() == LtiErrorKind::DeadlinePassed;
                let back = claims.launch_presentation();
                let back = back.and_then(|presentation| presentation.return_url());
                Verdict {
                    clear_cookie: clear_cookie.filter(|_| !is_late),
                    ..error.with_way_back(back).into()
                }
            }
        }
    }

    /// From a consumed nonce to what the handler gets.
    async fn settle(
        &self,
        verified: VerifiedLaunch,
        consumed: Consumed,
    ) -> Result<Admitted, LtiError> {
        let (found, proof) = consumed.judge()?;
        check_offered(self.config, &verified)?;
        let (claims, login_parameters) = (verified.claims, verified.login.into_parameters());
        match found {
            Found::Active(deployment) => {
                let outcome = DeploymentOutcome::Existing;
                let launch = LaunchContext::new(deployment, outcome, claims, login_parameters);
                Ok(Admitted::Launch(if proof.is_by_storage() {
                    launch.proven_without_cookies()
                } else {
                    launch
                }))
            }
            Found::Unknown(key) => {
                let proven = ProvenLaunch {
                    key,
                    registration: verified.registration,
                    claims,
                    login_parameters,
                    without_cookies: proof.is_by_storage(),
                };
                let tool = self.config.tool.clone();
                let parks = self.config.resume_path.is_some();
                let headers = &self.parts.headers;
                let missing = MissingDeployment::new(tool, proven, parks, headers);
                Box::pin(apply_policy(self.config, missing)).await
            }
        }
    }

    async fn resume(&self) -> Verdict {
        let (config, headers) = (self.config, &self.parts.headers);
        if self.parts.method != Method::GET {
            return LtiError::from(LtiErrorKind::MethodNotAllowed).into();
        }
        if resume::is_prefetch(headers) {
            return LtiError::from(LtiErrorKind::PrefetchRejected).into();
        }
        let query = self.parts.uri.query();
        let ticket = match resume::open_ticket(&config.tool, headers, query) {
            Ok(ticket) => ticket,
            Err(error) => return error.into(),
        };
        let deadline = pin!(sleep(config.tool.limits().launch_timeout));
        let step = resume::resume(&config.tool, &config.accepted, &ticket, self.visit);
        match within(deadline, step).await {
            Ok(launch) => Verdict {
                outcome: Ok(Admitted::Launch(launch)),
                form: Bytes::new(),
                clear_cookie: None,
            },
            Err(error) => error.with_way_back(ticket.way_back()).into(),
        }
    }
}

/// What the handler reads: the form as the platform sent it or, where the page after the launch has completed it, its
/// `id_token` and `state`.
fn handler_form(form: FormBytes<'_>, proof: BrowserProof) -> Result<Bytes, LtiError> {
    if proof.is_by_storage() {
        without_completion(form.as_bytes())
    } else {
        Ok(form.into_bytes())
    }
}

impl From<Rejection> for Verdict {
    fn from(rejection: Rejection) -> Self {
        Self {
            clear_cookie: rejection.clear_cookie,
            ..rejection.error.into()
        }
    }
}
