//! Where grades go.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::claims::members;

/// The endpoints of the Assignment and Grade Services (§3.1). Absent means not available.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssignmentAndGrade {
    scope: Vec<String>,
    lineitems: Option<String>,
    lineitem: Option<String>,
}

impl AssignmentAndGrade {
    pub(super) fn read(object: &Map<String, Value>, allow_loopback_http: bool) -> Self {
        Self {
            scope: members::texts(object, "scope"),
            lineitems: members::address(object, "lineitems", allow_loopback_http),
            lineitem: members::address(object, "lineitem", allow_loopback_http),
        }
    }

    /// What the tool may ask a token for.
    #[must_use]
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// The container of line items; only an https address is one.
    #[must_use]
    pub fn lineitems(&self) -> Option<&str> {
        self.lineitems.as_deref()
    }

    /// The one line item of this link, if there is exactly one; only an https address is one.
    #[must_use]
    pub fn lineitem(&self) -> Option<&str> {
        self.lineitem.as_deref()
    }
}
