//! Reads a response to its end, within bounds.

use std::pin::pin;

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body::Body;
use http_body_util::BodyExt as _;

use crate::outbound::{ExchangeError, ExchangeErrorKind, body_buffer::BodyBuffer};

/// The largest head of a response, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Reads the body, and gives up at the first byte beyond the bound.
///
/// A head that is too large is rejected, and so is a body that is encoded though nobody asked for that.
pub(super) async fn whole<B: Body>(
    response: Response<B>,
    max_bytes: usize,
    sorted: impl Fn(B::Error) -> ExchangeError,
) -> Result<Response<Bytes>, ExchangeError> {
    let (head, body) = response.into_parts();
    check_head(head.status, &head.headers)?;
    let too_large = ExchangeErrorKind::TooLarge(Some(head.status));
    let announced = body.size_hint().lower();
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > max_bytes {
        return Err(too_large.into());
    }
    let mut read = BodyBuffer::new(announced, max_bytes);
    let mut body = pin!(body);
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame.map_err(&sorted)?.into_data() else {
            // Trailers say nothing that anybody here reads.
            continue;
        };
        while data.has_remaining() {
            let chunk = data.chunk();
            let length = chunk.len();
            read.push(chunk).map_err(|_| too_large)?;
            data.advance(length);
        }
    }
    Ok(Response::from_parts(head, read.into_bytes()))
}

fn check_head(status: StatusCode, headers: &HeaderMap) -> Result<(), ExchangeError> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum();
    if size > MAX_HEAD_BYTES {
        return Err(ExchangeErrorKind::TooLarge(Some(status)).into());
    }
    let is_plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(is_plain)
    {
        Ok(())
    } else {
        Err(ExchangeErrorKind::Encoded(status).into())
    }
}
