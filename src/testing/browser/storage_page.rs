//! The tool's page that has the platform store a value, or reads it back, as a browser's script reads it.

use std::collections::BTreeMap;

use bytes::Bytes;
use html_escape::decode_html_entities;
use http::Response;
use serde_json::Value;

/// A page that works with the platform's storage.
pub(super) struct StoragePage {
    data: Value,
    /// The fields of its form for what comes next.
    fields: Vec<(String, String)>,
}

impl StoragePage {
    /// Reads an answer; `None` where it is no such page.
    pub(super) fn of(answer: &Response<Bytes>) -> Option<Self> {
        let page = std::str::from_utf8(answer.body()).ok()?;
        let (_, data) = page.split_once("id=\"lti-storage\"")?;
        let (_, data) = data.split_once('>')?;
        let (data, _) = data.split_once("</script>")?;
        let form = page.split_once("id=\"lti-next\"");
        let form = form.and_then(|(_, form)| form.split_once("</form>"));
        Some(Self {
            data: serde_json::from_str(data).ok()?,
            fields: form.map_or_else(Vec::new, |(form, _)| fields_of(form)),
        })
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.data[member].as_str()
    }

    /// Whether it comes before the launch, and not after it.
    pub(super) fn is_of_login(&self) -> bool {
        self.text("step") == Some("store")
    }

    /// Does what the page asks the platform's storage for, and returns whether the platform has confirmed that it
    /// stores the value.
    pub(super) fn store(&self, stored: &mut BTreeMap<String, String>) -> bool {
        // Without an origin there is nobody to store it.
        let (Some(_), Some(key), Some(value)) =
            (self.text("origin"), self.text("key"), self.text("value"))
        else {
            return false;
        };
        stored.insert(key.to_owned(), value.to_owned());
        true
    }

    /// The query of the authentication request that follows.
    pub(super) fn next_query(&self) -> String {
        let next = self.text("next").and_then(|next| next.split_once('?'));
        next.map_or_else(|| encode(&self.fields), |(_, query)| query.to_owned())
    }

    /// The form that completes the launch, with the value that the platform had stored. It is gone there then.
    pub(super) fn completion(&self, stored: &mut BTreeMap<String, String>) -> String {
        let value = self.text("key").and_then(|key| stored.remove(key));
        let mut fields = self.fields.clone();
        for (name, secret) in &mut fields {
            if name == "lti_storage_secret" {
                *secret = value.clone().unwrap_or_default();
            }
        }
        encode(&fields)
    }
}

fn encode(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// The fields of a form, in order.
fn fields_of(form: &str) -> Vec<(String, String)> {
    let inputs = form.split("<input ").skip(1);
    inputs
        .filter_map(|input| {
            let (_, name) = input.split_once("name=\"")?;
            let (name, rest) = name.split_once('"')?;
            let value = rest.split_once("value=\"");
            let value = value.and_then(|(_, value)| value.split_once('"'));
            let value = value.map_or("", |(value, _)| value);
            Some((name.to_owned(), decode_html_entities(value).into_owned()))
        })
        .collect()
}
