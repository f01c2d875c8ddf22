//! The authorization endpoint.

use std::sync::PoisonError;

use bytes::Bytes;
use html_escape::encode_text as text;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::json;

use super::{
    asked::Asked,
    people::{PEOPLE, TEACHER},
    simulated_platform::{RESOURCE_LINK, SimulatedPlatform},
};
use crate::{
    claims::names,
    clock::{Clock, SystemClock, unix_millis},
    page_text::PageText,
    pages::{PageWriter, PostForm, texts},
    testing::{AuthenticationRequest, IdToken, RegisteredTool},
};

const COURSE_OPENS: PageText = PageText::new("", "The course opens the tool.");

/// The first parameter that has another value than the one that is given with it.
fn wrong_parameter<'a>(
    request: &AuthenticationRequest,
    launch_url: &'a str,
) -> Option<(&'static str, &'a str)> {
    let expected = [
        ("redirect_uri", launch_url),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("scope", "openid"),
        ("prompt", "none"),
    ];
    expected
        .into_iter()
        .find(|(name, value)| request.parameter(name) != *value)
}

impl SimulatedPlatform {
    /// The authorization endpoint: signs whoever the login hint names in, and posts back.
    pub(super) fn authorize(&self, query: &str) -> Response<Full<Bytes>> {
        let tool = self.registered_tool(query);
        let launch_url = match &tool {
            Some(tool) => tool.launch_url().to_owned(),
            None => self.launch_url(),
        };
        let request = AuthenticationRequest::from_query(query, &launch_url);
        let login_hint = request.parameter("login_hint");
        let person = PEOPLE.iter().find(|(hint, ..)| *hint == login_hint);
        // Only the teacher may add to the course.
        let asked = self
            .asked(request.parameter("lti_message_hint"))
            .filter(|asked| !matches!(asked, Asked::Selection { .. }) || login_hint == TEACHER);
        let is_known = match &tool {
            Some(tool) => tool.is_active(),
            None => request.parameter("client_id") == self.platform.client_id(),
        };
        let wrong = wrong_parameter(&request, &launch_url);
        let asks_rightly = is_known && wrong.is_none() && !request.nonce().is_empty();
        let (Some((_, _, name, role, deployment)), Some(asked), true) =
            (person, asked, asks_rightly)
        else {
            let alert = "The authentication request is not what this platform expects.";
            let mut body = format!("<p role=\"alert\">{alert}</p>\n");
            if let Some((name, expected)) = wrong {
                let came = text(request.parameter(name));
                let expected = text(expected);
                body += &format!(
                    "<p>Its <code>{name}</code> is <code>{came}</code>, and has to be \
                     <code>{expected}</code>.</p>\n"
                );
            }
            let mut response = self.page("The tool asked wrongly", &body);
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return response;
        };
        let deployment = match (&tool, *deployment) {
            (Some(tool), "dep-1") => tool.deployment_id(),
            (_, deployment) => deployment,
        };
        let new_deployment = format!("dep-{}", &request.nonce()[..request.nonce().len().min(12)]);
        let deployment = if deployment.is_empty() {
            &new_deployment
        } else {
            deployment
        };
        self.services.add_deployment(deployment);
        let message = self.message(&asked, &request);
        let message = match &tool {
            Some(tool) => message.for_tool(tool),
            None => message,
        };
        let token = message
            .claim("sub", format!("user-{login_hint}"))
            .claim("name", *name)
            .claim(names::DEPLOYMENT_ID, deployment)
            .claim(
                names::ROLES,
                json!([format!(
                    "http://purl.imsglobal.org/vocab/lis/v2/membership#{role}"
                )]),
            )
            .sign();
        let state = request.state();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((token.clone(), state.to_owned()));
        let fields = [("id_token", &*token), ("state", state)];
        let posted = PostForm::new(&launch_url, fields).posting_itself(
            &PageWriter::default(),
            texts::OPENING,
            COURSE_OPENS,
        );
        let mut response: Response<Full<Bytes>> = match posted {
            Ok(response) => response,
            Err(error) => return self.page("Out of order", &format!("<p>{error}</p>")),
        };
        let no_store = HeaderValue::from_static("no-store");
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, no_store);
        response
    }

    /// The tool that asks, if it is one that has registered by itself.
    fn registered_tool(&self, query: &str) -> Option<RegisteredTool> {
        let request = AuthenticationRequest::from_query(query, "");
        let mut tools = self.services.registered_tools().into_iter();
        tools.find(|tool| tool.client_id() == request.parameter("client_id"))
    }

    /// The message, but for who sends it.
    fn message(&self, asked: &Asked, request: &AuthenticationRequest) -> IdToken {
        let now = unix_millis(SystemClock::new().now()) / 1_000;
        let (target, page) = match asked {
            Asked::Selection { in_frame: true } => ("iframe", "platform/course"),
            Asked::Selection { in_frame: false } => ("window", "platform/course"),
            _ => ("window", ""),
        };
        let return_url = format!("{}/{page}", self.base_url);
        let token = match asked {
            Asked::FirstLink => self.services.id_token(request, now).claim(
                names::RESOURCE_LINK,
                json!({"id": RESOURCE_LINK.0, "title": RESOURCE_LINK.1}),
            ),
            Asked::Link(link) => self.services.link_token(link, request, now),
            Asked::Selection { .. } => {
                let options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
                self.services.deep_linking_token(&options, request, now)
            }
        };
        token.claim(
            names::LAUNCH_PRESENTATION,
            json!({"document_target": target, "return_url": return_url}),
        )
    }
}
