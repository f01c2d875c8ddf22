//! What a layer answers: a handler's response as it is, or one of ours.

mod body;
mod future;

pub(crate) use self::future::Answer;
pub use self::{body::ResponseBody, future::ResponseFuture};
