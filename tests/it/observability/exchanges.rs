//! What is seen of a request to a platform.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_lti::{
    key_set::{FetchError, FetchKeySet as _, FetchedKeySet, HttpsKeySets},
    outbound::{ExchangeError, ExchangeErrorKind, TowerExchange},
    registration::Endpoint,
};

use super::watch::watch;

/// Fetches a key set from a platform that answers so.
pub(super) async fn fetch(url: &str, status: u16) -> Result<FetchedKeySet, FetchError> {
    let answer = move |_: Request<Full<Bytes>>| {
        let mut answer = Response::new(Full::<Bytes>::from("canary-body"));
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
        std::future::ready(Ok::<_, ExchangeError>(answer))
    };
    let url: Endpoint = url.parse().unwrap();
    HttpsKeySets::over(TowerExchange::new(tower::service_fn(answer)))
        .fetch(&url)
        .await
}

async fn fail(kind: ExchangeErrorKind) -> Result<FetchedKeySet, FetchError> {
    let answer = move |_: Request<Full<Bytes>>| {
        let error = ExchangeError::new(kind).with_source("canary-cause");
        std::future::ready(Err::<Response<Full<Bytes>>, _>(error))
    };
    let url: Endpoint = "https://lms.test/jwks?key=canary".parse().unwrap();
    HttpsKeySets::over(TowerExchange::new(tower::service_fn(answer)))
        .fetch(&url)
        .await
}

// ADV-27
#[tokio::test]
async fn every_request_to_a_platform_is_told_and_counted_without_query_and_body() {
    for (status, outcome) in [(200, "2xx"), (302, "3xx"), (404, "4xx"), (503, "5xx")] {
        let (_, seen) = watch(fetch("https://lms.test/jwks?key=canary", status)).await;

        let told = seen.event("exchange");
        assert_eq!(told.level, "DEBUG");
        for (field, value) in [
            ("kind", "key_set"),
            ("method", "GET"),
            ("url", "https://lms.test/jwks"),
            ("outcome", outcome),
            ("status", &status.to_string()),
            ("bytes", "11"),
        ] {
            assert_eq!(told.fields[field], value, "{status} {field}");
        }
        assert!(told.fields.contains_key("milliseconds"));
        let labels = [("kind", "key_set"), ("outcome", outcome)];
        assert_eq!(seen.count("lti_exchanges_total", &labels), 1);
        let timed = seen.timed("lti_exchange_duration_seconds", &[("kind", "key_set")]);
        assert_eq!(timed, 1);
        seen.assert_free_of(&["canary".to_owned()]);
    }
}

#[tokio::test]
async fn a_request_that_brings_nothing_says_in_a_word_why() {
    for (kind, outcome) in [
        (ExchangeErrorKind::Forbidden, "forbidden"),
        (ExchangeErrorKind::NotConnected, "not_connected"),
        (ExchangeErrorKind::TimedOut, "timed_out"),
        (ExchangeErrorKind::Interrupted, "interrupted"),
        (ExchangeErrorKind::NotHttp, "not_http"),
        (ExchangeErrorKind::TooLarge(None), "too_large"),
        (ExchangeErrorKind::Encoded(http::StatusCode::OK), "encoded"),
    ] {
        let (_, seen) = watch(fail(kind)).await;
        assert_eq!(seen.event("exchange").fields["outcome"], outcome);
        let labels = [("kind", "key_set"), ("outcome", outcome)];
        assert_eq!(seen.count("lti_exchanges_total", &labels), 1, "{outcome}");
        seen.assert_free_of(&["canary".to_owned()]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_waits_for_any_more_is_abandoned() {
    let (_, seen) = watch(async {
        let hanging = TowerExchange::new(tower::service_fn(|_: Request<Full<Bytes>>| {
            std::future::pending::<Result<Response<Full<Bytes>>, std::convert::Infallible>>()
        }));
        let fetcher = HttpsKeySets::over(hanging);
        let url: Endpoint = "https://lms.test/jwks".parse().unwrap();
        tokio::time::timeout(Duration::from_secs(1), fetcher.fetch(&url)).await
    })
    .await;
    assert_eq!(seen.event("exchange").fields["outcome"], "abandoned");
}
