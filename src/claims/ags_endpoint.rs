//! Where grades go.

use std::fmt;

use serde::Serialize;

use crate::{
    claims::{address::Address, members},
    json::Object,
};

/// The endpoints of the Assignment and Grade Services (§3.1). Absent means not available.
#[derive(Clone, PartialEq, Serialize)]
pub struct AssignmentAndGrade {
    scope: Vec<String>,
    lineitems: Address,
    lineitem: Address,
}

impl AssignmentAndGrade {
    pub(super) fn read(object: &Object<'_>, allow_loopback_http: bool) -> Self {
        Self {
            scope: members::texts(object, "scope"),
            lineitems: Address::read(object, "lineitems", allow_loopback_http),
            lineitem: Address::read(object, "lineitem", allow_loopback_http),
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
        self.lineitems.usable()
    }

    /// The one line item of this link, if there is exactly one; only an https address is one.
    #[must_use]
    pub fn lineitem(&self) -> Option<&str> {
        self.lineitem.usable()
    }
}

impl fmt::Debug for AssignmentAndGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssignmentAndGrade").finish_non_exhaustive()
    }
}
