//! The body of an answer, well or badly sent.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::fault::Pace;

/// The body of an answer of [`PlatformServices`](super::PlatformServices).
pub struct AnswerBody {
    kind: Kind,
}

enum Kind {
    Whole(Bytes),
    Slow {
        rest: Bytes,
        pause: Duration,
        waiting: Pin<Box<Sleep>>,
    },
    Filled(u64),
    Endless,
    Cut(Option<Bytes>),
}

/// Bytes to fill a body with.
static SPACES: [u8; 16_384] = [b' '; 16_384];

impl AnswerBody {
    pub(super) fn new(body: Bytes, pace: Pace) -> Self {
        let kind = match pace {
            Pace::AtOnce => Kind::Whole(body),
            Pace::Slow(pause) => Kind::Slow {
                rest: body,
                pause,
                waiting: Box::pin(sleep(pause)),
            },
            Pace::Filled(bytes) => Kind::Filled(bytes),
            Pace::Endless => Kind::Endless,
            Pace::Cut(after) => Kind::Cut(Some(body.slice(..after.min(body.len())))),
        };
        Self { kind }
    }

    fn next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let chunk = match &mut self.kind {
            Kind::Whole(body) => std::mem::take(body),
            Kind::Slow {
                rest,
                pause,
                waiting,
            } => {
                ready!(waiting.as_mut().poll(context));
                *waiting = Box::pin(sleep(*pause));
                rest.split_to(rest.len().min(1))
            }
            Kind::Filled(left) => {
                let length = SPACES
                    .len()
                    .min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= length as u64;
                Bytes::from_static(&SPACES[..length])
            }
            Kind::Endless => Bytes::from_static(&SPACES),
            Kind::Cut(body) => match body.take() {
                Some(body) => body,
                None => {
                    let cut = io::Error::from(io::ErrorKind::ConnectionReset);
                    return Poll::Ready(Some(Err(cut)));
                }
            },
        };
        let at_its_end = chunk.is_empty() && !matches!(self.kind, Kind::Cut(_));
        Poll::Ready((!at_its_end).then_some(Ok(chunk)))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let chunk = ready!(self.next(context));
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole(body) => body.is_empty(),
            Kind::Filled(left) => *left == 0,
            Kind::Slow { .. } | Kind::Endless | Kind::Cut(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(body) => SizeHint::with_exact(body.len() as u64),
            Kind::Filled(left) => SizeHint::with_exact(*left),
            Kind::Slow { .. } | Kind::Endless | Kind::Cut(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for AnswerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerBody").finish_non_exhaustive()
    }
}
