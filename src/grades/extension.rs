//! Members that the specification does not have.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::{
    registration::ProductFamily,
    service_error::{ServiceError, ServiceErrorKind},
};

/// A member that one vendor's platforms know (AGS 2.0 §3.1.2): sent to no other, since some refuse what they
/// do not know.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Kept")]
pub(super) struct Extension {
    family: ProductFamily,
    name: String,
    value: Value,
}

/// An extension as it was kept.
#[derive(Deserialize)]
struct Kept {
    family: ProductFamily,
    name: String,
    value: Value,
}

impl TryFrom<Kept> for Extension {
    type Error = ServiceError;

    fn try_from(kept: Kept) -> Result<Self, ServiceError> {
        Self::new(kept.family, &kept.name, kept.value)
    }
}

impl Extension {
    /// A member whose name is a fully qualified URL.
    pub(super) fn new(
        family: ProductFamily,
        name: &str,
        value: Value,
    ) -> Result<Self, ServiceError> {
        let is_qualified = Url::parse(name).is_ok_and(|url| url.has_host());
        if !is_qualified {
            return Err(ServiceError::new(ServiceErrorKind::ValueInvalid)
                .with_detail("an extension's name has to be a fully qualified URL"));
        }
        Ok(Self {
            family,
            name: name.to_owned(),
            value,
        })
    }

    /// Adds the member, where it is for this family. An object joins the one that is there.
    pub(super) fn add_to(&self, members: &mut Map<String, Value>, family: &ProductFamily) {
        if self.family != *family {
            return;
        }
        match (members.get_mut(&self.name), &self.value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            _ => {
                members.insert(self.name.clone(), self.value.clone());
            }
        }
    }
}
