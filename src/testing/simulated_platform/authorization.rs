//! The authorization endpoint.

use std::sync::PoisonError;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::json;

use super::{
    people::PEOPLE,
    simulated_platform::{RESOURCE_LINK, SimulatedPlatform, page},
};
use crate::{
    claims::names,
    clock::{Clock, SystemClock, unix_millis},
    pages::PostForm,
    testing::AuthenticationRequest,
};

impl SimulatedPlatform {
    /// The authorization endpoint: signs whoever the login hint names in, and posts back.
    pub(super) fn authorize(&self, query: &str) -> Response<Full<Bytes>> {
        let launch_url = format!("{}/lti/launch", self.base_url);
        let request = AuthenticationRequest::from_query(query, &launch_url);
        let person = PEOPLE
            .iter()
            .find(|(hint, ..)| *hint == request.parameter("login_hint"));
        let asks_rightly = request.parameter("client_id") == self.platform.client_id()
            && request.parameter("redirect_uri") == launch_url
            && request.parameter("response_type") == "id_token"
            && request.parameter("response_mode") == "form_post"
            && request.parameter("scope") == "openid"
            && request.parameter("prompt") == "none"
            && !request.nonce().is_empty();
        let (Some((_, _, name, role, deployment)), true) = (person, asks_rightly) else {
            let mut response = page(
                "The tool asked wrongly",
                "<p>The authentication request is not what this platform expects.</p>",
            );
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return response;
        };
        let now = unix_millis(SystemClock::new().now()) / 1_000;
        let new_deployment = format!("dep-{}", &request.nonce()[..request.nonce().len().min(12)]);
        let deployment = if deployment.is_empty() {
            &new_deployment
        } else {
            *deployment
        };
        self.services.add_deployment(deployment);
        let token = self
            .services
            .id_token(&request, now)
            .claim("sub", format!("user-{}", request.parameter("login_hint")))
            .claim("name", *name)
            .claim(names::DEPLOYMENT_ID, deployment)
            .claim(
                names::ROLES,
                json!([format!(
                    "http://purl.imsglobal.org/vocab/lis/v2/membership#{role}"
                )]),
            )
            .claim(
                names::RESOURCE_LINK,
                json!({"id": RESOURCE_LINK.0, "title": RESOURCE_LINK.1}),
            )
            .claim(
                names::LAUNCH_PRESENTATION,
                json!({"document_target": "window", "return_url": format!("{}/", self.base_url)}),
            )
            .sign();
        let state = request.state();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((token.clone(), state.to_owned()));
        let fields = [("id_token", &*token), ("state", state)];
        let posted = PostForm::new(&launch_url, fields)
            .posting_itself("Opening the tool", "The course opens the tool.");
        let mut response: Response<Full<Bytes>> = match posted {
            Ok(response) => response,
            Err(error) => return page("Out of order", &format!("<p>{error}</p>")),
        };
        let no_store = HeaderValue::from_static("no-store");
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, no_store);
        response
    }
}
