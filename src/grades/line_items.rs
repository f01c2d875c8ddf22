//! The list of line items.

use std::fmt;

use serde_json::{Map, Value};

use crate::{
    grades::{
        Grades, LineItem, Page,
        collected::Collected,
        media_type,
        page::{Container, Entry, NotFound},
    },
    paging::{List, ListBounds, Pages},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

/// A question for line items, by [`Grades::line_items`].
#[derive(Clone)]
#[must_use = "nothing is asked until `pages` or `collect`"]
pub struct LineItems {
    grades: Grades,
    filter: Filter,
    page_size: Option<usize>,
    bounds: ListBounds,
}

/// Which line items are wanted: those that have all of what is named.
#[derive(Clone, Default)]
struct Filter {
    resource_link_id: Option<String>,
    resource_id: Option<String>,
    tag: Option<String>,
}

impl Grades {
    /// The line items of the course, those of this tool: all of them, until a filter is set.
    #[doc(alias = "gradebook column")]
    pub fn line_items(&self) -> LineItems {
        LineItems {
            grades: self.clone(),
            filter: Filter::default(),
            page_size: None,
            bounds: ListBounds::new(),
        }
    }
}

impl LineItems {
    /// Those of a resource link alone. An empty id is no filter.
    pub fn resource_link_id(mut self, id: &str) -> Self {
        self.filter.resource_link_id = named(id);
        self
    }

    /// Those with this id of the tool's own alone. An empty id is no filter.
    pub fn resource_id(mut self, id: &str) -> Self {
        self.filter.resource_id = named(id);
        self
    }

    /// Those with this tag alone. An empty tag is no filter.
    pub fn tag(mut self, tag: &str) -> Self {
        self.filter.tag = named(tag);
        self
    }

    /// Wishes for so many on a page. The platform may send more or fewer. Default: as the platform likes.
    pub fn page_size(mut self, entries: usize) -> Self {
        self.page_size = Some(entries.max(1));
        self
    }

    /// Sets how far the list is read.
    pub fn bounds(mut self, bounds: ListBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// The pages, each asked for when it is wanted. What a filter left out does not stand on them, whether the
    /// platform filters or not.
    ///
    /// # Errors
    ///
    /// Fails before any request with [`NotOffered`](ServiceErrorKind::NotOffered) when the launch names no list,
    /// and with [`ScopeNotGranted`](ServiceErrorKind::ScopeNotGranted) when it lists no scope for it.
    pub fn pages(self) -> Result<Pages<Page<LineItem>>, ServiceError> {
        let offer = &self.grades.offer;
        let scopes = offer.scopes.to_read_line_items()?;
        let url = with_parameters(
            offer.line_items()?,
            [
                ("resource_link_id", self.filter.resource_link_id.as_deref()),
                ("resource_id", self.filter.resource_id.as_deref()),
                ("tag", self.filter.tag.as_deref()),
            ],
            self.page_size,
        )?;
        let filter = self.filter;
        let container = Container {
            wanted: Box::new(move |item| filter.wants(item)),
            not_found: NotFound::Refused,
        };
        let client = offer.client.clone();
        let accept = media_type::LINE_ITEMS;
        let list = List::new(client, url, scopes, accept, self.bounds, container);
        Ok(Pages::new(list))
    }

    /// All of them. Entries without an id are left out; [`pages`](Self::pages) counts them.
    ///
    /// # Errors
    ///
    /// Fails as [`pages`](Self::pages) does, and as each page does; a list of which a page is missing is an
    /// error. Fails with [`AnswerInvalid`](ServiceErrorKind::AnswerInvalid) when no entry can be read, and with
    /// [`ListIncomplete`](ServiceErrorKind::ListIncomplete) when all would take too much memory.
    pub async fn collect(self) -> Result<Vec<LineItem>, ServiceError> {
        let client = self.grades.offer.client.clone();
        let collected = self.collected().await?;
        collected.unless_unreadable(&client)
    }

    /// All of them that can be read, and how many cannot.
    pub(super) async fn collect_readable(self) -> Result<(Vec<LineItem>, usize), ServiceError> {
        let collected = self.collected().await?;
        Ok((collected.entries, collected.unreadable))
    }

    async fn collected(mut self) -> Result<Collected<LineItem>, ServiceError> {
        self.bounds = self.bounds.collecting();
        let client = self.grades.offer.client.clone();
        Collected::read(self.pages()?, &client).await
    }
}

impl Filter {
    fn wants(&self, item: &LineItem) -> bool {
        let fits = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| has == Some(wanted))
        };
        fits(&self.resource_link_id, item.resource_link_id())
            && fits(&self.resource_id, item.resource_id())
            && fits(&self.tag, item.tag())
    }
}

impl Entry for LineItem {
    fn read(members: Map<String, Value>) -> Option<Self> {
        Self::read(members)
    }

    fn id(&self) -> &str {
        self.id()
    }
}

impl fmt::Debug for LineItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineItems").finish_non_exhaustive()
    }
}

/// The URL with filters and page size: added to the query that it has (AGS 2.0 §3.2.4).
pub(super) fn with_parameters<const N: usize>(
    url: &ServiceUrl,
    filters: [(&str, Option<&str>); N],
    page_size: Option<usize>,
) -> Result<ServiceUrl, ServiceError> {
    let refused = |_| ServiceError::new(ServiceErrorKind::UrlRefused);
    let mut url = url.clone();
    for (name, value) in filters {
        if let Some(value) = value {
            url = url.with_parameter(name, value).map_err(refused)?;
        }
    }
    match page_size {
        Some(limit) if !url.has_parameter("limit") => {
            let limit = limit.to_string();
            url.with_parameter("limit", &limit).map_err(refused)
        }
        _ => Ok(url),
    }
}

fn named(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
