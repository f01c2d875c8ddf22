//! The request for a token (Security Framework 1.0 §4.1.1, RFC 7523 §2.2).

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{Request, header};

use crate::{
    access_token::TokenRequest,
    service_error::{ServiceError, ServiceErrorKind},
};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The form with an assertion. It carries no credentials beside that.
pub(super) fn token_form(
    request: &TokenRequest,
    assertion: &str,
) -> Result<Request<Bytes>, ServiceError> {
    let form = Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_assertion_type", JWT_BEARER)
        .append_pair("client_assertion", assertion)
        .append_pair("scope", &request.scopes().join(" "))
        .finish();
    Request::post(request.endpoint())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(Bytes::from(form))
        .map_err(|_| {
            ServiceError::new(ServiceErrorKind::UrlRefused)
                .with_detail("`token_endpoint` cannot stand in a request")
        })
}
