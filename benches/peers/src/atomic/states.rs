//! The states of logins that have begun, in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use atomic_lti::{
    errors::OIDCError,
    stores::oidc_state_store::{OIDCStateData, OIDCStateStore},
};
use chrono::{NaiveDateTime, Utc};

/// What is known of each state. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct States(Arc<Mutex<HashMap<String, Begun>>>);

/// A login that has begun.
#[derive(Clone)]
struct Begun {
    nonce: String,
    at: NaiveDateTime,
}

/// One state, found among all of them.
pub(super) struct FoundState {
    state: String,
    begun: Begun,
    all: States,
}

impl States {
    /// Remembers a login that begins now.
    pub(super) fn begin(&self, state: &str, nonce: &str) {
        let begun = Begun {
            nonce: nonce.to_owned(),
            at: Utc::now().naive_utc(),
        };
        self.lock().insert(state.to_owned(), begun);
    }

    /// Finds a state.
    pub(super) fn find(&self, state: &str) -> Option<FoundState> {
        let begun = self.lock().get(state)?.clone();
        Some(FoundState {
            state: state.to_owned(),
            begun,
            all: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Begun>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OIDCStateStore for FoundState {
    async fn get_state(&self) -> String {
        self.state.clone()
    }

    async fn get_nonce(&self) -> String {
        self.begun.nonce.clone()
    }

    async fn get_created_at(&self) -> NaiveDateTime {
        self.begun.at
    }

    async fn destroy(&self) -> Result<usize, OIDCError> {
        Ok(usize::from(self.all.lock().remove(&self.state).is_some()))
    }

    async fn create_with_issuer(&self, state: &str, nonce: &str, _: &str) -> Result<(), OIDCError> {
        self.all.begin(state, nonce);
        Ok(())
    }

    async fn find_by_state(&self, state: &str) -> Result<OIDCStateData, OIDCError> {
        let found = self.all.find(state);
        let found = found.ok_or_else(|| OIDCError::StateInvalid("unknown".to_owned()))?;
        Ok(OIDCStateData {
            state: found.state,
            nonce: found.begun.nonce,
            issuer: None,
        })
    }
}
