//! Where responses arrive.

use std::collections::HashSet;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use super::{
    CourseLink, FindingKind, Findings, ReceivedResponse,
    judgement::{CONTENT_ITEMS, DATA, Judgement},
};
use crate::testing::{
    PlatformServices,
    platform_services::{jwt::Jwt, reply::Reply},
};

/// What arrived so far.
#[derive(Default)]
pub(in crate::testing::platform_services) struct Receipts {
    pub(super) nonces: HashSet<String>,
    pub(super) links: Vec<CourseLink>,
    responses: Vec<ReceivedResponse>,
}

impl PlatformServices {
    /// Takes a deep linking response as a platform does that reads the specification strictly, and creates its links
    /// and line items. It answers the request whose `data` it has, else the last.
    ///
    /// With every response the nonce is used up, refused or not. The tool's key set is the one of
    /// [`use_tool_keys`](Self::use_tool_keys).
    ///
    /// # Errors
    ///
    /// Fails with everything that is wrong with it; where header or signature are, with nothing of its claims.
    pub async fn receive_deep_linking_response(
        &self,
        jwt: &str,
    ) -> Result<ReceivedResponse, Findings> {
        self.receive(None, jwt).await
    }

    /// The responses that were taken, in order.
    #[must_use]
    pub fn deep_linking_responses(&self) -> Vec<ReceivedResponse> {
        self.lock().receipts.responses.clone()
    }

    async fn receive(
        &self,
        number: Option<usize>,
        jwt: &str,
    ) -> Result<ReceivedResponse, Findings> {
        let is_right = |jwt: &Jwt<'_>| jwt.header.is_object() && jwt.claims.is_object();
        let Some(jwt) = Jwt::read(jwt).filter(is_right) else {
            return Err(Findings::only(FindingKind::Jwt));
        };
        let keys = self.lock().tool(&jwt.claims["iss"]).keys;
        let verified = keys.verify(&jwt).await;
        let mut found = Judgement::of_header(&jwt.header, verified);
        let mut state = self.lock();
        let state = &mut *state;
        // What is not proven is not looked at.
        if found.0.is_empty() {
            found.add_claims(&jwt, number, state);
        }
        Findings::of(found.0)?;

        let data = &jwt.claims[DATA];
        let request = state.deep_linking_requests.find(number, data);
        let creates = request.is_some_and(|request| {
            request.settings.get("accept_lineitem") != Some(&Value::Bool(false))
        });
        let before = state.receipts.links.len();
        let items = jwt.claims[CONTENT_ITEMS].as_array().cloned();
        for item in items.unwrap_or_default() {
            if let Value::Object(item) = item
                && item["type"] == "ltiResourceLink"
            {
                state.place(item, creates);
            }
        }
        let response = ReceivedResponse {
            number: state.receipts.responses.len() + 1,
            links: state.receipts.links[before..].to_vec(),
            header: jwt.header,
            claims: jwt.claims,
        };
        state.receipts.responses.push(response.clone());
        Ok(response)
    }

    /// Takes the form that a browser posts to the return address of a request (§2.3).
    pub(in crate::testing) async fn receive_form(
        &self,
        number: usize,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<ReceivedResponse, Findings> {
        let content_type = headers.get(header::CONTENT_TYPE);
        let is_form = content_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        match fields.as_slice() {
            [(name, jwt)] if is_form && name == "JWT" => self.receive(Some(number), jwt).await,
            _ => Err(Findings::only(FindingKind::Form)),
        }
    }

    /// The return address without a page: 200, or 400 with what is wrong.
    pub(in crate::testing::platform_services) async fn answer_form(
        &self,
        number: usize,
        method: &Method,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Reply {
        if method != Method::POST {
            return Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, "No handler found");
        }
        let plain = "text/plain; charset=utf-8";
        match self.receive_form(number, headers, body).await {
            Ok(response) => {
                let taken = format!("{} items", response.items().len());
                Reply::text(StatusCode::OK, plain, taken)
            }
            Err(findings) => Reply::text(StatusCode::BAD_REQUEST, plain, findings.to_string()),
        }
    }
}
