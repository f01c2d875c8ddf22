//! What a request for a token came to.

use std::sync::Arc;

use crate::{access_token::AccessToken, service_error::ServiceError};

/// A token, or why there is none; shared by all who waited for it.
pub(super) type Outcome = Result<Arc<AccessToken>, ServiceError>;
