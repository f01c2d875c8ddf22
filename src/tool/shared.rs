//! State that the rooms above keep for as long as the tool lives.

use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;

use crate::tool::LtiTool;

/// One value of each type, made when it is first asked for.
#[derive(Default)]
pub(super) struct SharedState(Mutex<Extensions>);

impl LtiTool {
    /// The one value of this type that all clones of this tool share.
    pub(crate) fn shared<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut values = self
            .0
            .shared
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(values.get_or_insert_default::<Arc<T>>())
    }
}
