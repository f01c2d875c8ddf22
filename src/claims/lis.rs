//! Ids of the student information system.

use serde::Serialize;
use smol_str::SmolStr;

use crate::{claims::lenient, json::Object};

/// Ids of the student information system (LTI Core 1.3 §5.4.5). Personal data.
#[derive(Clone, PartialEq, Serialize)]
pub struct Lis {
    person_sourcedid: Option<SmolStr>,
    course_offering_sourcedid: Option<SmolStr>,
    course_section_sourcedid: Option<SmolStr>,
    outcome_service_url: Option<SmolStr>,
    result_sourcedid: Option<SmolStr>,
}

impl Lis {
    pub(super) fn read(object: &Object<'_>) -> Self {
        Self {
            person_sourcedid: lenient::text(object, "person_sourcedid"),
            course_offering_sourcedid: lenient::text(object, "course_offering_sourcedid"),
            course_section_sourcedid: lenient::text(object, "course_section_sourcedid"),
            outcome_service_url: lenient::text(object, "outcome_service_url"),
            result_sourcedid: lenient::text(object, "result_sourcedid"),
        }
    }

    /// The user's id in the student information system.
    #[must_use]
    pub fn person_sourcedid(&self) -> Option<&str> {
        self.person_sourcedid.as_deref()
    }

    /// The id there of the course, as it is given in a term.
    #[must_use]
    pub fn course_offering_sourcedid(&self) -> Option<&str> {
        self.course_offering_sourcedid.as_deref()
    }

    /// The id there of the course's section.
    #[must_use]
    pub fn course_section_sourcedid(&self) -> Option<&str> {
        self.course_section_sourcedid.as_deref()
    }

    /// Where LTI 1.1 grades go.
    #[must_use]
    pub fn outcome_service_url(&self) -> Option<&str> {
        self.outcome_service_url.as_deref()
    }

    /// What LTI 1.1 grades are for.
    #[must_use]
    pub fn result_sourcedid(&self) -> Option<&str> {
        self.result_sourcedid.as_deref()
    }
}

impl std::fmt::Debug for Lis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lis").finish_non_exhaustive()
    }
}
