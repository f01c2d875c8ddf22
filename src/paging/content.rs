//! What is read out of one page.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{
    paging::link::Links,
    service_client::{Answer, ServiceClient},
    service_error::ServiceError,
    service_url::ServiceUrl,
};

/// Reads one page: an answer of any status but those that the client deals with.
///
/// Where it fails, the list ends with that error. It may stop behind the first entry that has no
/// [room](Place::room): the list ends there.
pub(crate) trait ReadPage: Send + 'static {
    type Page: Send + 'static;

    /// The URL to begin at, where the registration has a say in it.
    fn begin(
        &mut self,
        _: &ServiceClient,
        url: ServiceUrl,
    ) -> impl Future<Output = Result<ServiceUrl, ServiceError>> + Send {
        async { Ok(url) }
    }

    fn read(
        &mut self,
        answer: Answer,
        links: &Links,
        place: Place,
    ) -> Result<PageContent<Self::Page>, ServiceError>;
}

/// Where in a list a page stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The page's number, beginning with 1.
    pub(crate) number: usize,
    /// The most entries that the list may have from here on.
    pub(crate) room: usize,
}

/// One page, and what the list has to know of it.
pub(crate) struct PageContent<P> {
    pub(crate) page: P,
    pub(crate) fingerprint: PageFingerprint,
}

/// How many entries a page has, and which: two pages with the same ids in the same order are the same page.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageFingerprint {
    entries: usize,
    hasher: DefaultHasher,
}

impl PageFingerprint {
    /// Counts an entry with this id: each of a page, before any is filtered out.
    pub(crate) fn add(&mut self, id: &str) {
        self.entries += 1;
        id.hash(&mut self.hasher);
    }

    /// An entry that cannot be read, and so has no id.
    pub(crate) fn add_unreadable(&mut self) {
        self.add("");
    }

    /// How many entries the page has.
    pub(crate) fn entries(&self) -> usize {
        self.entries
    }

    /// The same for the same content; none for an empty page, which may come more than once.
    pub(super) fn hash(&self) -> Option<u64> {
        (self.entries > 0).then(|| self.hasher.finish())
    }
}
