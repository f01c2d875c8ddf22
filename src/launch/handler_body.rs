//! The body that the handler of a launch gets.

use std::any::Any;

use bytes::Bytes;
use http_body_util::Full;

/// Rebuilds the form's body where its type is known here (`Full<Bytes>`, axum's `Body`). Any other body is
/// returned read to its end.
pub(super) fn of_form<B: 'static>(mut read: B, form: Bytes) -> B {
    let body: &mut dyn Any = &mut read;
    if let Some(body) = body.downcast_mut::<Full<Bytes>>() {
        *body = Full::new(form);
        return read;
    }
    #[cfg(feature = "axum")]
    if let Some(body) = body.downcast_mut::<axum_core::body::Body>() {
        *body = form.into();
    }
    read
}
