//! The list of results.

use std::fmt;

use crate::{
    grades::{
        GradeResult, Grades, Page,
        collected::Collected,
        line_items::with_parameters,
        media_type,
        page::{Container, NotFound},
    },
    paging::{List, ListBounds, Pages},
    service_error::{ServiceError, ServiceErrorKind},
};

/// A question for results, by [`Grades::results`].
#[derive(Clone)]
#[must_use = "nothing is asked until `pages` or `collect`"]
pub struct Results {
    grades: Grades,
    user_id: Option<String>,
    ask_for_all: bool,
    page_size: Option<usize>,
    bounds: ListBounds,
}

impl Grades {
    /// The results of the line item: of all learners who have one, until a user is named.
    pub fn results(&self) -> Results {
        Results {
            grades: self.clone(),
            user_id: None,
            ask_for_all: false,
            page_size: None,
            bounds: ListBounds::new(),
        }
    }
}

impl Results {
    /// Those of one user alone: one, or none. An empty id is no filter.
    pub fn user_id(mut self, user_id: &str) -> Self {
        self.user_id = Some(user_id.to_owned()).filter(|id| !id.is_empty());
        self
    }

    /// Asks the platform for all users, and filters here: Blackboard leaves comments out where it filters.
    pub fn filter_here(mut self) -> Self {
        self.ask_for_all = true;
        self
    }

    /// Wishes for so many on a page. The platform may send more or fewer; one that knows no such wish is asked
    /// again without. Default: as the platform likes.
    pub fn page_size(mut self, entries: usize) -> Self {
        self.page_size = Some(entries.max(1));
        self
    }

    /// Sets how far the list is read.
    pub fn bounds(mut self, bounds: ListBounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// The pages, each asked for when it is wanted. Learners without a result may be missing.
    ///
    /// # Errors
    ///
    /// Fails before any request with [`LineItemMissing`](ServiceErrorKind::LineItemMissing) when the launch has no
    /// line item and none was named, and with [`ScopeNotGranted`](ServiceErrorKind::ScopeNotGranted) when it lists
    /// no scope for it.
    pub fn pages(self) -> Result<Pages<Page<GradeResult>>, ServiceError> {
        let offer = &self.grades.offer;
        let line_item = self.grades.line_item()?;
        let scopes = offer.scopes.to_read_results()?;
        let refused = |_| ServiceError::new(ServiceErrorKind::UrlRefused);
        let results = line_item.with_segment("results").map_err(refused)?;
        let asked_for = self.user_id.as_deref().filter(|_| !self.ask_for_all);
        let filters = [("user_id", asked_for)];
        let url = with_parameters(&results, filters, self.page_size)?;
        // Moodle answers a page size with 404 and a page of HTML. The line item's own `limit` stays.
        let bare = with_parameters(&results, filters, None)?;
        let without_page_size = Some(bare).filter(|bare| bare.as_str() != url.as_str());
        let not_found = match asked_for {
            Some(_) => NotFound::Empty,
            None => NotFound::LineItemGone,
        };
        let wanted = self.user_id;
        let container = Container {
            wanted: Box::new(move |result: &GradeResult| {
                let mut wanted = wanted.iter();
                wanted.all(|wanted| wanted == result.user_id())
            }),
            not_found,
        };
        let client = offer.client.clone();
        let accept = media_type::RESULTS;
        let list = List::new(client, url, scopes, accept, self.bounds, container);
        Ok(Pages::new(list.or_without_page_size(without_page_size)))
    }

    /// All of them. Entries without a user are left out; [`pages`](Self::pages) counts them.
    ///
    /// # Errors
    ///
    /// Fails as [`pages`](Self::pages) does, and as each page does; a list of which a page is missing is an
    /// error. Fails with [`AnswerInvalid`](ServiceErrorKind::AnswerInvalid) when no entry can be read, and with
    /// [`ListIncomplete`](ServiceErrorKind::ListIncomplete) when all would take too much memory.
    pub async fn collect(mut self) -> Result<Vec<GradeResult>, ServiceError> {
        self.bounds = self.bounds.collecting();
        let client = self.grades.offer.client.clone();
        let collected = Collected::read(self.pages()?, &client).await?;
        collected.unless_unreadable(&client)
    }
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results").finish_non_exhaustive()
    }
}
