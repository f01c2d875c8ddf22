//! A registration as its tool reads, replaces and removes it (RFC 7592 §2).

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use super::metadata;
use crate::testing::platform_services::{access::bearer, reply::Reply, state::State};

impl State {
    pub(in crate::testing::platform_services) fn manage_registration(
        &mut self,
        method: &Method,
        number: usize,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Reply {
        let given = bearer(headers);
        let mut tools = self.registering.tools.iter();
        let place = tools
            .position(|tool| tool.number == number && given == Some(tool.access_token.as_str()));
        let Some(place) = place else {
            return Reply::refusal(StatusCode::UNAUTHORIZED, "invalid_token");
        };
        match *method {
            Method::PUT => self.replace_registration(place, body),
            Method::DELETE => {
                self.registering.tools.remove(place);
                Reply::empty(StatusCode::NO_CONTENT)
            }
            _ => json(&self.registering.tools[place].reply),
        }
    }

    fn replace_registration(&mut self, place: usize, body: &Bytes) -> Reply {
        let mut tool = self.registering.tools[place].clone();
        let metadata: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let judged = match metadata["client_id"] == tool.reply["client_id"] {
            true => metadata::check(&metadata, self.dialect),
            false => Err(("invalid_client_metadata", "another client_id".to_owned())),
        };
        if let Err((error, what)) = judged {
            return self.dialect.refuse_metadata(error, &what);
        }
        tool.scopes = self.granted(&metadata);
        metadata["jwks_uri"]
            .as_str()
            .unwrap_or("")
            .clone_into(&mut tool.jwks_url);
        tool.metadata = metadata;
        // A new token may come with every answer.
        tool.access_token = crate::random::text::<18>().expect("there are random bytes");
        let client_id = tool.reply["client_id"].clone();
        let mut reply = self.registration_reply(&tool, &client_id);
        if let Some(alter) = &self.registering.reply {
            alter(&mut reply);
        }
        tool.reply = reply.clone();
        self.registering.tools[place] = tool;
        json(&reply)
    }
}

fn json(reply: &Value) -> Reply {
    Reply::json(StatusCode::OK, "application/json", reply)
}
