//! The body that the handler of a launch gets.

use std::any::Any;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use http_body_util::Full;

/// Rebuilds the form's body where its type is known here (`Full<Bytes>`, axum's `Body`). Any other body is
/// returned as reading has left it, and its length is no longer announced.
pub(super) fn of_form<B: 'static>(mut read: B, form: Bytes, headers: &mut HeaderMap) -> B {
    let body: &mut dyn Any = &mut read;
    let length = form.len();
    if let Some(body) = body.downcast_mut::<Full<Bytes>>() {
        *body = Full::new(form);
        announce(length, headers);
        return read;
    }
    #[cfg(feature = "axum")]
    if let Some(body) = body.downcast_mut::<axum_core::body::Body>() {
        *body = form.into();
        announce(length, headers);
        return read;
    }
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    read
}

/// Corrects a length that was announced, where it is another by now.
fn announce(length: usize, headers: &mut HeaderMap) {
    let Some(announced) = headers.get_mut(header::CONTENT_LENGTH) else {
        return;
    };
    let is_right = |text: &str| text.parse() == Ok(length);
    if !announced.to_str().is_ok_and(is_right) {
        *announced = HeaderValue::from(length);
    }
}
