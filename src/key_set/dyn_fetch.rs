//! A fetcher without its type, so that a tool has no type parameters.

use std::{future::Future, pin::Pin, sync::Arc};

use crate::{
    endpoint::Endpoint,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
};

type Fetch<'a> = Pin<Box<dyn Future<Output = Result<FetchedKeySet, FetchError>> + Send + 'a>>;

/// Any [`FetchKeySet`], behind one pointer.
#[derive(Clone)]
pub(crate) struct AnyFetcher(Arc<dyn DynFetchKeySet>);

impl AnyFetcher {
    pub(crate) fn new(fetcher: impl FetchKeySet) -> Self {
        Self(Arc::new(fetcher))
    }

    pub(super) async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.0.fetch(url).await
    }
}

trait DynFetchKeySet: Send + Sync {
    fn fetch<'a>(&'a self, url: &'a Endpoint) -> Fetch<'a>;
}

impl<F: FetchKeySet> DynFetchKeySet for F {
    fn fetch<'a>(&'a self, url: &'a Endpoint) -> Fetch<'a> {
        Box::pin(FetchKeySet::fetch(self, url))
    }
}
