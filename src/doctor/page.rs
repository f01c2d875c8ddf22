//! `LtiDoctor`: the doctor as a page of the tool.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::Full;
use tokio::sync::Semaphore;
use tower::Service;

use crate::{
    doctor::{Doctor, Report, html, same_origin::is_of_same_origin},
    error::wants_json,
    page_text::PageText,
    pages::{PageWriter, harden, texts},
    tool::RecentRefusal,
};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'self'";

/// How long whoever comes while a check runs should wait, in seconds.
const BUSY_SECS: u64 = 30;

type Allowed = Pin<Box<dyn Future<Output = bool> + Send>>;

/// The doctor as a page of the tool, for whoever administers it.
///
/// | request | answer |
/// |---|---|
/// | `GET` | 200: a button, and the last refusals that the tool [keeps](crate::tool::LtiToolBuilder::keep_recent_refusals); with `?reference=` that one |
/// | `POST` | 200: runs a check, and shows its [`Report`]; with `?only=` of the registrations with that issuer, client id or login name |
/// | `POST` while a check runs | 503 with `Retry-After`: one runs at a time |
/// | `POST` from a page of another origin | 403 |
/// | whoever has no access | 403 |
///
/// Each is HTML, or JSON where `Accept` asks for it, and `no-store`. A `POST` that brings a cookie has to come from the same
/// origin, by `Sec-Fetch-Site` or `Origin`.
///
/// # Security
///
/// A check sends requests to all platforms, and the page names all registrations: the function that decides who has
/// access is asked for each request, before anything else.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use tower_lti::{LtiTool, doctor::{Doctor, LtiDoctor}};
///
/// fn admin_pages(tool: &LtiTool) -> Router {
///     let doctor = Doctor::of_tool(tool).key_set_url("https://tool.example/lti/jwks.json");
///     let page = LtiDoctor::new(doctor, |request| {
///         let user = request.extensions.get::<Administrator>().is_some();
///         async move { user }
///     });
///     Router::new().route_service("/admin/doctor", page)
/// }
///
/// #[derive(Clone)]
/// struct Administrator;
/// # let _ = admin_pages;
/// ```
#[derive(Clone)]
pub struct LtiDoctor {
    doctor: Doctor,
    access: Arc<dyn Fn(&Parts) -> Allowed + Send + Sync>,
    running: Arc<Semaphore>,
}

impl LtiDoctor {
    /// Creates the page. `access` is told each request without its body, and says whether whoever sent it administers
    /// the tool.
    #[must_use]
    pub fn new<F, A>(doctor: Doctor, access: F) -> Self
    where
        F: Fn(&Parts) -> A + Send + Sync + 'static,
        A: Future<Output = bool> + Send + 'static,
    {
        Self {
            doctor,
            access: Arc::new(move |parts| Box::pin(access(parts))),
            running: Arc::new(Semaphore::new(1)),
        }
    }

    async fn answer(self, parts: Parts) -> Response<Full<Bytes>> {
        let as_json = wants_json(&parts.headers);
        let tool = self.doctor.tool.as_ref();
        let page = tool.map_or_else(PageWriter::default, |tool| {
            tool.pages().writer(&parts.headers)
        });
        let refuse = |status, words| refusal(&page, status, words, as_json);
        if !(self.access)(&parts).await {
            return refuse(StatusCode::FORBIDDEN, texts::FOR_ADMINISTRATORS);
        }
        match parts.method {
            Method::GET => {
                let refusals = self.refusals(parts.uri.query().unwrap_or_default());
                let report = Report::new(Vec::new(), 0, refusals);
                shown(&page, &report, false, as_json)
            }
            Method::POST if !is_of_same_origin(&parts) => {
                refuse(StatusCode::FORBIDDEN, texts::OF_ANOTHER_ORIGIN)
            }
            Method::POST => {
                let Ok(_permit) = self.running.try_acquire() else {
                    let mut busy = refuse(StatusCode::SERVICE_UNAVAILABLE, texts::CHECK_RUNS);
                    let pause = HeaderValue::from(BUSY_SECS);
                    busy.headers_mut().insert(header::RETRY_AFTER, pause);
                    return busy;
                };
                let query = parts.uri.query().unwrap_or_default();
                let report = match parameter(query, "only") {
                    Some(only) => self.doctor.clone().only(only).check().await,
                    None => self.doctor.check().await,
                };
                shown(&page, &report, true, as_json)
            }
            _ => {
                let mut refused = refuse(StatusCode::METHOD_NOT_ALLOWED, texts::GET_OR_POST);
                let allowed = HeaderValue::from_static("GET, POST");
                refused.headers_mut().insert(header::ALLOW, allowed);
                refused
            }
        }
    }

    /// The refusal that the query names, or else all that are kept.
    fn refusals(&self, query: &str) -> Vec<RecentRefusal> {
        let Some(tool) = &self.doctor.tool else {
            return Vec::new();
        };
        match parameter(query, "reference") {
            Some(reference) => tool.recent_refusal(&reference).into_iter().collect(),
            None => tool.recent_refusals(),
        }
    }
}

fn parameter(query: &str, wanted: &str) -> Option<String> {
    let mut query = form_urlencoded::parse(query.as_bytes());
    let (_, value) = query.find(|(name, _)| name == wanted)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn shown(
    page: &PageWriter,
    report: &Report,
    was_checked: bool,
    as_json: bool,
) -> Response<Full<Bytes>> {
    match as_json {
        true => response(StatusCode::OK, report.to_json(), true),
        false => response(StatusCode::OK, html::page(page, report, was_checked), false),
    }
}

fn refusal(
    page: &PageWriter,
    status: StatusCode,
    words: PageText,
    as_json: bool,
) -> Response<Full<Bytes>> {
    match as_json {
        true => response(
            status,
            serde_json::json!({ "message": words.english() }).to_string(),
            true,
        ),
        false => response(status, html::refusal(page, words), false),
    }
}

fn response(status: StatusCode, body: String, is_json: bool) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let content_type = match is_json {
        true => "application/json",
        false => "text/html; charset=utf-8",
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    harden(headers);
    response
}

impl<B> Service<Request<B>> for LtiDoctor {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, _) = request.into_parts();
        let page = self.clone();
        Box::pin(async move { Ok(page.answer(parts).await) })
    }
}

impl fmt::Debug for LtiDoctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiDoctor")
            .field("doctor", &self.doctor)
            .finish_non_exhaustive()
    }
}
