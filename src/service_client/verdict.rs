//! What becomes of a call after an attempt.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};

use crate::{
    outbound::{ExchangeError, ExchangeErrorKind},
    retry::retry_after,
    service_client::{Repeat, call::may_have_acted},
    service_error::{PlatformMessage, ServiceError, ServiceErrorKind},
    service_url::{Origin, ServiceUrl},
};

/// How much of a body is searched for a rate limit.
const MAX_SEARCHED: usize = 1_024;

/// What becomes of a call after an attempt.
pub(super) enum Verdict {
    /// There is an answer.
    Answered(Response<Bytes>),
    /// The platform does not take the access token.
    TokenRefused(ServiceError),
    /// It may be made again, else it fails so.
    Again(Again),
    /// It fails.
    Failed(ServiceError),
}

pub(super) struct Again {
    pub(super) error: ServiceError,
    /// How long the platform asks to wait.
    pub(super) pause: Option<Duration>,
    pub(super) why: &'static str,
}

/// Judges what came of an attempt at this URL with this token.
pub(super) fn judge(
    sent: Result<Response<Bytes>, ExchangeError>,
    url: &ServiceUrl,
    repeat: Repeat,
    token: &str,
    now: SystemTime,
) -> Verdict {
    let response = match sent {
        Ok(response) => response,
        Err(error) => return no_answer(error, repeat),
    };
    let status = response.status();
    let failed = |kind| {
        let said = PlatformMessage::read(response.body(), &[token]);
        ServiceError::new(kind)
            .with_answer(status, said.text())
            .with_platform_code(said.code())
            .with_may_have_acted(may_have_acted(status))
    };
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if lacks_scope(response.headers()) => {
            Verdict::Failed(failed(ServiceErrorKind::ScopeNotGranted))
        }
        StatusCode::UNAUTHORIZED => Verdict::TokenRefused(failed(ServiceErrorKind::Refused)),
        StatusCode::TOO_MANY_REQUESTS => asks_to_wait(
            failed(ServiceErrorKind::RateLimited),
            response.headers(),
            now,
        ),
        StatusCode::FORBIDDEN if is_rate_limit(&response) => asks_to_wait(
            failed(ServiceErrorKind::RateLimited),
            response.headers(),
            now,
        ),
        StatusCode::SERVICE_UNAVAILABLE => {
            let error = failed(ServiceErrorKind::Unavailable);
            match asks_to_wait(error, response.headers(), now) {
                // A gateway says it as well where the platform has acted.
                Verdict::Again(again) if repeat == Repeat::Unsafe => Verdict::Failed(again.error),
                verdict => verdict,
            }
        }
        _ if status.is_redirection() => {
            let error = failed(ServiceErrorKind::Redirected);
            let target = Origin::of_redirect(url.as_str(), response.headers());
            Verdict::Failed(match target {
                Some(target) => error.with_detail(format!("to {}", target.as_str())),
                None => error,
            })
        }
        _ => Verdict::Answered(response),
    }
}

fn asks_to_wait(error: ServiceError, headers: &HeaderMap, now: SystemTime) -> Verdict {
    let pause = retry_after(headers, now);
    let why = match error.kind() {
        ServiceErrorKind::RateLimited => "rate_limited",
        _ => "unavailable",
    };
    let error = match pause {
        Some(pause) => error.with_retry_after(pause),
        None => error,
    };
    Verdict::Again(Again { error, pause, why })
}

/// The token has not the scope (RFC 6750 §3.1): another would not have it either.
fn lacks_scope(headers: &HeaderMap) -> bool {
    let challenges = headers.get_all(header::WWW_AUTHENTICATE);
    challenges.iter().any(|challenge| {
        let text = String::from_utf8_lossy(challenge.as_bytes());
        text.contains("insufficient_scope")
    })
}

/// Canvas throttles with 403.
fn is_rate_limit(response: &Response<Bytes>) -> bool {
    let remaining = response.headers().get("x-rate-limit-remaining");
    let remaining = remaining.and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok());
    let body = &response.body()[..response.body().len().min(MAX_SEARCHED)];
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    remaining.is_some_and(|remaining| remaining <= 0.0) || text.contains("rate limit exceeded")
}

fn no_answer(error: ExchangeError, repeat: Repeat) -> Verdict {
    let status = error.status();
    let has_maybe_acted = status.map_or(error.was_sent(), may_have_acted);
    let kind = match error.kind() {
        ExchangeErrorKind::Forbidden => ServiceErrorKind::UrlRefused,
        ExchangeErrorKind::TimedOut => ServiceErrorKind::TimedOut,
        ExchangeErrorKind::TooLarge(_) => ServiceErrorKind::AnswerTooLarge,
        ExchangeErrorKind::Encoded(_) | ExchangeErrorKind::NotHttp => {
            ServiceErrorKind::AnswerInvalid
        }
        ExchangeErrorKind::NotConnected | ExchangeErrorKind::Interrupted => {
            ServiceErrorKind::Unavailable
        }
    };
    let is_passing = matches!(
        kind,
        ServiceErrorKind::TimedOut | ServiceErrorKind::Unavailable
    );
    let error = ServiceError::new(kind)
        .with_source(error)
        .with_may_have_acted(has_maybe_acted);
    let error = match status {
        Some(status) => error.with_answer(status, None),
        None => error,
    };
    if is_passing && (!has_maybe_acted || repeat == Repeat::Safe) {
        Verdict::Again(Again {
            error,
            pause: None,
            why: "no_answer",
        })
    } else {
        Verdict::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-15
    #[test]
    fn an_error_says_whether_the_platform_may_have_acted() {
        let url = ServiceUrl::parse("https://lms.test/scores").unwrap();
        let answered = |status: u16| {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            Ok(response)
        };
        let failed = |kind| Err(ExchangeError::new(kind));
        let too_large = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            failed(ExchangeErrorKind::TooLarge(Some(status)))
        };
        for (what, sent, expected) in [
            ("401", answered(401), false),
            ("429", answered(429), false),
            ("503", answered(503), true),
            ("303", answered(303), true),
            ("308", answered(308), false),
            (
                "no connection",
                failed(ExchangeErrorKind::NotConnected),
                false,
            ),
            ("cut", failed(ExchangeErrorKind::Interrupted), true),
            ("late", failed(ExchangeErrorKind::TimedOut), true),
            ("a large refusal", too_large(404), false),
            ("a large success", too_large(200), true),
        ] {
            let verdict = judge(sent, &url, Repeat::Unsafe, "token", SystemTime::UNIX_EPOCH);
            let error = match verdict {
                Verdict::Answered(_) => panic!("{what}: an answer"),
                Verdict::TokenRefused(error) | Verdict::Failed(error) => error,
                Verdict::Again(again) => again.error,
            };
            assert_eq!(error.may_have_acted(), expected, "{what}");
        }
    }
}
