//! All that the platform knows.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    assertion::ReceivedAssertion,
    call::SCOPES,
    deep_linking::{Receipts, Requests},
    dynamic_registration::Registering,
    faults::Faults,
    grade_book::GradeBook,
    members::Members,
    request_log::ReceivedRequest,
    route::COURSE,
    tool_key_set::ToolKeySet,
};
use crate::{
    clock::{Clock, SystemClock, unix_millis},
    testing::{Course, Dialect, Platform},
};

pub(super) struct State {
    pub(super) platform: Platform,
    pub(super) base_url: String,
    pub(super) client_id: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) dialect: Dialect,
    pub(super) tool_keys: ToolKeySet,
    pub(super) audience: Option<String>,
    pub(super) deployments: Vec<String>,
    pub(super) needs_deployment: bool,
    pub(super) scopes: Vec<String>,
    pub(super) token_lifetime: Duration,
    pub(super) tokens: HashMap<String, Token>,
    pub(super) assertion_ids: HashSet<String>,
    pub(super) assertions: Vec<ReceivedAssertion>,
    pub(super) course: Course,
    pub(super) members: Members,
    pub(super) grade_book: GradeBook,
    /// The line item that launches name.
    pub(super) coupled: Option<usize>,
    /// The one resource link that launches come from.
    pub(super) resource_link: String,
    pub(super) page_size: Option<usize>,
    /// What may still be answered by deep linking.
    pub(super) deep_linking_requests: Requests,
    pub(super) receipts: Receipts,
    pub(super) registering: Registering,
    pub(super) faults: Faults,
    pub(super) requests: Vec<ReceivedRequest>,
}

/// An access token that was issued.
pub(super) struct Token {
    pub(super) number: usize,
    pub(super) scopes: Vec<String>,
    /// Seconds since 1970.
    pub(super) expires: i64,
    pub(super) revoked: bool,
}

const RESOURCE_LINK: &str = "rl-1";

impl State {
    pub(super) fn new(issuer: &str, client_id: &str, base_url: &str) -> Self {
        let mut grade_book = GradeBook::default();
        let coupled = match json!({"label": "Quiz", "scoreMaximum": 100, "resourceLinkId": RESOURCE_LINK})
        {
            Value::Object(json) => Some(grade_book.add(json)),
            _ => None,
        };
        Self {
            platform: Platform::new(issuer, client_id).at(base_url),
            base_url: base_url.to_owned(),
            client_id: client_id.to_owned(),
            clock: Arc::new(SystemClock::new()),
            dialect: Dialect::default(),
            tool_keys: ToolKeySet::Unknown,
            audience: None,
            deployments: vec!["dep-1".to_owned()],
            needs_deployment: false,
            scopes: SCOPES.map(str::to_owned).to_vec(),
            token_lifetime: Duration::from_secs(3_600),
            tokens: HashMap::new(),
            assertion_ids: HashSet::new(),
            assertions: Vec::new(),
            course: Course::biology(),
            members: Members::new(),
            grade_book,
            coupled,
            resource_link: RESOURCE_LINK.to_owned(),
            page_size: None,
            deep_linking_requests: Requests::default(),
            receipts: Receipts::default(),
            registering: Registering::default(),
            faults: Faults::default(),
            requests: Vec::new(),
        }
    }

    /// Seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        i64::try_from(unix_millis(self.clock.now()) / 1_000).unwrap_or(i64::MAX)
    }

    pub(super) fn token_url(&self) -> String {
        format!("{}/token", self.base_url)
    }

    pub(super) fn members_url(&self) -> String {
        format!("{}{COURSE}/members", self.base_url)
    }

    pub(super) fn line_items_url(&self) -> String {
        format!(
            "{}{COURSE}/line_items{}",
            self.base_url,
            self.dialect.query()
        )
    }

    pub(super) fn line_item_url(&self, number: usize) -> String {
        let query = self.dialect.query();
        format!("{}{COURSE}/line_items/{number}{query}", self.base_url)
    }

    /// The number of a line item, by its URL.
    pub(super) fn line_item_number(&self, url: &str) -> Option<usize> {
        let path = url.split('?').next()?;
        path.rsplit('/').next()?.parse().ok()
    }

    /// A line item as it is sent.
    pub(super) fn line_item_json(&self, number: usize) -> Option<Value> {
        let column = self.grade_book.column(number)?;
        let mut json = column.json.clone();
        json.insert("id".to_owned(), self.line_item_url(number).into());
        if self.dialect == Dialect::Moodle {
            for name in ["resourceId", "tag"] {
                json.entry(name).or_insert_with(|| "".into());
            }
            if let Some(link) = json.get("resourceLinkId").cloned() {
                json.insert("ltiLinkId".to_owned(), link);
            }
        }
        Some(Value::Object(json))
    }
}
