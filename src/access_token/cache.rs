//! The cache of access tokens: single flight, renewal ahead of time, pauses after failures.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    access_token::{
        AccessToken, Outcome, TokenRequest,
        asker::Asker,
        flights::{Flights, Now, Waiting},
        kept_tokens::KeptTokens,
        landing::Landing,
    },
    clock::Clock,
    observe::{TokenFetch, access_token_reused},
    service_error::{ServiceError, ServiceErrorKind},
};

/// The access tokens of all registrations. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AccessTokens(Arc<Inner>);

struct Inner {
    asker: Asker,
    kept: RwLock<KeptTokens>,
    /// Locked before `kept`, where both are; never across an await.
    flights: Mutex<Flights>,
    /// How many keys were revoked when tokens were last looked through for them.
    revocations: AtomicUsize,
}

impl AccessTokens {
    pub(crate) fn new(asker: Asker) -> Self {
        Self(Arc::new(Inner {
            asker,
            kept: RwLock::default(),
            flights: Mutex::default(),
            revocations: AtomicUsize::new(0),
        }))
    }

    /// A token: one that is kept, or the outcome of a request, which all share who wait for it.
    ///
    /// Dropping the future ends the wait and not the request.
    pub(crate) async fn get(&self, request: &TokenRequest) -> Outcome {
        match self.kept_already(request) {
            Some(token) => Ok(token),
            None => self.fetched(request, 0).await,
        }
    }

    /// A token that is kept; where it is due, the next is asked for.
    pub(crate) fn kept_already(&self, request: &TokenRequest) -> Option<Arc<AccessToken>> {
        self.drop_revoked();
        let now = self.clock().monotonic();
        let token = self.kept(request, now)?;
        if token.is_due(now) {
            self.renew(request, &token, now);
        }
        access_token_reused();
        Some(token)
    }

    /// A token in the place of one that a service has refused: this very value is dropped. `None` while it is too
    /// early to ask for another.
    pub(crate) async fn replace(
        &self,
        request: &TokenRequest,
        refused: &Arc<AccessToken>,
    ) -> Result<Option<Arc<AccessToken>>, ServiceError> {
        let now = self.clock().monotonic();
        let kept = self.kept(request, now);
        if let Some(other) = kept.filter(|kept| !Arc::ptr_eq(kept, refused)) {
            return Ok(Some(other));
        }
        if !refused.may_be_replaced(now) {
            return Ok(None);
        }
        self.kept_mut().remove(request.identity(), refused);
        self.fetched(request, refused.refusals()).await.map(Some)
    }

    /// Drops what was got with keys that were revoked since.
    fn drop_revoked(&self) {
        let Some(keys) = &self.0.asker.keys else {
            return;
        };
        let revocations = keys.revocations();
        if self.0.revocations.load(Ordering::Acquire) == revocations {
            return;
        }
        // A token whose key was looked at before is kept by then.
        let _flights = self.flights();
        self.kept_mut().remove_if(|key_id| keys.is_revoked(key_id));
        self.0.revocations.store(revocations, Ordering::Release);
    }

    fn kept(&self, request: &TokenRequest, now: Duration) -> Option<Arc<AccessToken>> {
        let kept = self.0.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(request.identity())
            .filter(|token| token.is_usable(now))
            .cloned()
    }

    async fn fetched(&self, request: &TokenRequest, refused_before: u32) -> Outcome {
        let (mut waiting, landing) = {
            let mut flights = self.flights();
            let now = self.clock().monotonic();
            // Another call may have brought one since.
            if let Some(token) = self.kept(request, now) {
                return Ok(token);
            }
            match flights.now(request.identity(), now) {
                Now::UnderWay(waiting) => (waiting, None),
                Now::Paused(error) => return Err(error),
                Now::Ready => {
                    let (waiting, landing) = self.begin(&mut flights, request, refused_before, now);
                    (waiting, Some(landing))
                }
            }
        };
        if let Some(landing) = landing {
            start(landing);
        }
        let landed = waiting.wait_for(Option::is_some).await;
        match landed.ok().and_then(|outcome| outcome.clone()) {
            Some(outcome) => outcome,
            // The runtime is shutting down.
            None => Err(ServiceErrorKind::Unavailable.into()),
        }
    }

    /// Asks for the next token while this one still serves.
    fn renew(&self, request: &TokenRequest, due: &Arc<AccessToken>, now: Duration) {
        let mut flights = self.flights();
        let is_current = self
            .kept(request, now)
            .is_some_and(|kept| Arc::ptr_eq(&kept, due));
        if is_current && matches!(flights.now(request.identity(), now), Now::Ready) {
            let (_, landing) = self.begin(&mut flights, request, 0, now);
            drop(flights);
            start(landing);
        }
    }

    /// Notes a request as under way. It is started once `flights` is unlocked.
    fn begin(
        &self,
        flights: &mut Flights,
        request: &TokenRequest,
        refused_before: u32,
        now: Duration,
    ) -> (Waiting, Landing) {
        let (sender, waiting) = watch::channel(None);
        flights.begin(request.to_key(), waiting.clone(), now);
        let landing = Landing {
            tokens: self.clone(),
            request: request.clone(),
            refused_before,
            outcome: None,
            observed: TokenFetch::begin(request.endpoint()),
            waiting: sender,
        };
        (waiting, landing)
    }

    /// Keeps what a request brought, or begins a pause.
    pub(super) fn settle(&self, request: &TokenRequest, outcome: Outcome) -> Outcome {
        let mut flights = self.flights();
        let outcome = outcome.and_then(|token| {
            let keys = self.0.asker.keys.as_ref();
            if keys.is_some_and(|keys| keys.is_revoked(token.key_id())) {
                let revoked = ServiceError::new(ServiceErrorKind::KeyUnavailable);
                return Err(revoked.with_detail("the key was revoked meanwhile"));
            }
            Ok(token)
        });
        let (key, now) = (request.to_key(), self.clock().monotonic());
        if let Ok(token) = &outcome
            && token.is_usable(now)
        {
            let token = Arc::clone(token);
            self.kept_mut().insert(key.clone(), token, now);
        }
        flights.end(&key, &outcome, now);
        outcome
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.0.asker.clock
    }

    fn kept_mut(&self) -> RwLockWriteGuard<'_, KeptTokens> {
        self.0.kept.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        self.0
            .flights
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a request in a spawned task: cancelling a waiter does not cancel it. Nothing may be locked: a runtime that
/// shuts down drops the task within `spawn`, which settles it.
fn start(landing: Landing) {
    let span = landing.observed.span();
    tokio::spawn(span.instrument(async move {
        let asked = landing.tokens.0.asker.ask(&landing.request).await;
        landing.land(asked);
    }));
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens").finish_non_exhaustive()
    }
}
