//! `LtiLogin`: the service that a platform's login initiation URL leads to.

use std::{
    convert::Infallible,
    error::Error,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header, request::Parts};
use http_body::Body;
use http_body_util::Full;
use tower::Service;

use crate::{
    browser_binding::{bind_login, may_block_cookies},
    clock::unix_millis,
    error::{LtiError, LtiErrorKind},
    form::{BodyLimits, BodyOf, Fields, read_form_body},
    login::{
        authentication_request::AuthenticationRequest,
        initiation::{LoginInitiation, agree},
    },
    observe::{FlowSpan, Outcome, event},
    pages::harden,
    platform_storage::{LoginPage, StoragePlace},
    random,
    registration::Registration,
    state::{BoundValues, LoginState},
    tool::{AllowedMethods, LtiTool},
};

/// The largest body of a login, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Answers login initiations. A leaf service for GET and POST.
///
/// See the [module docs](crate::login).
///
/// # Examples
///
/// A platform sends the browser here, and it is sent back with a state and a nonce:
///
/// ```
/// # #[cfg(feature = "reqwest")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use bytes::Bytes;
/// use http::{Request, header};
/// use http_body_util::Full;
/// use tower::ServiceExt;
/// use tower_lti::{
///     LtiLogin, LtiTool,
///     registration::{Registration, Registrations},
/// };
///
/// let platform = Registration::builder("https://lms.example", "tool-1")
///     .authorization_endpoint("https://lms.example/auth")
///     .jwks_url("https://lms.example/jwks")
///     .build()?;
/// let tool = LtiTool::builder()
///     .launch_url("https://tool.example/lti/launch")
///     .registrations(Registrations::new([platform])?)
///     .build()?;
///
/// let login = "/lti/login?iss=https://lms.example&client_id=tool-1&login_hint=7\
///     &target_link_uri=https://tool.example/lti/launch";
/// let request = Request::get(login).body(Full::<Bytes>::default())?;
/// let answer = LtiLogin::new(tool).oneshot(request).await?;
///
/// assert_eq!(answer.status(), 303);
/// let back = answer.headers()[header::LOCATION].to_str()?;
/// assert!(back.starts_with("https://lms.example/auth?"));
/// assert!(back.contains("nonce=") && back.contains("state="));
/// assert!(answer.headers().contains_key(header::SET_COOKIE));
/// # Ok(()) }
/// # #[cfg(not(feature = "reqwest"))] fn main() {}
/// ```
///
/// A server mounts it at the URL that platforms know: `Router::new().route_service("/lti/login", LtiLogin::new(tool))`.
#[derive(Clone, Debug)]
pub struct LtiLogin {
    pub(super) tool: LtiTool,
    pub(super) named_in_path: bool,
}

impl LtiLogin {
    /// Creates the service for the tool's login URL.
    #[doc(alias(
        "initiate_login_uri",
        "login initiation",
        "login_hint",
        "lti_message_hint",
        "OIDC"
    ))]
    #[must_use]
    pub fn new(tool: LtiTool) -> Self {
        Self {
            tool,
            named_in_path: false,
        }
    }

    /// Takes the registration from the last segment of the path, its
    /// [`login_name`](crate::registration::RegistrationBuilder::login_name).
    ///
    /// For platforms that name no client id, or share one. Mount it under a path of its own, such as
    /// `/lti/login/{name}`. What the platform sends must still agree with the registration.
    #[must_use]
    pub fn registration_from_path(mut self) -> Self {
        self.named_in_path = true;
        self
    }

    async fn answer<B>(self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let visit = FlowSpan::login();
        let (response, outcome) = visit.instrument(self.decide(request, &visit)).await;
        visit.finish(outcome);
        response
    }

    async fn decide<B>(
        &self,
        request: Request<B>,
        visit: &FlowSpan,
    ) -> (Response<Full<Bytes>>, Outcome)
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        match self.begin(&parts, body, visit).await {
            Ok(mut response) => {
                event::login_started();
                harden(response.headers_mut());
                (response, Outcome::Redirected)
            }
            Err(error) => self
                .tool
                .reject(error, &parts, AllowedMethods::GetAndPost, visit),
        }
    }

    async fn begin<B>(
        &self,
        parts: &Parts,
        body: B,
        visit: &FlowSpan,
    ) -> Result<Response<Full<Bytes>>, LtiError>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let body = match parts.method {
            Method::GET => None,
            Method::POST => {
                let limits = BodyLimits {
                    bytes: MAX_BODY_BYTES,
                    time: self.tool.limits().body_timeout,
                    stall: self.tool.limits().body_stall_timeout,
                };
                let whose = BodyOf::Login;
                Some(read_form_body(&parts.headers, body, whose, limits, self.tool.bodies()).await?)
            }
            _ => return Err(LtiErrorKind::MethodNotAllowed.into()),
        };
        let fields = match &body {
            None => Fields::parse(query)?,
            Some(body) => {
                let fields = Fields::parse(body.as_bytes())?;
                agree(&Fields::parse(query)?, &fields)?;
                fields
            }
        };
        let named = |error: LtiError| error.of_client(fields.get("iss"), fields.get("client_id"));
        let initiation = LoginInitiation::read(&fields, self.tool.login_parameters());
        let initiation = initiation.map_err(named)?;
        let finding = self.registration(&initiation, &parts.uri);
        let registration = self.tool.in_time(finding).await.map_err(named)?;
        let id = registration.id();
        visit.record_registration(id.issuer(), id.client_id());
        self.tool.check_target(initiation.target_link_uri)?;
        self.send_on(&fields, &initiation, &registration, &parts.headers)
    }

    /// Sends the browser to the platform: at once, or by a page where it may keep no cookies.
    fn send_on(
        &self,
        fields: &Fields<'_>,
        initiation: &LoginInitiation<'_>,
        registration: &Registration,
        headers: &HeaderMap,
    ) -> Result<Response<Full<Bytes>>, LtiError> {
        let nonce = random::text::<32>()?;
        let secret = random::text::<32>()?;
        let redirect_uri = self.tool.redirect_uri(registration);
        let state = LoginState::new(
            registration.id(),
            unix_millis(self.tool.clock().now()),
            self.tool.stamp(),
            &BoundValues {
                nonce: &nonce,
                browser: &secret,
                target_link_uri: initiation.target_link_uri,
                redirect_uri,
                deployment_id: initiation.deployment_id,
                parameters: &initiation.parameters,
                storage_target: initiation.storage_target,
            },
        );
        let signed = self
            .tool
            .states()
            .sign(&state)
            .ok_or(LtiErrorKind::RandomnessUnavailable)?;
        let request = AuthenticationRequest {
            endpoint: registration.authorization_endpoint(),
            client_id: registration.id().client_id().as_str(),
            redirect_uri,
            login_hint: initiation.login_hint,
            message_hint: initiation.message_hint,
            state: &signed,
            nonce: &nonce,
        };
        let place = StoragePlace::of(&state, registration);
        let is_page = place.is_some() || may_block_cookies(headers);
        let writer = || self.tool.pages().writer(headers);
        let mut response: Response<Full<Bytes>> = if is_page {
            let page = LoginPage {
                stored: place.map(|place| (place, secret.as_str())),
                next: request.to_next(),
                login: fields,
                timeout: self.tool.limits().storage_timeout,
            };
            page.into_response(&writer())?
        } else {
            request.to_response(writer)?
        };
        for cookie in bind_login(&self.tool, &state, &secret, headers, is_page) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

impl<B> Service<Request<B>> for LtiLogin
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let login = self.clone();
        Box::pin(async move { Ok(login.answer(request).await) })
    }
}
