//! A request's body, read under a size limit, a time limit and a budget that all requests share.

use std::{
    error::Error,
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body::{Body, Frame};
use tokio::time::{Instant, sleep_until};

use crate::{
    error::LtiErrorKind,
    form::{
        budget::{BodyBudget, BodyOf, HeldBytes, SMALL},
        media_type::is_plain_form,
    },
};

/// A body that brings fewer bytes in a stretch of [`BodyLimits::stall`] has stalled.
const MIN_BYTES_IN_A_STRETCH: usize = 256;

/// What a body may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
    /// The length of a stretch, in which it must make some progress.
    pub(crate) stall: Duration,
}

/// A form, and its share of the budget for as long as it is looked at.
pub(crate) struct FormBytes<'a> {
    bytes: Bytes,
    _held: Option<HeldBytes<'a>>,
}

impl FormBytes<'_> {
    /// A form that came without a body, and is held against no budget.
    pub(crate) fn from_query(query: &str) -> Self {
        Self {
            bytes: Bytes::copy_from_slice(query.as_bytes()),
            _held: None,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Hands the form on, and gives its share back.
    pub(crate) fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

/// Reads the body of a form post.
pub(crate) async fn read_form_body<'a, B>(
    headers: &HeaderMap,
    body: B,
    whose: BodyOf,
    limits: BodyLimits,
    budget: &'a BodyBudget,
) -> Result<FormBytes<'a>, LtiErrorKind>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if !is_plain_form(headers) {
        return Err(LtiErrorKind::MediaType);
    }
    let announced = announced_length(headers, &body);
    if announced > limits.bytes as u64 {
        return Err(LtiErrorKind::BodyTooLarge);
    }
    collect(body, limits, budget.hold(whose, announced), whose).await
}

fn announced_length<B: Body>(headers: &HeaderMap, body: &B) -> u64 {
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or(0)
        .max(body.size_hint().lower())
}

/// The deadlines of a body that has no frame ready.
struct Deadlines {
    ends: Instant,
    stall: Duration,
    stretch_ends: Instant,
    in_this_stretch: usize,
}

impl Deadlines {
    fn new(limits: BodyLimits) -> Self {
        let now = Instant::now();
        Self {
            ends: now + limits.time,
            stall: limits.stall,
            stretch_ends: now + limits.stall,
            in_this_stretch: 0,
        }
    }

    /// The next frame of a body that has none ready.
    async fn wait<B: Body>(
        &mut self,
        mut body: Pin<&mut B>,
        held: &mut HeldBytes<'_>,
    ) -> Result<Option<Frame<B::Data>>, LtiErrorKind> {
        let mut evicted = pin!(held.evicted());
        loop {
            let until = self.ends.min(self.stretch_ends);
            tokio::select! {
                biased;
                frame = poll_fn(|cx| poll_frame(body.as_mut(), cx)) => return frame,
                () = &mut evicted => return Err(LtiErrorKind::BodiesInFlight),
                () = sleep_until(until) => {}
            }
            if until == self.ends || self.in_this_stretch < MIN_BYTES_IN_A_STRETCH {
                return Err(LtiErrorKind::BodyTimeout);
            }
            self.in_this_stretch = 0;
            self.stretch_ends = until + self.stall;
        }
    }
}

async fn collect<'a, B>(
    body: B,
    limits: BodyLimits,
    mut held: HeldBytes<'a>,
    whose: BodyOf,
) -> Result<FormBytes<'a>, LtiErrorKind>
where
    B: Body,
{
    let mut body = pin!(body);
    let mut deadlines = None;
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    loop {
        let frame = match frame_at_hand(body.as_mut()).await {
            Some(frame) => frame?,
            None => {
                let deadlines = deadlines.get_or_insert_with(|| Deadlines::new(limits));
                deadlines.wait(body.as_mut(), &mut held).await?
            }
        };
        let Some(frame) = frame else {
            break;
        };
        let Ok(mut chunk) = frame.into_data() else {
            continue;
        };
        // Where it is `Bytes` already, nothing is copied.
        let chunk = chunk.copy_to_bytes(chunk.remaining());
        let length = first.len() + all.len() + chunk.len();
        if length > limits.bytes {
            return Err(LtiErrorKind::BodyTooLarge);
        }
        if length > SMALL && whose == BodyOf::Launch {
            held.move_to_large();
        }
        held.add(chunk.len())?;
        if let Some(deadlines) = &mut deadlines {
            deadlines.in_this_stretch += chunk.len();
        }
        // Most bodies come in one piece, which is then not copied.
        if first.is_empty() && all.is_empty() {
            first = chunk;
        } else {
            if all.is_empty() {
                all.extend_from_slice(&std::mem::take(&mut first));
            }
            all.extend_from_slice(&chunk);
        }
    }
    held.complete();
    Ok(FormBytes {
        bytes: if all.is_empty() { first } else { all.freeze() },
        _held: Some(held),
    })
}

/// The next frame, if there is one already.
async fn frame_at_hand<B: Body>(
    mut body: Pin<&mut B>,
) -> Option<Result<Option<Frame<B::Data>>, LtiErrorKind>> {
    poll_fn(|cx| match poll_frame(body.as_mut(), cx) {
        Poll::Ready(frame) => Poll::Ready(Some(frame)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// The next frame, or the end.
fn poll_frame<B: Body>(
    body: Pin<&mut B>,
    cx: &mut Context<'_>,
) -> Poll<Result<Option<Frame<B::Data>>, LtiErrorKind>> {
    body.poll_frame(cx)
        .map(|frame| frame.transpose().map_err(|_| LtiErrorKind::BodyBroken))
}
