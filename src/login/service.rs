//! `LtiLogin`: the service that a platform's login initiation URL leads to.

use std::{
    convert::Infallible,
    error::Error,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header, request::Parts};
use http_body::Body;
use http_body_util::Full;
use tower::Service;

use crate::{
    browser_cookie::{BrowserCookies, CookieKind, probe},
    clock::unix_millis,
    error::{LtiError, LtiErrorKind, harden},
    form::{BodyLimits, BodyOf, Fields, read_form_body},
    login::{
        authentication_request::AuthenticationRequest,
        initiation::{LoginInitiation, agree},
    },
    observe::{Outcome, Visit, event},
    random,
    registration::{Issuer, IssuerMatch, Registration},
    state::{LoginSecrets, LoginState},
    tool::LtiTool,
};

/// The largest body of a login, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// Answers login initiations. A leaf service for GET and POST.
///
/// See the [module docs](crate::login).
#[derive(Clone, Debug)]
pub struct LtiLogin {
    tool: LtiTool,
    named_in_path: bool,
}

impl LtiLogin {
    /// Creates the service.
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
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let visit = Visit::login();
        let (response, outcome) = visit.over(self.decide(request, &visit)).await;
        visit.ends(outcome);
        response
    }

    async fn decide<B>(
        &self,
        request: Request<B>,
        visit: &Visit,
    ) -> (Response<Full<Bytes>>, Outcome)
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        match self.begin(&parts, body, visit).await {
            Ok(mut response) => {
                event::login_started();
                harden(response.headers_mut());
                (response, Outcome::Redirected)
            }
            Err(error) => {
                event::refused(&error, || self.tool.is_news(&error));
                let mut response = self.tool.error_response(&error, &parts.headers);
                if error.kind() == LtiErrorKind::MethodNotAllowed {
                    response
                        .headers_mut()
                        .entry(header::ALLOW)
                        .or_insert(HeaderValue::from_static("GET, POST"));
                }
                (response, Outcome::from(&error))
            }
        }
    }

    async fn begin<B>(
        &self,
        parts: &Parts,
        body: B,
        visit: &Visit,
    ) -> Result<Response<Full<Bytes>>, LtiError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let body = match parts.method {
            Method::GET => None,
            Method::POST => {
                let limits = BodyLimits {
                    bytes: LARGEST_BODY,
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
        let initiation = LoginInitiation::read(&fields, self.tool.login_parameters())?;
        let finding = self.registration(&initiation, &parts.uri);
        let registration = self.tool.in_time(finding).await?;
        visit.is_of(registration.id());
        self.tool.check_target(initiation.target_link_uri)?;
        self.redirect(&initiation, &registration, &parts.headers)
    }

    async fn registration(
        &self,
        initiation: &LoginInitiation<'_>,
        uri: &Uri,
    ) -> Result<Arc<Registration>, LtiError> {
        let issuer = Issuer::from(initiation.issuer);
        let known = self.tool.registrations();
        let found = if self.named_in_path {
            let name = uri.path().rsplit('/').next().unwrap_or_default();
            known
                .find_by_login_name(name)
                .await?
                .filter(|registration| {
                    let client_id = registration.id().client_id().as_str();
                    *registration.id().issuer() == issuer
                        && initiation.client_id.is_none_or(|named| named == client_id)
                })
                .ok_or(LtiErrorKind::ClientIdUnknown)?
        } else if let Some(client_id) = initiation.client_id {
            match known.find(&issuer, &client_id.into()).await? {
                Some(registration) => registration,
                None => return Err(self.unknown(&issuer).await?.into()),
            }
        } else {
            match known.find_by_issuer(&issuer).await? {
                IssuerMatch::One(registration) => registration,
                IssuerMatch::Several => return Err(LtiErrorKind::ClientIdNeeded.into()),
                IssuerMatch::None => return Err(LtiErrorKind::IssuerUnknown.into()),
            }
        };
        self.tool.check_usable(&found)?;
        Ok(found)
    }

    /// Tells an unknown client from an unknown issuer, for the operator.
    async fn unknown(&self, issuer: &Issuer) -> Result<LtiErrorKind, LtiError> {
        Ok(
            match self.tool.registrations().find_by_issuer(issuer).await? {
                IssuerMatch::None => LtiErrorKind::IssuerUnknown,
                IssuerMatch::One(_) | IssuerMatch::Several => LtiErrorKind::ClientIdUnknown,
            },
        )
    }

    fn redirect(
        &self,
        initiation: &LoginInitiation<'_>,
        registration: &Registration,
        headers: &HeaderMap,
    ) -> Result<Response<Full<Bytes>>, LtiError> {
        let nonce = random::text::<32>()?;
        let secret = random::text::<32>()?;
        let redirect_uri = self.tool.redirect_uri(registration);
        let state = LoginState::new(
            registration.id().issuer().clone(),
            registration.id().client_id().clone(),
            unix_millis(self.tool.clock().now()),
            self.tool.stamp(),
            &LoginSecrets {
                nonce: &nonce,
                browser: &secret,
                target_link_uri: initiation.target_link_uri,
                redirect_uri,
                deployment_id: initiation.deployment_id,
                parameters: &initiation.parameters,
            },
        );
        let sealed = self
            .tool
            .states()
            .seal(&state)
            .ok_or(LtiErrorKind::RandomnessUnavailable)?;
        let mut response: Response<Full<Bytes>> = AuthenticationRequest {
            endpoint: registration.auth_login_url(),
            client_id: registration.id().client_id().as_str(),
            redirect_uri,
            login_hint: initiation.login_hint,
            message_hint: initiation.message_hint,
            state: &sealed,
            nonce: &nonce,
        }
        .to_response()
        .map_err(|error| LtiError::new(LtiErrorKind::RandomnessUnavailable).with_source(error))?;
        let lifetime = i64::try_from(self.tool.limits().login_lifetime.as_secs()).unwrap_or(600);
        let known = BrowserCookies::of(CookieKind::Login, headers);
        let ours = CookieKind::Login.set(&state.cookie_id(), &secret, lifetime.min(600));
        let cookies = known.clear_oldest().chain(ours).chain(probe(headers));
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}

impl<B> Service<Request<B>> for LtiLogin
where
    B: Body<Data = Bytes> + Send + 'static,
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
