//! The application's own data in a session.

use std::sync::PoisonError;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    clock::unix_millis,
    error::{LtiError, LtiErrorKind},
    session::{LtiSession, kept::Kept, lasting::time_left, unopened::log},
};

/// The largest data, in bytes of JSON.
const MAX_BYTES: usize = 4 * 1024;

impl LtiSession {
    /// The application's own data, as it was when this request came in, or as this request has set it since.
    ///
    /// # Errors
    ///
    /// Fails when what was kept is not of this type.
    pub fn data<T: DeserializeOwned>(&self) -> Result<Option<T>, serde_json::Error> {
        let data = self.0.data.lock().unwrap_or_else(PoisonError::into_inner);
        data.as_deref().map(serde_json::from_str).transpose()
    }

    /// Keeps data of the application's own in the session, in place of what was there.
    ///
    /// It is sealed with the session. Of two requests that set data at once the last one counts, whole; what must not
    /// be lost belongs into a database, under [`LaunchContext::user_key`](crate::LaunchContext::user_key).
    ///
    /// # Errors
    ///
    /// Fails with [`SessionDataTooLarge`](LtiErrorKind::SessionDataTooLarge) when it is larger than 4 KiB of JSON or
    /// cannot be written as JSON, with [`SessionOver`](LtiErrorKind::SessionOver) when the session has ended meanwhile,
    /// and when the store could not answer. What was there before then stays.
    pub async fn set_data<T: Serialize + Sync>(&self, data: &T) -> Result<(), LtiError> {
        let kept = self.keep_data(data).await;
        kept.inspect_err(|error| log(&self.0.tool, error))
    }

    async fn keep_data<T: Serialize + Sync>(&self, data: &T) -> Result<(), LtiError> {
        let too_large = LtiErrorKind::SessionDataTooLarge;
        let text = serde_json::to_string(data)
            .map_err(|source| LtiError::from(too_large).with_source(source))?;
        if text.len() > MAX_BYTES {
            return Err(LtiError::from(too_large).with_hint("the data is larger than 4 KiB"));
        }
        let inner = &*self.0;
        let tool = &inner.tool;
        let now_ms = unix_millis(tool.clock().now());
        let ttl = time_left(tool, inner.pointer.started_at_ms, now_ms)?;
        let kept = Kept::new(&inner.launch, inner.terms.clone(), Some(text.clone()));
        let sealed = kept.seal(&inner.pointer.id(), tool)?;
        let key = inner.pointer.key();
        let updating = async { Ok(tool.store().update_session(&key, &sealed, ttl).await?) };
        if !tool.in_time(updating).await? {
            return Err(LtiErrorKind::SessionOver.into());
        }
        *inner.data.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        Ok(())
    }
}
