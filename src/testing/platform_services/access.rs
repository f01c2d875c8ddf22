//! Whether a request may be made: bearer token, scope and media type.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{reply::Reply, state::State};
use crate::testing::{Call, Dialect};

impl State {
    /// Judges token and media type. An error is the answer.
    pub(super) fn admit(&self, call: Call, path: &str, headers: &HeaderMap) -> Result<(), Reply> {
        let token = bearer(headers).and_then(|token| self.tokens.get(token));
        let Some(token) = token.filter(|token| !token.revoked && token.expires > self.now()) else {
            return Err(unauthorized("invalid_token"));
        };
        let has_scope = token
            .scopes
            .iter()
            .any(|scope| call.scopes().contains(&&**scope));
        if !has_scope {
            return Err(match self.dialect {
                Dialect::Moodle => unauthorized("insufficient_scope"),
                Dialect::Sakai => Reply::refusal(StatusCode::BAD_REQUEST, "scope"),
                _ => challenge(StatusCode::FORBIDDEN, "insufficient_scope"),
            });
        }
        self.check_media_type(call, path, headers)
    }

    fn check_media_type(&self, call: Call, path: &str, headers: &HeaderMap) -> Result<(), Reply> {
        let text = |name| {
            let values: Vec<_> = headers.get_all(name).iter().collect();
            match values.as_slice() {
                [] => None,
                [one] => Some(one.to_str().unwrap_or("")),
                _ => Some("several"),
            }
        };
        let wanted = call.media_type();
        if call.sends() {
            let given = text(header::CONTENT_TYPE).unwrap_or("");
            let exact = given.split(';').next().unwrap_or("") == wanted;
            let strict = given == wanted;
            return match self.dialect {
                Dialect::Moodle if exact => Ok(()),
                Dialect::Moodle => Err(no_handler(path, given)),
                Dialect::Reference if !strict => Err(Reply::refusal(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "this media type is not taken here",
                )),
                _ => Ok(()),
            };
        }
        if call.reads() {
            let given = text(header::ACCEPT);
            let exact = given == Some(wanted);
            return match self.dialect {
                _ if exact => Ok(()),
                Dialect::Moodle if given.is_none() => Ok(()),
                Dialect::Moodle => Err(no_handler(path, given.unwrap_or(""))),
                Dialect::Reference => Err(Reply::refusal(
                    StatusCode::NOT_ACCEPTABLE,
                    "this media type is not given here",
                )),
                _ => Ok(()),
            };
        }
        Ok(())
    }

    /// The headers with the bearer token replaced by its number.
    pub(super) fn redacted(&self, headers: &HeaderMap) -> HeaderMap {
        let mut headers = headers.clone();
        if headers.contains_key(header::AUTHORIZATION) {
            let given = bearer(&headers);
            let number = given
                .and_then(|token| self.tokens.get(token))
                .map_or(0, |token| token.number);
            let text = match given.and_then(|token| self.registration_token_name(token)) {
                Some(name) => format!("Bearer {name}"),
                None => format!("Bearer #{number}"),
            };
            if let Ok(text) = HeaderValue::try_from(text) {
                headers.insert(header::AUTHORIZATION, text);
            }
        }
        headers
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

fn no_handler(path: &str, media_type: &str) -> Reply {
    let reason = format!("No handler found for {path} {media_type}");
    Reply::refusal(StatusCode::BAD_REQUEST, &reason).with_reason(&reason)
}

fn unauthorized(error: &str) -> Reply {
    challenge(StatusCode::UNAUTHORIZED, error)
}

/// RFC 6750 §3.
fn challenge(status: StatusCode, error: &str) -> Reply {
    let value = HeaderValue::try_from(format!("Bearer realm=\"lms\", error=\"{error}\""));
    let reply = Reply::refusal(status, error);
    match value {
        Ok(value) => reply.with_header(header::WWW_AUTHENTICATE, value),
        Err(_) => reply,
    }
}
