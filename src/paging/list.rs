//! A list that is read page by page.

use std::hash::{BuildHasher, RandomState};

use bytes::Bytes;
use http::{Method, StatusCode};
use tokio::time::{Instant, timeout_at};

use crate::{
    observe::event,
    paging::{
        ListBounds, PageContent, Place, ReadPage,
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
    /// When the list ends, once the first page was asked for.
    ends: Option<Instant>,
    pages: usize,
    entries: usize,
    seen: Seen,
}

/// Hashes of what was read, in their order: URLs, and the contents of pages. A few bytes a page.
#[derive(Default)]
struct Seen {
    keys: RandomState,
    urls: Vec<u64>,
    contents: Vec<u64>,
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
            ends: None,
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
        let mut url = self.next.take()?;
        let mut asked = self.ask(&url).await;
        let is_missing = |answer: &Answer| answer.status == StatusCode::NOT_FOUND;
        if let Some(bare) = self.without_page_size.take()
            && asked.as_ref().is_ok_and(is_missing)
        {
            asked = self.ask(&bare).await;
            url = bare;
        }
        Some(match asked {
            Ok(answer) => self.take_in(&url, answer),
            Err(error) => Err(error),
        })
    }

    /// Asks for a page. The first has the time that any call has; those after it end with the list's.
    async fn ask(&mut self, url: &ServiceUrl) -> Result<Answer, ServiceError> {
        if self.pages >= self.bounds.pages {
            return Err(self.incomplete(&format!("more than {} pages", self.bounds.pages)));
        }
        if !self.seen.is_new_url(url) {
            return Err(self.repeats());
        }
        let call = self.client.call(ServiceCall {
            method: Method::GET,
            url: url.clone(),
            scopes: self.scopes.clone(),
            accept: Some(self.accept),
            content_type: None,
            body: Bytes::new(),
            repeat: Repeat::Safe,
            max_bytes: self.bounds.page_bytes,
        });
        let now = Instant::now();
        let answered = match self.ends {
            Some(ends) if now >= ends => None,
            Some(ends) => timeout_at(ends, call).await.ok(),
            None => {
                self.ends = now.checked_add(self.bounds.time());
                Some(call.await)
            }
        };
        let Some(answered) = answered else {
            let seconds = self.bounds.time().as_secs();
            return Err(self.incomplete(&format!("more than {seconds} s")));
        };
        answered.map_err(|error| error.with_progress(self.pages, self.entries))
    }

    fn take_in(&mut self, url: &ServiceUrl, answer: Answer) -> Result<R::Page, ServiceError> {
        let place = Place {
            number: self.pages + 1,
            room: self.bounds.entries.saturating_sub(self.entries),
        };
        let mut links = match answer.status.is_success() {
            true => Links::read(&answer.headers).map_err(|problem| self.refuse(problem))?,
            false => Links::default(),
        };
        if links.is_malformed {
            event::link_left_out();
        }
        links.differences = self.pinned(url, links.differences);
        let read = self.read.read(answer, &links, place);
        let PageContent { page, fingerprint } = read.map_err(|error| self.fail(error))?;
        if fingerprint.entries() > place.room {
            return Err(self.incomplete(&format!("more than {} entries", self.bounds.entries)));
        }
        if !self.seen.is_new_content(fingerprint.hash()) {
            return Err(self.repeats());
        }
        self.next = match &links.next {
            Some(target) => Some(self.follow(url, target).map_err(|error| self.fail(error))?),
            None => None,
        };
        self.pages = place.number;
        self.entries += fingerprint.entries();
        Ok(page)
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

    /// A target as an absolute URL, if it is on the list's origin.
    fn pinned(&self, request: &ServiceUrl, target: Option<String>) -> Option<String> {
        let url = self.follow(request, &target?).ok()?;
        Some(url.as_str().to_owned())
    }

    fn repeats(&self) -> ServiceError {
        let repeats = ServiceError::new(ServiceErrorKind::PagesRepeat);
        self.fail(repeats.with_detail(format!("page {}", self.pages + 1)))
    }

    fn incomplete(&self, why: &str) -> ServiceError {
        self.fail(ServiceError::new(ServiceErrorKind::ListIncomplete).with_detail(why))
    }

    fn refuse(&self, problem: LinkProblem) -> ServiceError {
        let what = match problem {
            LinkProblem::TooLong => "`Link` header over 16 KiB",
            LinkProblem::TwoNextPages => "two different next pages",
        };
        self.fail(ServiceError::new(ServiceErrorKind::AnswerInvalid).with_detail(what))
    }

    /// Adds how far the list was read to an error of our own, and logs it.
    fn fail(&self, error: ServiceError) -> ServiceError {
        let error = error.with_progress(self.pages, self.entries);
        self.client.log(&error);
        error
    }
}

impl Seen {
    fn is_new_url(&mut self, url: &ServiceUrl) -> bool {
        insert(&mut self.urls, self.keys.hash_one(url.as_str()))
    }

    fn is_new_content(&mut self, content: Option<u64>) -> bool {
        content.is_none_or(|content| insert(&mut self.contents, content))
    }
}

/// Adds a hash, and says whether it is new.
fn insert(sorted: &mut Vec<u64>, hash: u64) -> bool {
    let at = sorted.binary_search(&hash);
    if let Err(at) = at {
        sorted.insert(at, hash);
    }
    at.is_err()
}
