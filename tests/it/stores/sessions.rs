//! Sessions in every store, and how the contract suite finds out stores that are wrong.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::FutureExt;
use tower_lti::{
    MemoryStore,
    store::{FoundSession, SessionKey, SessionMark, SessionScope, SessionStore, StoreError},
    testing::contract,
};

use crate::stores::over_every_store;

/// What is wrong with a store.
#[derive(Clone, Copy, Debug)]
enum Fault {
    FoundIsNotRenewed,
    LookedAtIsRenewed,
    UpdatedIsNotRenewed,
    UpdateMakesASession,
    UpdateSaysNothingWasThere,
    RemovalIsForgotten,
    SessionsNeverExpire,
    StartLosesAByte,
    MarksAreLeftOut,
    MarksAreInAnotherOrder,
    TheFirstMarkStays,
    FindKnowsNoMarks,
    StartKnowsNoMarks,
}

const FAULTS: [(Fault, &str); 13] = [
    (Fault::FoundIsNotRenewed, "keep a session for longer"),
    (Fault::LookedAtIsRenewed, "expire after its last lifetime"),
    (Fault::UpdatedIsNotRenewed, "keep a session for longer"),
    (Fault::UpdateMakesASession, "must make no session"),
    (
        Fault::UpdateSaysNothingWasThere,
        "on something must answer true",
    ),
    (
        Fault::RemovalIsForgotten,
        "removed session must not be found",
    ),
    (
        Fault::SessionsNeverExpire,
        "expired session must not be updated",
    ),
    (Fault::StartLosesAByte, "returned unchanged"),
    (Fault::MarksAreLeftOut, "a new scope must have no mark"),
    (Fault::MarksAreInAnotherOrder, "the mark of each scope"),
    (Fault::TheFirstMarkStays, "the mark of each scope"),
    (Fault::FindKnowsNoMarks, "the mark of each scope"),
    (Fault::StartKnowsNoMarks, "the mark of each scope"),
];

/// A store in memory with something wrong in it.
#[derive(Clone)]
struct Wrong {
    right: MemoryStore,
    fault: Fault,
    marked: Arc<Mutex<HashSet<SessionScope>>>,
}

const LONG: Duration = Duration::from_secs(600);

impl SessionStore for Wrong {
    async fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        let (sealed, ttl) = match self.fault {
            Fault::StartLosesAByte => (&sealed[..sealed.len().saturating_sub(1)], ttl),
            Fault::SessionsNeverExpire => (sealed, LONG),
            _ => (sealed, ttl),
        };
        let mut marks = self
            .right
            .start_session(session, sealed, ttl, scopes)
            .await?;
        match self.fault {
            Fault::StartKnowsNoMarks => marks.fill(None),
            Fault::MarksAreInAnotherOrder => marks.reverse(),
            _ => {}
        }
        Ok(marks)
    }

    async fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
    ) -> Result<Option<FoundSession>, StoreError> {
        let renew_for = match self.fault {
            Fault::FoundIsNotRenewed => renew_for.map(|ttl| ttl.min(Duration::from_secs(1))),
            Fault::LookedAtIsRenewed => Some(renew_for.unwrap_or(LONG)),
            _ => renew_for,
        };
        let found = self.right.find_session(session, scopes, renew_for).await?;
        Ok(found.map(|mut found| {
            match self.fault {
                Fault::MarksAreLeftOut => found.marks.retain(Option::is_some),
                Fault::MarksAreInAnotherOrder => found.marks.reverse(),
                Fault::FindKnowsNoMarks => found.marks.fill(None),
                _ => {}
            }
            found
        }))
    }

    async fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        match self.fault {
            Fault::UpdateMakesASession => {
                let found = self.right.find_session(session, &[], None).await?;
                self.right.start_session(session, sealed, ttl, &[]).await?;
                Ok(found.is_some())
            }
            Fault::UpdatedIsNotRenewed => {
                let ttl = ttl.min(Duration::from_secs(1));
                self.right.update_session(session, sealed, ttl).await
            }
            Fault::UpdateSaysNothingWasThere => {
                self.right.update_session(session, sealed, ttl).await?;
                Ok(false)
            }
            _ => self.right.update_session(session, sealed, ttl).await,
        }
    }

    async fn remove_session(&self, session: &SessionKey) -> Result<(), StoreError> {
        match self.fault {
            Fault::RemovalIsForgotten => Ok(()),
            _ => self.right.remove_session(session).await,
        }
    }

    async fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let is_first = self.marked.lock().unwrap().insert(scope.clone());
        match self.fault {
            Fault::TheFirstMarkStays if !is_first => Ok(()),
            _ => self.right.mark_sessions(scope, mark, ttl).await,
        }
    }
}

async fn keep_the_contract<S: SessionStore + Clone>(stores: [S; 2]) {
    contract::check_sessions(&stores[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_store_keeps_the_contract_of_sessions() {
    over_every_store!(keep_the_contract);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_finds_out_a_store_of_sessions_that_is_wrong() {
    let checks = FAULTS.map(|(fault, reason)| async move {
        let store = Wrong {
            right: MemoryStore::default(),
            fault,
            marked: Arc::default(),
        };
        let check = AssertUnwindSafe(contract::check_sessions(&store));
        let panic = check.catch_unwind().await.expect_err(&format!("{fault:?}"));
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        let said = said.unwrap();
        assert!(said.contains(reason), "{fault:?}: {said}");
    });
    futures_util::future::join_all(checks).await;
}
