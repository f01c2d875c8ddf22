//! A request's body, read under a size limit, a time limit and a budget that all requests share.

use std::{
    error::Error,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::BodyExt;

use crate::{error::LtiErrorKind, form::media_type::is_plain_form};

/// What a body may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// How many bytes of bodies may be held at once, over all requests.
#[derive(Clone, Debug)]
pub(crate) struct BodyBudget {
    held: Arc<AtomicUsize>,
    most: usize,
}

impl BodyBudget {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            held: Arc::default(),
            most,
        }
    }

    fn hold(&self) -> HeldBytes<'_> {
        HeldBytes {
            budget: self,
            bytes: 0,
        }
    }
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

/// The share of one request, given back when it is dropped.
struct HeldBytes<'a> {
    budget: &'a BodyBudget,
    bytes: usize,
}

impl HeldBytes<'_> {
    fn add(&mut self, bytes: usize) -> Result<(), LtiErrorKind> {
        let before = self.budget.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before.saturating_add(bytes) > self.budget.most {
            return Err(LtiErrorKind::BodiesInFlight);
        }
        Ok(())
    }
}

impl Drop for HeldBytes<'_> {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Reads the body of a form post.
pub(crate) async fn read_form_body<'a, B>(
    headers: &HeaderMap,
    body: B,
    limits: BodyLimits,
    budget: &'a BodyBudget,
) -> Result<FormBytes<'a>, LtiErrorKind>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if !is_plain_form(headers) {
        return Err(LtiErrorKind::MediaType);
    }
    if announced_length(headers, &body) > limits.bytes as u64 {
        return Err(LtiErrorKind::BodyTooLarge);
    }
    tokio::time::timeout(limits.time, collect(body, limits.bytes, budget))
        .await
        .unwrap_or(Err(LtiErrorKind::BodyTimeout))
}

fn announced_length<B: Body>(headers: &HeaderMap, body: &B) -> u64 {
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or(0)
        .max(body.size_hint().lower())
}

async fn collect<B>(
    body: B,
    most: usize,
    budget: &BodyBudget,
) -> Result<FormBytes<'_>, LtiErrorKind>
where
    B: Body<Data = Bytes>,
{
    let mut held = budget.hold();
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(LtiErrorKind::BodyBroken);
        };
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        if first.len() + all.len() + chunk.len() > most {
            return Err(LtiErrorKind::BodyTooLarge);
        }
        held.add(chunk.len())?;
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
    Ok(FormBytes {
        bytes: if all.is_empty() { first } else { all.freeze() },
        _held: Some(held),
    })
}
