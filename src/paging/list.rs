//! A list that is read page by page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use bytes::Bytes;
use http::{Method, StatusCode};
use tokio::time::{Instant, timeout_at};

use crate::{
    observe::event,
    paging::{
        ListBounds, PageContent, ReadPage,
        link::{LinkProblem, Links},
        next_page::next_page,
    },
    service_client::{Answer, Repeat, ServiceCall, ServiceClient},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::{Origin, ServiceUrl},
};

/// A list of which some pages have been read. It remembers where it was, and no page.
pub(crate) struct List<R> {
    client: ServiceClient,
    scopes: Vec<String>,
    accept: &'static str,
    bounds: ListBounds,
    read: R,
    /// The page to read next.
    next: Option<ServiceUrl>,
    /// The first page once more, without a page size, where it is not found with one.
    without_page_size: Option<ServiceUrl>,
    origin: Origin,
    started: Option<Instant>,
    pages: usize,
    entries: usize,
    seen: Seen,
}

/// Hashes of what was read: URLs, and the contents of pages.
#[derive(Default)]
struct Seen {
    keys: RandomState,
    urls: HashSet<u64>,
    contents: HashSet<u64>,
}

impl<R: ReadPage> List<R> {
    /// A list that begins at this URL, with all parameters added. No other gets a parameter.
    pub(crate) fn new(
        client: ServiceClient,
        url: ServiceUrl,
        scopes: Vec<String>,
        accept: &'static str,
        bounds: ListBounds,
        read: R,
    ) -> Self {
        Self {
            client,
            scopes,
            accept,
            bounds,
            read,
            origin: url.origin(),
            next: Some(url),
            without_page_size: None,
            started: None,
            pages: 0,
            entries: 0,
            seen: Seen::default(),
        }
    }

    /// The same without a page size, for platforms that answer 404 to one.
    pub(crate) fn or_without_page_size(mut self, url: Option<ServiceUrl>) -> Self {
        self.without_page_size = url;
        self
    }

    /// Reads the next page; `None` where there is none. After an error there is none.
    pub(super) async fn read_page(&mut self) -> Option<Result<R::Page, ServiceError>> {
        let url = self.next.take()?;
        let (pages, entries) = (self.pages, self.entries);
        let read = self.read_at(url).await;
        Some(read.map_err(|error| error.with_progress(pages, entries)))
    }

    async fn read_at(&mut self, url: ServiceUrl) -> Result<R::Page, ServiceError> {
        self.check_bounds()?;
        if !self.seen.is_new_url(&url) {
            return Err(self.repeats());
        }
        let mut answer = self.ask(url.clone()).await?;
        if let Some(url) = self.without_page_size.take()
            && answer.status == StatusCode::NOT_FOUND
        {
            answer = self.ask(url).await?;
        }
        let number = self.pages + 1;
        let links = match answer.status.is_success() {
            true => Links::read(&answer.headers).map_err(|problem| refused(problem, number))?,
            false => Links::default(),
        };
        if links.is_malformed {
            event::link_left_out();
        }
        let PageContent { page, fingerprint } = self.read.read(answer, &links, number)?;
        if !self.seen.is_new_content(fingerprint.hash()) {
            return Err(self.repeats());
        }
        if self.entries + fingerprint.entries() > self.bounds.entries {
            let most = self.bounds.entries;
            return Err(incomplete(format!("more than {most} entries")));
        }
        self.next = match &links.next {
            Some(target) => Some(self.follow(&url, target)?),
            None => None,
        };
        self.pages = number;
        self.entries += fingerprint.entries();
        Ok(page)
    }

    fn check_bounds(&self) -> Result<(), ServiceError> {
        if self.pages >= self.bounds.pages {
            let most = self.bounds.pages;
            return Err(incomplete(format!("more than {most} pages")));
        }
        Ok(())
    }

    /// Asks for a page. The first has the time that any call has; those after it end with the list's.
    async fn ask(&mut self, url: ServiceUrl) -> Result<Answer, ServiceError> {
        let call = self.client.call(ServiceCall {
            method: Method::GET,
            url,
            scopes: self.scopes.clone(),
            accept: Some(self.accept),
            content_type: None,
            body: Bytes::new(),
            repeat: Repeat::Safe,
            max_bytes: Some(self.bounds.page_bytes),
        });
        let Some(started) = self.started else {
            self.started = Some(Instant::now());
            return call.await;
        };
        let time = self.bounds.time();
        let too_long = || incomplete(format!("more than {} s", time.as_secs()));
        let ends = started.checked_add(time).ok_or_else(too_long)?;
        if Instant::now() >= ends {
            return Err(too_long());
        }
        timeout_at(ends, call)
            .await
            .unwrap_or_else(|_| Err(too_long()))
    }

    /// The next page: on the origin of the first, or nowhere.
    fn follow(&self, request: &ServiceUrl, target: &str) -> Result<ServiceUrl, ServiceError> {
        let elsewhere = || ServiceError::new(ServiceErrorKind::NextPageElsewhere);
        let next = next_page(request, target)
            .map_err(|problem| elsewhere().with_detail(problem.problem()))?;
        if next.origin() != self.origin {
            return Err(elsewhere());
        }
        Ok(next)
    }

    fn repeats(&self) -> ServiceError {
        ServiceError::new(ServiceErrorKind::PagesRepeat)
            .with_detail(format!("page {}", self.pages + 1))
    }
}

impl Seen {
    fn is_new_url(&mut self, url: &ServiceUrl) -> bool {
        self.urls.insert(self.keys.hash_one(url.as_str()))
    }

    fn is_new_content(&mut self, content: Option<u64>) -> bool {
        content.is_none_or(|content| self.contents.insert(content))
    }
}

fn incomplete(detail: String) -> ServiceError {
    ServiceError::new(ServiceErrorKind::ListIncomplete).with_detail(detail)
}

fn refused(problem: LinkProblem, page: usize) -> ServiceError {
    let what = match problem {
        LinkProblem::TooLong => "`Link` header over 16 KiB",
        LinkProblem::TwoNextPages => "two different next pages",
    };
    ServiceError::new(ServiceErrorKind::AnswerInvalid).with_detail(format!("{what}, page {page}"))
}
