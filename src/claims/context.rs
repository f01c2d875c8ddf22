//! The course or group.

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use crate::{claims::lenient, json::Object};

/// The course or group that the launch comes from (LTI Core 1.3 §5.4.1).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Context {
    id: SmolStr,
    label: Option<SmolStr>,
    title: Option<SmolStr>,
    #[serde(rename = "type")]
    kinds: Vec<String>,
}

impl Context {
    /// Reads a context, if it has an id that can be one.
    pub(super) fn read(object: &Object<'_>) -> Option<Self> {
        Some(Self {
            id: lenient::text(object, "id").filter(|id| lenient::is_id(id))?,
            label: lenient::text(object, "label"),
            title: lenient::text(object, "title"),
            kinds: lenient::texts(object, "type"),
        })
    }

    /// Its id, unique within the deployment.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its short name, such as `BIO1`.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The title of the course or group.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What kinds of context it is.
    pub fn types(&self) -> impl Iterator<Item = ContextType<'_>> {
        self.kinds.iter().map(|kind| ContextType::new(kind))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// What kind of context it is (LTI Core 1.3 appendix A.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextType<'a> {
    /// A course, apart from when and by whom it is given.
    CourseTemplate,
    /// A course as it is given.
    CourseOffering,
    /// A section of a course.
    CourseSection,
    /// A group.
    Group,
    /// Any other, as it is spelt.
    Other(&'a str),
}

impl<'a> ContextType<'a> {
    /// Reads a kind from its URI, its short name or its URN.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let name = text
            .strip_prefix("http://purl.imsglobal.org/vocab/lis/v2/course#")
            .or_else(|| text.strip_prefix("urn:lti:context-type:ims/lis/"))
            .unwrap_or(text);
        match name {
            "CourseTemplate" => Self::CourseTemplate,
            "CourseOffering" => Self::CourseOffering,
            "CourseSection" => Self::CourseSection,
            "Group" => Self::Group,
            _ => Self::Other(text),
        }
    }
}
