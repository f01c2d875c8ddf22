//! `LtiLaunch`: is this a launch? Let it by, or take it.

use std::{
    error::Error,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header, request::Parts};
use http_body::Body;
use tower::Service;

use crate::{
    deployment::DeploymentStatus,
    error::{LtiError, LtiErrorKind},
    form::{Address, BodyLimits, BodyOf, Fields, FormBytes, read_form_body},
    launch::{
        future::ResponseFuture,
        layer::Rules,
        resume::resume,
        verification::{ClearCookie, Proven, Remains, prove},
    },
    launch_context::{LaunchContext, check_open},
    observe::{FlowSpan, Outcome, event},
    onboarding::MissingDeployment,
    policy::OnMissingDeployment,
    registration::RESPONSE_PARAMETERS,
    tool::AllowedMethods,
};

/// Lets launches, and only launches, through to the inner service.
///
/// See the [module docs](crate::launch).
#[derive(Clone, Debug)]
pub struct LtiLaunch<S> {
    inner: S,
    rules: Arc<Rules>,
}

impl<S> LtiLaunch<S> {
    pub(super) fn new(inner: S, rules: Arc<Rules>) -> Self {
        Self { inner, rules }
    }
}

impl Rules {
    /// Whether the request is to be a launch or nothing.
    fn matches<B>(&self, request: &Request<B>) -> bool {
        if self.resume_path.as_deref() == Some(request.uri().path()) {
            return true;
        }
        let path = request.uri().path();
        if self.paths.is_empty() {
            request.method() == Method::POST && self.places().is_known(path)
        } else {
            self.paths.iter().any(|launch_path| launch_path == path)
        }
    }

    /// Leaves word for the extractors where a launch was probably meant to be taken. All other requests are
    /// left as they are.
    #[cfg(feature = "axum")]
    fn note_if_missed<B>(self: &Arc<Self>, mut request: Request<B>) -> Request<B> {
        if request.method() == Method::POST
            && self.places().is_like_a_known_one(request.uri().path())
        {
            request.extensions_mut().insert(Missed(Arc::clone(self)));
        }
        request
    }

    /// What this layer covers, for whoever looks why it did not.
    #[cfg(feature = "axum")]
    fn covers(&self) -> String {
        if self.paths.is_empty() {
            return format!("POSTs to {:?}", self.places().of_the_tool());
        }
        format!("{:?}", self.paths)
    }

    /// Whether a parked launch is to be resumed. Where launches arrive at the same path, the ticket and
    /// the method tell.
    fn resumes(&self, parts: &Parts) -> bool {
        let path = parts.uri.path();
        if self.resume_path.as_deref() != Some(path) {
            return false;
        }
        if self.paths.is_empty() {
            return Method::POST != parts.method;
        }
        let launches_too = self.paths.iter().any(|one| one == path);
        !launches_too || (parts.method == Method::GET && has(parts.uri.query(), "ticket"))
    }

    /// Runs what the tool wants to do for a deployment that was created just now.
    async fn tell_of(&self, launch: &LaunchContext) {
        if launch.deployment_created()
            && let Some(hook) = &self.on_created
        {
            let at_most = self.tool.limits().launch_timeout;
            hook.run(launch.clone(), at_most).await;
        }
    }

    /// Takes a request for a launch: calls the inner service, or answers in its place.
    async fn admit<B, S, R>(
        self: Arc<Self>,
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
        let visit = FlowSpan::launch();
        let Judged {
            form,
            clear,
            outcome,
        } = visit.instrument(self.judge(&mut parts, body, &visit)).await;
        // What the handler does is its own affair, and takes its own time.
        visit.finish(outcome);
        let mut response = match form {
            Ok(form) => {
                let answers = self.tool.has_own_answers();
                let preferred = answers.then(|| Preferred::of(&parts.headers));
                let request = Request::from_parts(parts, B::from(form));
                poll_fn(|cx| inner.poll_ready(cx)).await?;
                let mut response = inner.call(request).await?;
                // It is one person's page.
                response
                    .headers_mut()
                    .entry(header::CACHE_CONTROL)
                    .or_insert(HeaderValue::from_static("no-store"));
                let headers = || preferred.map(Preferred::into_headers).unwrap_or_default();
                self.tool.answer_for(response, headers)
            }
            Err(response) => response,
        };
        if let Some(cookie) = clear {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Decides about a launch, and leaves what the handler is to find.
    async fn judge<B, R>(&self, parts: &mut Parts, body: B, visit: &FlowSpan) -> Judged<R>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
        R: From<Bytes>,
    {
        let (admission, clear) = self.decide(parts, body, visit).await;
        let (form, outcome) = match admission {
            Ok(Admission::Launch(launch, form)) => {
                self.tell_of(&launch).await;
                let outcome = if self.resumes(parts) {
                    Outcome::Resumed
                } else if launch.deployment_created() {
                    Outcome::Created
                } else {
                    Outcome::Launched
                };
                event::launched(outcome);
                parts.extensions.insert(launch);
                (Ok(form), outcome)
            }
            Ok(Admission::Missing(missing, form)) => {
                event::deployment_missing(Outcome::Forwarded);
                parts.extensions.insert(missing);
                (Ok(form), Outcome::Forwarded)
            }
            Ok(Admission::Answer(response)) => {
                event::deployment_missing(Outcome::Redirected);
                (Err(response), Outcome::Redirected)
            }
            Err(error) => {
                let allowed = self.allowed_methods(parts);
                let (answer, outcome) = self.tool.reject(error, parts, allowed, visit);
                (Err(answer), outcome)
            }
        };
        Judged {
            form,
            clear,
            outcome,
        }
    }

    /// Decides what becomes of the request.
    async fn decide<B, R>(
        &self,
        parts: &Parts,
        body: B,
        visit: &FlowSpan,
    ) -> (Result<Admission<R>, LtiError>, ClearCookie)
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
        R: From<Bytes>,
    {
        let most = self.tool.limits().launch_timeout;
        let late = LtiErrorKind::DeadlinePassed;
        if self.resumes(parts) {
            if parts.method != Method::GET {
                return (Err(LtiErrorKind::MethodNotAllowed.into()), None);
            }
            if is_ahead_of_the_person(&parts.headers) {
                return (Err(LtiErrorKind::PrefetchRejected.into()), None);
            }
            let mut way_back = None;
            let resuming = resume(
                &self.tool,
                &self.accepted,
                &parts.headers,
                parts.uri.query(),
                visit,
                &mut way_back,
            );
            let resumed = tokio::time::timeout(most, resuming).await;
            let resumed = resumed.unwrap_or_else(|_| Err(late.into()));
            let admission = resumed.map(|launch| Admission::Launch(launch, Bytes::new()));
            let way_back = way_back.as_deref();
            return (
                admission.map_err(|error| error.with_way_back(way_back)),
                None,
            );
        }
        let form = match self.form(parts, body).await {
            Ok(form) => form,
            Err(error) => return (Err(error), None),
        };
        let mut remains = Remains::default();
        let left = &mut remains;
        let deciding = async move {
            match prove(self, parts, form.as_bytes(), visit, left).await? {
                Proven::Known(launch) => Ok(Admission::Launch(launch, form.into_bytes())),
                Proven::Unknown(missing) => self.settle(missing, form.into_bytes()).await,
            }
        };
        let admission = match tokio::time::timeout(most, deciding).await {
            Ok(admission) => admission,
            Err(_) => {
                // The browser may send the same launch again.
                remains.clear = None;
                Err(late.into())
            }
        };
        let admission = admission.map_err(|error| error.with_way_back(remains.way_back()));
        (admission, remains.clear)
    }

    /// The form to look at: the body of a POST, or the query of a GET that carries an error.
    async fn form<B>(&self, parts: &Parts, body: B) -> Result<FormBytes<'_>, LtiError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if parts.method == Method::GET {
            return error_query(parts.uri.query()).ok_or_else(|| no_launch(parts.uri.query()));
        }
        if parts.method != Method::POST {
            return Err(LtiErrorKind::MethodNotAllowed.into());
        }
        // As at a login whose query and body differ: nobody can say which is meant.
        if let Some(name) = first_of(parts.uri.query(), &RESPONSE_PARAMETERS) {
            return Err(LtiError::from(LtiErrorKind::FieldRepeated)
                .with_fixed_field(name)
                .with_hint("the launch URL's query has a field of the form, too"));
        }
        let limits = BodyLimits {
            bytes: self.tool.limits().body_bytes,
            time: self.tool.limits().body_timeout,
            stall: self.tool.limits().body_stall_timeout,
        };
        Ok(read_form_body(
            &parts.headers,
            body,
            BodyOf::Launch,
            limits,
            self.tool.bodies(),
        )
        .await?)
    }

    /// Does what the policy says of a deployment that is not known.
    async fn settle<R: From<Bytes>>(
        &self,
        missing: MissingDeployment,
        form: Bytes,
    ) -> Result<Admission<R>, LtiError> {
        let created = match self.policy_for(missing.registration()) {
            OnMissingDeployment::Create => missing.create().await?,
            OnMissingDeployment::CreateIf(condition) => {
                match condition.holds(missing.to_look_at()).await {
                    Some(true) => missing.create().await?,
                    Some(false) => return Err(missing.reject_creation()),
                    None => return Err(missing.reject()),
                }
            }
            OnMissingDeployment::Pending => {
                let launch = missing.create_record(DeploymentStatus::Pending).await?;
                if let Err(shut) = check_open(launch.deployment()) {
                    self.tell_of(&launch).await;
                    return Err(shut.into());
                }
                launch
            }
            OnMissingDeployment::Reject => return Err(missing.reject()),
            OnMissingDeployment::Redirect(onboarding) => {
                return missing.redirect(onboarding).await.map(Admission::Answer);
            }
            OnMissingDeployment::Forward => return Ok(Admission::Missing(missing, form)),
        };
        Ok(Admission::Launch(created, form))
    }

    /// The method that is allowed where the request came to.
    fn allowed_methods(&self, parts: &Parts) -> AllowedMethods {
        if self.resumes(parts) {
            AllowedMethods::Get
        } else {
            AllowedMethods::Post
        }
    }
}

/// What the browser prefers, for the answer to a handler that refuses.
struct Preferred([(HeaderName, Option<HeaderValue>); 2]);

impl Preferred {
    fn of(headers: &HeaderMap) -> Self {
        let names = [header::ACCEPT, header::ACCEPT_LANGUAGE];
        Self(names.map(|name| {
            let value = headers.get(&name).cloned();
            (name, value)
        }))
    }

    fn into_headers(self) -> HeaderMap {
        let known = self.0.into_iter();
        known
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

/// A layer that let something by which looks like a launch.
#[cfg(feature = "axum")]
#[derive(Clone)]
pub(super) struct Missed(Arc<Rules>);

#[cfg(feature = "axum")]
impl Missed {
    /// Says so, to the operator.
    pub(super) fn tell(&self, path: &str) {
        if self.0.tool.permits_error_event("launch_path_missed") {
            event::launch_not_covered(path, &self.0.covers());
        }
    }
}

/// A request about which all is decided.
struct Judged<R> {
    /// The body for the handler, or the answer in its place.
    form: Result<Bytes, Response<R>>,
    clear: ClearCookie,
    outcome: Outcome,
}

/// What becomes of a launch that was not refused.
enum Admission<R> {
    /// The handler gets the launch, with this body.
    Launch(LaunchContext, Bytes),
    /// The handler decides about the deployment, with this body.
    Missing(MissingDeployment, Bytes),
    /// It has been answered.
    Answer(Response<R>),
}

/// Whether a browser fetches a page before anybody has asked for it: a prefetch, a prerender or a preview.
fn is_ahead_of_the_person(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .into_iter()
        .flat_map(|name| headers.get_all(name))
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([';', ',']))
        .any(|purpose| {
            ["prefetch", "prerender", "preview"]
                .iter()
                .any(|ahead| purpose.trim().eq_ignore_ascii_case(ahead))
        })
}

/// The query of a GET, if it is a platform's error (LAUNCH-06, LAUNCH-11) and carries no token.
fn error_query(query: Option<&str>) -> Option<FormBytes<'static>> {
    let is_error = has(query, "error") && !has(query, "id_token");
    query.filter(|_| is_error).map(FormBytes::from_query)
}

/// The refusal of a GET that is no platform's error.
fn no_launch(query: Option<&str>) -> LtiError {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let misdirected = fields
        .ok()
        .and_then(|fields| fields.misdirected(Address::Launch));
    misdirected.unwrap_or_else(|| {
        let refused = LtiError::from(LtiErrorKind::MethodNotAllowed);
        if has(query, "id_token") {
            refused.with_hint("the platform answered by GET; response_mode is form_post")
        } else {
            refused.with_hint("a person or a program opened the address itself")
        }
    })
}

/// Whether a query has a parameter of that name.
fn has(query: Option<&str>, name: &str) -> bool {
    first_of(query, &[name]).is_some()
}

/// The first of these names that a query has a parameter of.
fn first_of<'a>(query: Option<&str>, names: &[&'a str]) -> Option<&'a str> {
    let query = query.unwrap_or_default().as_bytes();
    let mut known = form_urlencoded::parse(query);
    known.find_map(|(known, _)| names.iter().copied().find(|name| *name == known))
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
            #[cfg(feature = "axum")]
            let request = self.rules.note_if_missed(request);
            let passing = self.inner.call(request);
            let tool = &self.rules.tool;
            let answering = tool.has_own_answers().then(|| tool.clone());
            return ResponseFuture::pass_through(passing, answering);
        }
        // What was made ready may hold a permit or a place in a queue, and is let go: whoever sends this
        // has proven nothing yet.
        self.inner = self.inner.clone();
        let inner = self.inner.clone();
        ResponseFuture::launch(Arc::clone(&self.rules).admit(request, inner))
    }
}
