//! A fetcher without its type, so that a tool has no type parameters.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::key_set::{FetchError, FetchKeySet, FetchedKeySet, place::Place};

type Fetch<'a> = Pin<Box<dyn Future<Output = Result<FetchedKeySet, FetchError>> + Send + 'a>>;

/// Any [`FetchKeySet`], behind one pointer.
#[derive(Clone)]
pub(crate) struct AnyFetcher(Arc<dyn DynFetchKeySet>);

impl AnyFetcher {
    pub(crate) fn new(fetcher: impl FetchKeySet) -> Self {
        Self(Arc::new(fetcher))
    }

    pub(super) async fn fetch(&self, place: &Place) -> Result<FetchedKeySet, FetchError> {
        self.0.fetch(place).await
    }
}

trait DynFetchKeySet: Send + Sync {
    fn fetch<'a>(&'a self, place: &'a Place) -> Fetch<'a>;
}

impl<F: FetchKeySet> DynFetchKeySet for F {
    fn fetch<'a>(&'a self, place: &'a Place) -> Fetch<'a> {
        Box::pin(self.fetch_within(&place.url, &place.addresses))
    }
}
