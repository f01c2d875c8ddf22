//! The body of a response: the inner service's, or an answer of ours.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use pin_project::pin_project;

/// The body of a response of [`LtiLaunch`](crate::launch::LtiLaunch) or `LtiSessions`: the inner service's as it is, or an answer of
/// ours.
///
/// It has the errors of the inner service's body, and its data where they can be made of [`Bytes`].
#[pin_project]
pub struct ResponseBody<B>(#[pin] Kind<B>);

#[pin_project(project = KindProjection)]
enum Kind<B> {
    Inner(#[pin] B),
    Ours(Full<Bytes>),
}

impl<B> ResponseBody<B> {
    /// What the inner service answered.
    #[inline]
    pub(crate) fn inner(body: B) -> Self {
        Self(Kind::Inner(body))
    }
}

impl<B> From<Bytes> for ResponseBody<B> {
    fn from(bytes: Bytes) -> Self {
        Full::new(bytes).into()
    }
}

/// For those who put answers of [`LtiLogin`](crate::LtiLogin) and of a launch into one type.
impl<B> From<Full<Bytes>> for ResponseBody<B> {
    fn from(body: Full<Bytes>) -> Self {
        Self(Kind::Ours(body))
    }
}

/// An empty one.
impl<B> Default for ResponseBody<B> {
    fn default() -> Self {
        Self(Kind::Ours(Full::default()))
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.project().0.project() {
            KindProjection::Inner(body) => body.poll_frame(cx),
            KindProjection::Ours(body) => Pin::new(body).poll_frame(cx).map(|frame| {
                let frame = frame?.unwrap_or_else(|never| match never {});
                Some(Ok(frame.map_data(Self::Data::from)))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Inner(body) => body.is_end_stream(),
            Kind::Ours(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Inner(body) => body.size_hint(),
            Kind::Ours(body) => body.size_hint(),
        }
    }
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
