//! `LtiLaunch`: is this a launch? Let it by, or take it.

use std::{
    error::Error,
    mem,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header, request::Parts};
use http_body::Body;
use tower::Service;

use crate::{
    error::{LtiError, LtiErrorKind},
    form::{BodyLimits, FormBytes, read_form_body},
    launch::{
        LaunchContext, MissingDeployment, OnMissingDeployment,
        future::ResponseFuture,
        layer::Rules,
        missing_deployment::redirect,
        verification::{ClearCookie, Proven, prove},
    },
    trace,
};

/// Lets launches, and only launches, through to the inner service.
///
/// See the [module docs](crate::launch).
#[derive(Clone, Debug)]
pub struct LtiLaunch<S> {
    inner: S,
    rules: Rules,
}

impl<S> LtiLaunch<S> {
    pub(super) fn new(inner: S, rules: Rules) -> Self {
        Self { inner, rules }
    }
}

impl Rules {
    /// Whether the request is to be a launch or nothing.
    fn matches<B>(&self, request: &Request<B>) -> bool {
        if self.paths.is_empty() {
            request.method() == Method::POST
        } else {
            let path = request.uri().path();
            self.paths.iter().any(|launch_path| launch_path == path)
        }
    }

    /// Takes a request for a launch: calls the inner service, or answers in its place.
    async fn admit<B, S, R>(
        self,
        request: Request<B>,
        mut inner: S,
    ) -> Result<Response<R>, S::Error>
    where
        B: Body<Data = Bytes> + From<Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
        S: Service<Request<B>, Response = Response<R>>,
        R: From<Bytes>,
    {
        let (mut parts, body) = request.into_parts();
        // Whatever stands there was not put there by this layer.
        parts.extensions.remove::<LaunchContext>();
        parts.extensions.remove::<MissingDeployment>();
        let (outcome, clear) = self.decide(&mut parts, body).await;
        let mut response = match outcome {
            Ok(Admission::Handler(form)) => {
                inner
                    .call(Request::from_parts(parts, B::from(form)))
                    .await?
            }
            Ok(Admission::Answer(response)) => response,
            Err(error) => self.refuse(&error, &parts),
        };
        if let Some(cookie) = clear {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Decides what becomes of the request; a launch is put into its extensions.
    async fn decide<B, R>(
        &self,
        parts: &mut Parts,
        body: B,
    ) -> (Result<Admission<R>, LtiError>, ClearCookie)
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
        R: From<Bytes>,
    {
        let form = match self.form(parts, body).await {
            Ok(form) => form,
            Err(kind) => return (Err(kind.into()), None),
        };
        let limits = self.tool.limits();
        let creates = |policy: &OnMissingDeployment| matches!(policy, OnMissingDeployment::Create);
        let proving = prove(
            &self.tool,
            &self.accepted,
            |registration| creates(self.policy_for(registration)),
            &parts.headers,
            form.as_bytes(),
        );
        let (proven, clear) = match tokio::time::timeout(limits.launch_timeout, proving).await {
            Ok(decided) => decided,
            Err(_) => (Err(LtiErrorKind::DeadlinePassed.into()), None),
        };
        let admission = proven.and_then(|proven| self.settle(proven, parts, form.into_bytes()));
        (admission, clear)
    }

    /// The form to look at: the body of a POST, or the query of a GET that carries an error.
    async fn form<B>(&self, parts: &Parts, body: B) -> Result<FormBytes<'_>, LtiErrorKind>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if parts.method == Method::GET {
            return error_query(parts.uri.query()).ok_or(LtiErrorKind::MethodNotAllowed);
        }
        if parts.method != Method::POST {
            return Err(LtiErrorKind::MethodNotAllowed);
        }
        let limits = BodyLimits {
            bytes: self.tool.limits().body_bytes,
            time: self.tool.limits().body_timeout,
        };
        read_form_body(&parts.headers, body, limits, self.tool.bodies()).await
    }

    /// Puts a proven launch before the handler, or does what the policy says instead.
    fn settle<R: From<Bytes>>(
        &self,
        proven: Proven,
        parts: &mut Parts,
        form: Bytes,
    ) -> Result<Admission<R>, LtiError> {
        match proven {
            Proven::Known(launch) => {
                trace::launched(launch.deployment_created());
                parts.extensions.insert(launch);
                Ok(Admission::Handler(form))
            }
            Proven::Unknown(missing) => match self.policy_for(missing.key().registration()) {
                OnMissingDeployment::Redirect(onboarding) => {
                    redirect(onboarding, &missing).map(Admission::Answer)
                }
                OnMissingDeployment::Forward => {
                    parts.extensions.insert(missing);
                    Ok(Admission::Handler(form))
                }
                OnMissingDeployment::Create | OnMissingDeployment::Reject => {
                    Err(LtiErrorKind::DeploymentUnknown.into())
                }
            },
        }
    }

    fn refuse<R: From<Bytes>>(&self, error: &LtiError, parts: &Parts) -> Response<R> {
        trace::refused(error);
        let mut response = self.tool.error_response(error, &parts.headers);
        if error.kind() == LtiErrorKind::MethodNotAllowed {
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}

/// What becomes of a launch that was not refused.
enum Admission<R> {
    /// The handler gets it, with this body.
    Handler(Bytes),
    /// It has been answered.
    Answer(Response<R>),
}

/// The query of a GET, if it is a platform's error (LAUNCH-06, LAUNCH-11) and carries no token.
fn error_query(query: Option<&str>) -> Option<FormBytes<'static>> {
    let query = query?;
    let named =
        |name: &str| form_urlencoded::parse(query.as_bytes()).any(|(known, _)| known == name);
    (named("error") && !named("id_token")).then(|| FormBytes::from_query(query))
}

impl<S, B, R> Service<Request<B>> for LtiLaunch<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Body<Data = Bytes> + From<Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    R: From<Bytes> + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if !self.rules.matches(&request) {
            return ResponseFuture::pass_through(self.inner.call(request));
        }
        // The service that was made ready is the one to call; its clone stays behind.
        let clone = self.inner.clone();
        let ready = mem::replace(&mut self.inner, clone);
        ResponseFuture::launch(self.rules.clone().admit(request, ready))
    }
}
