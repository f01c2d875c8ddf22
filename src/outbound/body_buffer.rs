//! A body while it is read.

use bytes::Bytes;

/// The first segment, where no length is announced.
const FIRST_SEGMENT: usize = 4 * 1024;
const SEGMENT: usize = 64 * 1024;

/// A body goes beyond its bound.
pub(super) struct TooLong;

/// A body while it is read. It is kept in segments, so that a long one is neither copied nor held twice
/// before its end.
pub(super) struct BodyBuffer {
    segments: Vec<Vec<u8>>,
    length: usize,
    max_bytes: usize,
}

impl BodyBuffer {
    /// With room for what is announced, or for the first part of at most so many bytes.
    pub(super) fn new(announced: usize, max_bytes: usize) -> Self {
        let room = if announced > 0 {
            announced
        } else {
            FIRST_SEGMENT.min(max_bytes)
        };
        Self {
            segments: vec![Vec::with_capacity(room)],
            length: 0,
            max_bytes,
        }
    }

    /// Adds what came.
    ///
    /// # Errors
    ///
    /// Fails when it would go beyond the bound.
    pub(super) fn push(&mut self, mut data: &[u8]) -> Result<(), TooLong> {
        if data.len() > self.max_bytes - self.length {
            return Err(TooLong);
        }
        while !data.is_empty() {
            match self.segments.last_mut() {
                Some(last) if last.len() < last.capacity() => {
                    let (now, later) = data.split_at(data.len().min(last.capacity() - last.len()));
                    last.extend_from_slice(now);
                    self.length += now.len();
                    data = later;
                }
                _ => {
                    let room = SEGMENT.min(self.max_bytes - self.length);
                    self.segments.push(Vec::with_capacity(room));
                }
            }
        }
        Ok(())
    }

    pub(super) fn into_bytes(mut self) -> Bytes {
        if self.segments.len() == 1
            && let Some(only) = self.segments.pop()
        {
            return only.into();
        }
        let mut whole = Vec::with_capacity(self.length);
        for segment in self.segments {
            whole.extend_from_slice(&segment);
        }
        whole.into()
    }
}
