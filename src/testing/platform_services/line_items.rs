//! Line items: AGS 2.0 §3.2.

use bytes::Bytes;
use http::{StatusCode, Uri};
use serde_json::{Map, Value};

use super::{
    list_page::{LinkStyle, ListPage, parameter, with_kept},
    reply::Reply,
    state::State,
};
use crate::testing::{Call, Dialect};

/// The filters of the list, and the members that they are about (AGS 2.0 §3.2.4).
const FILTERS: [(&str, &str); 3] = [
    ("resource_link_id", "resourceLinkId"),
    ("resource_id", "resourceId"),
    ("tag", "tag"),
];

impl State {
    pub(super) fn list_line_items(&self, uri: &Uri) -> Reply {
        let fits = |item: &Value| {
            FILTERS.iter().all(|(filter, member)| {
                parameter(uri, filter).is_none_or(|wanted| item[member] == wanted.as_str())
            })
        };
        let numbers = self.grade_book.columns().map(|(number, _)| number);
        let items = numbers.filter_map(|number| self.line_item_json(number));
        let items: Vec<Value> = items.filter(fits).collect();
        let page = ListPage::read(uri, self.page_size);
        let total = items.len();
        let shown: Vec<Value> = items.into_iter().skip(page.from).take(page.size).collect();
        let reply = ok(Call::LineItems, &shown.into());
        let url = with_kept(&self.line_items_url(), uri, &FILTERS.map(|(name, _)| name));
        page.link(reply, &url, total, LinkStyle::of_grades(self.dialect))
    }

    pub(super) fn show_line_item(&self, number: usize) -> Reply {
        match self.line_item_json(number) {
            Some(item) => ok(Call::LineItem, &item),
            None => gone(number),
        }
    }

    pub(super) fn create_line_item(&mut self, body: &Bytes) -> Reply {
        let json = match self.read_line_item(body) {
            Ok(json) => json,
            Err(reply) => return reply,
        };
        if let Some(link) = json.get("resourceLinkId").and_then(Value::as_str)
            && (!self.has_link(link) || self.dialect == Dialect::Blackboard)
        {
            let status = match self.dialect {
                Dialect::Moodle => StatusCode::FORBIDDEN,
                Dialect::Blackboard | Dialect::Sakai => StatusCode::BAD_REQUEST,
                _ => StatusCode::NOT_FOUND,
            };
            return Reply::refusal(status, "no such resource link");
        }
        let number = self.grade_book.add(json);
        let item = self.line_item_json(number).unwrap_or_default();
        Reply::json(StatusCode::CREATED, Call::LineItem.media_type(), &item)
    }

    /// Replaces the line item, but for its link (AGS 2.0 §3.2.6).
    pub(super) fn update_line_item(&mut self, number: usize, body: &Bytes) -> Reply {
        let mut json = match self.read_line_item(body) {
            Ok(json) => json,
            Err(reply) => return reply,
        };
        let url = self.line_item_url(number);
        match json.remove("id") {
            Some(_) if self.dialect == Dialect::Blackboard => {
                return Reply::refusal(StatusCode::BAD_REQUEST, "id is read-only");
            }
            Some(id) if id != url.as_str() => {
                return Reply::refusal(StatusCode::BAD_REQUEST, "id cannot be changed");
            }
            _ => {}
        }
        let Some(column) = self.grade_book.column_mut(number) else {
            return gone(number);
        };
        match column.json.get("resourceLinkId").cloned() {
            Some(link) => json.insert("resourceLinkId".to_owned(), link),
            None => json.remove("resourceLinkId"),
        };
        column.json = json;
        self.show_line_item(number)
    }

    pub(super) fn delete_line_item(&mut self, number: usize) -> Reply {
        if self.is_coupled(number) && self.dialect == Dialect::Canvas {
            return Reply::refusal(StatusCode::UNAUTHORIZED, "the line item is coupled");
        }
        match self.grade_book.remove(number) {
            Some(_) => Reply::empty(StatusCode::NO_CONTENT),
            None => gone(number),
        }
    }

    fn read_line_item(&self, body: &Bytes) -> Result<Map<String, Value>, Reply> {
        let refusal = |reason: &str| {
            let reply = Reply::refusal(StatusCode::BAD_REQUEST, reason);
            Err(reply.with_reason(reason))
        };
        let Ok(Value::Object(json)) = serde_json::from_slice(body) else {
            return refusal("no JSON object");
        };
        let label = json.get("label").and_then(Value::as_str);
        let maximum = json.get("scoreMaximum").and_then(Value::as_f64);
        let has_label = label.is_some_and(|label| !label.trim().is_empty());
        if !has_label || maximum.is_none_or(|maximum| maximum <= 0.0) {
            return refusal("No label or Score Maximum");
        }
        let known = |name: &String| KNOWN.contains(&name.as_str());
        if self.dialect == Dialect::Schoology && !json.keys().all(known) {
            return refusal("unknown member");
        }
        Ok(json)
    }
}

/// The members that AGS 2.0 names.
const KNOWN: [&str; 9] = [
    "id",
    "label",
    "scoreMaximum",
    "resourceId",
    "resourceLinkId",
    "tag",
    "startDateTime",
    "endDateTime",
    "gradesReleased",
];

fn ok(call: Call, body: &Value) -> Reply {
    Reply::json(StatusCode::OK, call.media_type(), body)
}

pub(super) fn gone(number: usize) -> Reply {
    let reason = format!("Not Found: Grade item {number} doesn't exist");
    Reply::refusal(StatusCode::NOT_FOUND, &reason).with_reason(&reason)
}
