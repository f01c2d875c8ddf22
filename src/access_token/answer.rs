//! The platform's answer to a request for a token (RFC 6749 §5).

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    access_token::{access_token::SCHEME, clock_offset::clock_offset, lifetime::lifetime},
    retry::retry_after,
    service_error::{PlatformMessage, ServiceError, ServiceErrorKind},
    service_url::Origin,
};

/// The longest token: servers take no more in a header.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A token as it was granted.
pub(super) struct Granted {
    /// `Bearer …`.
    pub(super) authorization: HeaderValue,
    pub(super) lifetime: Duration,
}

#[derive(Deserialize)]
struct Body {
    access_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<Value>,
    scope: Option<Value>,
}

/// What was asked, to read the answer by.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) endpoint: &'a str,
    pub(super) scopes: &'a [String],
    pub(super) assertion: &'a str,
}

/// Reads the answer.
pub(super) fn read(
    response: &Response<Bytes>,
    asked: Asked<'_>,
    now: SystemTime,
) -> Result<Granted, ServiceError> {
    match response.status() {
        StatusCode::OK | StatusCode::CREATED => granted(response.body(), asked.scopes)
            .map_err(|error| error.with_answer(response.status(), None)),
        _ => Err(refused(response, asked, now)),
    }
}

fn granted(body: &[u8], scopes: &[String]) -> Result<Granted, ServiceError> {
    let invalid =
        |problem: &str| ServiceError::new(ServiceErrorKind::TokenInvalid).with_detail(problem);
    let body: Body = serde_json::from_slice(body)
        .map_err(|_| invalid("the answer is no JSON object of a token"))?;
    let token = body
        .access_token
        .ok_or_else(|| invalid("`access_token` is missing"))?;
    let is_sound = (1..=MAX_TOKEN_BYTES).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_sound {
        return Err(invalid("`access_token` cannot stand in a header"));
    }
    let is_bearer = |kind: String| kind.eq_ignore_ascii_case("bearer");
    if !body.token_type.is_none_or(is_bearer) {
        return Err(invalid("`token_type` is not `Bearer`"));
    }
    let needed = scopes.iter().map(String::as_str);
    if let Some(missing) = missing_scopes(body.scope.as_ref(), needed).first() {
        return Err(ServiceError::new(ServiceErrorKind::ScopeNotGranted).with_detail(*missing));
    }
    let mut authorization = HeaderValue::try_from(format!("{SCHEME}{token}"))
        .map_err(|_| invalid("`access_token` cannot stand in a header"))?;
    authorization.set_sensitive(true);
    Ok(Granted {
        authorization,
        lifetime: lifetime(body.expires_in.as_ref()),
    })
}

/// The scopes that were needed and are not granted. Absent means as asked; more is no harm.
pub(super) fn missing_scopes<'a>(
    granted: Option<&Value>,
    needed: impl Iterator<Item = &'a str>,
) -> Vec<&'a str> {
    let granted: Vec<&str> = match granted {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(_) => Vec::new(),
    };
    let covers = |scope: &str| {
        // Whoever may write may read.
        let writing = scope.strip_suffix(".readonly");
        granted
            .iter()
            .any(|one| *one == scope || Some(*one) == writing)
    };
    needed.filter(|one| !covers(one)).collect()
}

fn refused(response: &Response<Bytes>, asked: Asked<'_>, now: SystemTime) -> ServiceError {
    let status = response.status();
    let said = PlatformMessage::read(response.body(), &[asked.assertion]);
    let kind = match status {
        StatusCode::TOO_MANY_REQUESTS => ServiceErrorKind::RateLimited,
        _ if status.is_server_error() => ServiceErrorKind::Unavailable,
        _ if status.is_redirection() => ServiceErrorKind::Redirected,
        _ if status.is_client_error() => match said.code() {
            Some("invalid_scope") => ServiceErrorKind::ScopeNotGranted,
            _ => ServiceErrorKind::TokenRefused,
        },
        _ => ServiceErrorKind::TokenInvalid,
    };
    let error = ServiceError::new(kind)
        .with_answer(status, said.text())
        .with_platform_code(said.code());
    let error = match kind {
        ServiceErrorKind::ScopeNotGranted => error.with_detail(asked.scopes.join(" ")),
        ServiceErrorKind::Redirected => {
            match Origin::of_redirect(asked.endpoint, response.headers()) {
                Some(target) => error.with_detail(format!("to {}", target.as_str())),
                None => error,
            }
        }
        _ => error,
    };
    let error = match retry_after(response.headers(), now) {
        Some(pause) if error.status().is_server_error() => error.with_retry_after(pause),
        _ => error,
    };
    let offset = clock_offset(response.headers(), now).filter(|_| status.is_client_error());
    match offset {
        Some(seconds) => error.with_clock_offset(seconds),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
    const READ: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";

    fn answered(status: u16, body: &str) -> Result<Granted, ServiceError> {
        let response = Response::builder().status(status);
        let response = response.body(Bytes::from(body.to_owned())).unwrap();
        let scopes = [READ.to_owned(), SCORE.to_owned()];
        let asked = Asked {
            endpoint: "https://lms.test/token",
            scopes: &scopes,
            assertion: "eyJ.assertion.x",
        };
        read(&response, asked, UNIX_EPOCH)
    }

    // ADV-18, ADV-19, ADV-25, OAUTH-23, OAUTH-24, OAUTH-26
    #[test]
    fn what_platforms_grant_is_taken() {
        for (status, body) in [
            (
                200,
                r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#.to_owned(),
            ),
            (
                201,
                r#"{"access_token":"t","token_type":"BEARER","scope":null}"#.to_owned(),
            ),
            (
                200,
                format!(
                    r#"{{"access_token":"a.b.c","token_type":"bearer","scope":"{SCORE}  {READ} more"}}"#
                ),
            ),
            (
                200,
                format!(
                    r#"{{"access_token":"t","scope":["{SCORE}","{}"]}}"#,
                    READ.strip_suffix(".readonly").unwrap()
                ),
            ),
        ] {
            assert!(answered(status, &body).is_ok(), "{body}");
        }
    }

    // ADV-18, ADV-26, S11, OAUTH-25
    #[test]
    fn what_is_no_usable_token_is_refused_by_its_reason() {
        use ServiceErrorKind as Kind;
        let long = format!(
            r#"{{"access_token":"{}","token_type":"bearer"}}"#,
            "x".repeat(8_193)
        );
        let half = format!(r#"{{"access_token":"t","token_type":"bearer","scope":"{SCORE}"}}"#);
        for (status, body, kind) in [
            (
                200,
                r#"{"access_token":"a\r\nX: y","token_type":"bearer"}"#,
                Kind::TokenInvalid,
            ),
            (
                200,
                r#"{"access_token":"a b","token_type":"bearer"}"#,
                Kind::TokenInvalid,
            ),
            (
                200,
                r#"{"access_token":"","token_type":"bearer"}"#,
                Kind::TokenInvalid,
            ),
            (
                200,
                r#"{"access_token":7,"token_type":"bearer"}"#,
                Kind::TokenInvalid,
            ),
            (200, r#"{"token_type":"bearer"}"#, Kind::TokenInvalid),
            (
                200,
                r#"{"access_token":"t","token_type":"mac"}"#,
                Kind::TokenInvalid,
            ),
            (200, long.as_str(), Kind::TokenInvalid),
            (200, "<html>login</html>", Kind::TokenInvalid),
            (200, "", Kind::TokenInvalid),
            (204, "", Kind::TokenInvalid),
            (
                200,
                r#"{"access_token":"t","scope":""}"#,
                Kind::ScopeNotGranted,
            ),
            (
                200,
                r#"{"access_token":"t","scope":7}"#,
                Kind::ScopeNotGranted,
            ),
            (200, half.as_str(), Kind::ScopeNotGranted),
            (400, r#"{"error":"invalid_scope"}"#, Kind::ScopeNotGranted),
            (400, r#"{"error":"invalid_client"}"#, Kind::TokenRefused),
            (401, "", Kind::TokenRefused),
            (403, "<html>no</html>", Kind::TokenRefused),
            (302, "", Kind::Redirected),
            (429, "", Kind::RateLimited),
            (500, "boom", Kind::Unavailable),
            (503, "", Kind::Unavailable),
        ] {
            let error = answered(status, body).err().unwrap();
            assert_eq!(error.kind(), kind, "{status} {body}");
            assert_eq!(error.platform_status().unwrap().as_u16(), status);
        }
    }
}
