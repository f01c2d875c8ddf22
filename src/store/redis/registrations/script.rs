//! A change by a script.

use redis::{Cmd, Value};

use super::change::{Change, Outcome};
use crate::store::{
    MAX_REGISTRATIONS,
    redis::{call_error::CallError, key::Keys},
};

/// Compare and set, for adding, replacing and removing. The revision is a random text of the caller's, so that a retried
/// call finds its own change, and no two histories have a revision in common. What is to be added and is there to the byte
/// was added: by a call whose reply was lost, and others have changed the revision meanwhile.
const CHANGE: &str = "\
if redis.call('GET', KEYS[3]) == ARGV[1] then return 1 end
local kept = redis.call('HGET', KEYS[1], ARGV[2]) or ''
if ARGV[3] == '' and kept == ARGV[4] then return 1 end
if kept ~= ARGV[3] then return 0 end
if ARGV[6] ~= '' then
  local owner = redis.call('HGET', KEYS[2], ARGV[6])
  if owner and owner ~= ARGV[2] then return 0 end
end
if kept == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[7]) then return 2 end
if ARGV[5] ~= '' and ARGV[5] ~= ARGV[6] then redis.call('HDEL', KEYS[2], ARGV[5]) end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[2], ARGV[6], ARGV[2]) end
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], ARGV[2])
else
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
end
redis.call('SET', KEYS[3], ARGV[1])
return 1";

impl Change<'_> {
    pub(super) fn script(&self, keys: &Keys, caller: &str) -> Cmd {
        let mut script = redis::cmd("EVAL");
        script
            .arg(CHANGE)
            .arg(3)
            .arg(keys.registrations())
            .arg(keys.registration_names())
            .arg(keys.registrations_revision())
            .arg(caller)
            .arg(self.id())
            .arg(self.old_text())
            .arg(self.new_text())
            .arg(self.old_name())
            .arg(self.new_name())
            .arg(MAX_REGISTRATIONS);
        script
    }
}

impl Outcome {
    /// Reads the script's reply.
    pub(super) fn read(reply: Option<Value>) -> Result<Self, CallError> {
        match reply {
            Some(Value::Int(0)) => Ok(Self::Refused),
            Some(Value::Int(1)) => Ok(Self::Made),
            Some(Value::Int(2)) => Ok(Self::Full),
            _ => Err(CallError::UnexpectedReply),
        }
    }
}
