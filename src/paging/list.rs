//! A list that is read page by page.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, StatusCode};

use crate::{
    observe::event,
    paging::{
        ListBounds, PageContent, Place, ReadPage,
        link::{LinkProblem, Links},
        next_page::next_page,
    },
    service_client::{Answer, Repeat, ServiceCall, ServiceClient, SharedTime},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::{Origin, ServiceUrl},
};

/// A page that would have less time than this is not asked for.
const LEAST: Duration = Duration::from_millis(500);

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
    /// The time of all pages, once the first was asked for.
    time: Option<SharedTime>,
    /// A parameter of the first page that later ones may lack, and then have other entries.
    filter: Option<&'static str>,
    pages: usize,
    entries: usize,
    bytes: usize,
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
            time: None,
            filter: None,
            pages: 0,
            entries: 0,
            bytes: 0,
            seen: Seen::default(),
        }
    }

    /// The same without a page size, for platforms that answer 404 to one.
    pub(crate) fn or_without_page_size(mut self, url: Option<ServiceUrl>) -> Self {
        self.without_page_size = url;
        self
    }

    /// The same with a parameter of the first page that chooses entries, and that later pages may lack: one of those
    /// may have the entries of the first, and is no repetition of it.
    pub(crate) fn filtered_by(mut self, parameter: &'static str) -> Self {
        self.filter = Some(parameter);
        self
    }

    /// Reads the next page; `None` where there is none. After an error there is none.
    pub(super) async fn read_page(&mut self) -> Option<Result<R::Page, ServiceError>> {
        let mut url = self.next.take()?;
        if self.time.is_none() {
            url = match self.read.begin(&self.client, url).await {
                Ok(url) => url,
                Err(error) => return Some(Err(self.fail(error))),
            };
        }
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
        let is_first = self.time.is_none();
        let own = self.bounds.time();
        let limits = self.client.tool().limits();
        let time = self
            .time
            .get_or_insert_with(|| SharedTime::begin(own, limits));
        if time.left() < LEAST && !is_first {
            return Err(self.late());
        }
        let time = time.clone();
        let call = self.client.call(ServiceCall {
            method: Method::GET,
            url: url.clone(),
            scopes: self.scopes.clone(),
            accept: Some(self.accept),
            content_type: None,
            body: Bytes::new(),
            repeat: Repeat::Safe,
            max_bytes: self.bounds.page_bytes,
            time: Some(time.clone()),
        });
        call.await.map_err(|error| {
            let is_late = error.kind() == ServiceErrorKind::TimedOut && time.left() < LEAST;
            match is_late && !is_first {
                true => self.late(),
                false => error.with_progress(self.pages, self.entries),
            }
        })
    }

    fn late(&self) -> ServiceError {
        self.incomplete(&format!("more than {} s", self.bounds.time().as_secs()))
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
        self.bytes = self.bytes.saturating_add(answer.body.len());
        if let Some(most) = self.bounds.bytes.filter(|most| self.bytes > *most) {
            return Err(self.incomplete(&format!("more than {most} bytes")));
        }
        links.differences = self.pinned(url, links.differences);
        let read = self.read.read(answer, &links, place);
        let PageContent { page, fingerprint } = read.map_err(|error| self.fail(error))?;
        if fingerprint.entries() > place.room {
            return Err(self.incomplete(&format!("more than {} entries", self.bounds.entries)));
        }
        let is_filtered = self.filter.is_some_and(|name| url.has_parameter(name));
        if !self.seen.is_new_content(fingerprint.hash(), is_filtered) {
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
            LinkProblem::NextUnreadable => "a next page that cannot be read",
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

    fn is_new_content(&mut self, content: Option<u64>, is_filtered: bool) -> bool {
        let among = |content: u64| self.keys.hash_one((content, is_filtered));
        content.is_none_or(|content| insert(&mut self.contents, among(content)))
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
