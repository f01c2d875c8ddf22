//! A simulated browser: it keeps cookies, follows the login and posts the launch.

use std::{collections::BTreeMap, error::Error, fmt};

use bytes::Bytes;
use cookie::Cookie;
use http::{Request, Response, header};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tower::Service;

use crate::testing::{AuthenticationRequest, Platform};

/// A simulated browser before the two services of a tool.
///
/// For a tool behind one service, such as an axum `Router`, give it a clone for each of the two.
#[derive(Clone, Debug)]
pub struct Browser<L, A> {
    login: L,
    launch: A,
    cookies: BTreeMap<String, String>,
    login_path: String,
    launch_path: String,
    target_link_uri: String,
    extra: Vec<(String, String)>,
}

impl<L, A> Browser<L, A> {
    /// Creates a browser without cookies. Paths are `/lti/login` and `/lti/launch`, the link leads to
    /// `https://tool.test/app`.
    pub fn new(login: L, launch: A) -> Self {
        Self {
            login,
            launch,
            cookies: BTreeMap::new(),
            login_path: "/lti/login".to_owned(),
            launch_path: "/lti/launch".to_owned(),
            target_link_uri: "https://tool.test/app".to_owned(),
            extra: Vec::new(),
        }
    }

    /// Sets the link that is followed.
    #[must_use]
    pub fn following(mut self, target_link_uri: &str) -> Self {
        self.target_link_uri = target_link_uri.to_owned();
        self
    }

    /// Adds a parameter to every login.
    #[must_use]
    pub fn with_login_parameter(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The cookies that it holds.
    pub fn cookies(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.cookies
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookies<T>(&mut self, response: &Response<T>) {
        for value in response.headers().get_all(header::SET_COOKIE) {
            let Ok(Ok(cookie)) = value.to_str().map(Cookie::parse) else {
                continue;
            };
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies
                    .insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }

    /// Begins a login as the platform's page would, and returns what the platform is asked.
    ///
    /// # Errors
    ///
    /// Fails when the login is rejected.
    pub async fn log_in<R>(&mut self, platform: &Platform) -> Result<AuthenticationRequest, Refused>
    where
        L: Service<Request<Full<Bytes>>, Response = Response<R>>,
        L::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let target = self.target_link_uri.clone();
        // Finished at once: a serializer may not be held over an await.
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("iss", platform.issuer())
            .append_pair("client_id", platform.client_id())
            .append_pair("login_hint", "hint-1")
            .append_pair("target_link_uri", &target)
            .extend_pairs(&self.extra)
            .finish();
        let response = self.get_login(&query).await;
        let location = response
            .headers()
            .get(header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .map(str::to_owned);
        match location
            .as_deref()
            .and_then(|location| location.split_once('?'))
        {
            Some((_, query)) => Ok(AuthenticationRequest::from_query(query, &target)),
            None => Err(Refused(response)),
        }
    }

    /// Sends a login with this query, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn get_login<R>(&mut self, query: &str) -> Response<Bytes>
    where
        L: Service<Request<Full<Bytes>>, Response = Response<R>>,
        L::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let request = Request::get(format!("{}?{query}", self.login_path))
            .header(header::COOKIE, self.cookie_header())
            .header(header::ACCEPT, "application/json")
            .body(Full::default())
            .expect("the login's address is one");
        let response = send(&mut self.login, request).await;
        self.keep_cookies(&response);
        response
    }

    /// Posts a launch, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn launch<R>(
        &mut self,
        request: &AuthenticationRequest,
        id_token: &str,
    ) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", id_token)
            .append_pair("state", request.state())
            .finish();
        self.post_launch(form).await
    }

    /// Posts any form to the launch path, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn post_launch<R>(&mut self, form: impl Into<Bytes>) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let request = Request::post(&self.launch_path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Full::new(form.into()))
            .expect("the launch's address is one");
        self.send_launch(request).await
    }

    /// Sends any request to the launch service with the cookies, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn send_launch<R>(&mut self, mut request: Request<Full<Bytes>>) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        if let Ok(cookies) = self.cookie_header().try_into() {
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        self.send_raw_launch(request).await
    }

    /// Sends a request to the launch service just as it is, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    pub async fn send_raw_launch<R>(&mut self, request: Request<Full<Bytes>>) -> Response<Bytes>
    where
        A: Service<Request<Full<Bytes>>, Response = Response<R>>,
        A::Error: fmt::Debug,
        R: Body<Data = Bytes>,
        R::Error: fmt::Debug,
    {
        let response = send(&mut self.launch, request).await;
        self.keep_cookies(&response);
        response
    }
}

async fn send<S, R>(service: &mut S, request: Request<Full<Bytes>>) -> Response<Bytes>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>>,
    S::Error: fmt::Debug,
    R: Body<Data = Bytes>,
    R::Error: fmt::Debug,
{
    std::future::poll_fn(|cx| service.poll_ready(cx))
        .await
        .expect("the service becomes ready");
    let (parts, body) = service
        .call(request)
        .await
        .expect("the service answers")
        .into_parts();
    let body = body.collect().await.expect("the body arrives").to_bytes();
    Response::from_parts(parts, body)
}

/// A login that was rejected, with the answer.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a test looks at the answer")]
pub struct Refused(pub Response<Bytes>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the login was refused with {}", self.0.status())
    }
}

impl Error for Refused {}
