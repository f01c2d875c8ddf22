//! Reading replies of Redis.

use redis::Value;

use super::call_error::CallError;

/// Reads the reply to a `GET`, or to `INFO`; `None` for a key that does not exist.
pub(crate) fn bulk_string(reply: Option<Value>) -> Result<Option<Vec<u8>>, CallError> {
    match reply {
        Some(Value::Nil) => Ok(None),
        Some(Value::BulkString(text)) => Ok(Some(text)),
        Some(Value::VerbatimString { text, .. }) => Ok(Some(text.into_bytes())),
        _ => Err(CallError::UnexpectedReply),
    }
}
