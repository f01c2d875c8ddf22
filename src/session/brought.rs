//! What a request brings of a session, and whose session it is.

use std::sync::Arc;

use crate::{
    error::{LtiError, LtiErrorKind},
    session::{
        kept::Kept,
        known::KnownPointers,
        pointer::{Pointer, SessionId},
    },
    tool::LtiTool,
};

/// What a request brings of a session.
#[derive(Clone)]
pub(super) enum Brought {
    /// By a handle: all that is needed to ask for it.
    Pointer(Pointer),
    /// By a cookie: its id, and the public id that the cookie's name has.
    Id(SessionId, String),
}

impl Brought {
    /// Whose session it is: as this instance has seen it, or as the store has it, for one more call.
    pub(super) async fn pointer(self, tool: &LtiTool) -> Result<Pointer, LtiError> {
        let (id, public_id) = match self {
            Self::Pointer(pointer) => return Ok(pointer),
            Self::Id(id, public_id) => (id, public_id),
        };
        let (key, known) = (id.key(), tool.shared::<KnownPointers>());
        let pointer = match known.get(key.digest()) {
            Some(pointer) => pointer,
            None => {
                let asking = async { Ok(tool.store().peek_session(&key).await?) };
                let sealed = tool.in_time(asking).await?;
                let sealed = sealed.ok_or(LtiErrorKind::SessionOver)?;
                let kept = Kept::open(&id.to_text(), &sealed, tool)?;
                let pointer = Pointer::from_text(&kept.terms.pointer);
                let pointer = Arc::new(pointer.ok_or(LtiErrorKind::SessionForged)?);
                known.add(*key.digest(), Arc::clone(&pointer));
                pointer
            }
        };
        if pointer.public_id() != public_id {
            return Err(LtiErrorKind::SessionForged.into());
        }
        Ok(Pointer::clone(&pointer))
    }
}
