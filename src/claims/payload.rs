//! The whole payload of a token.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::json;

/// A payload, parsed into a map when it is first read.
pub(super) struct Payload {
    json: Vec<u8>,
    members: OnceLock<Map<String, Value>>,
}

impl Payload {
    /// Keeps a text that has been read before.
    pub(super) fn of_json(json: Vec<u8>) -> Self {
        let members = OnceLock::new();
        Self { json, members }
    }

    /// Keeps what was taken out of a session. There is no text to it, and none is needed.
    pub(super) fn of_members(members: Map<String, Value>) -> Self {
        Self {
            json: Vec::new(),
            members: OnceLock::from(members),
        }
    }

    pub(super) fn members(&self) -> &Map<String, Value> {
        self.members.get_or_init(|| {
            // It was read when it came, and so it can be.
            let object = json::parse_object(&self.json);
            object.as_ref().map(Map::from).unwrap_or_default()
        })
    }
}
