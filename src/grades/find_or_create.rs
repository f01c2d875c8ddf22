//! Finding a line item, or creating it.

use tokio::time::timeout;

use crate::{
    grades::{Grades, LineItem, LineItemDraft, one_at_a_time::OneAtATime},
    service_error::{ServiceError, ServiceErrorKind},
};

/// What [`Grades::find_or_create`] came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found {
    /// The line item. All that look for it at once are given the same.
    pub item: LineItem,
    /// Whether this call created a line item.
    pub created: bool,
    /// The others that fit as well, in the platform's order: two processes may have created one each.
    pub duplicates: Vec<LineItem>,
}

/// Line items that are being created by this process.
#[derive(Default)]
struct Creations(OneAtATime);

impl Grades {
    /// The line item that has the draft's resource id, tag and resource link, created where there is none.
    ///
    /// A line item fits that has the same resource id and the same tag, none where the draft has none, and, where
    /// the draft names a resource link, belongs to that one or to none. Label and maximum do not count, and are
    /// not changed. A draft that names the launch's own link alone stands for the launch's own line item.
    ///
    /// Within a process, calls for the same line item wait for each other, so that one is created. Processes do
    /// not wait for each other: after creating, the list is read again, all of them choose the platform's first,
    /// and what fits beside it is reported as [`duplicates`](Found::duplicates). Where that second look fails, what was
    /// created is returned, and doubles are reported the next time.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the draft names nothing to look for, with
    /// [`AnswerInvalid`](ServiceErrorKind::AnswerInvalid) when none fits and the list has line items without an id,
    /// with [`TimedOut`](ServiceErrorKind::TimedOut) when other calls for the same line item take too long, and as [`line_items`](Self::line_items) and [`create_line_item`](Self::create_line_item) do.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::{grades::{Grades, LineItemDraft}, services::ServiceError};
    /// # async fn grade_book_column(grades: Grades) -> Result<Grades, ServiceError> {
    /// let quiz = LineItemDraft::new("Quiz 1", 10.0)?.resource_id("quiz-1");
    /// let found = grades.find_or_create(&quiz).await?;
    /// grades.at_line_item(found.item.id())
    /// # }
    /// ```
    pub async fn find_or_create(&self, draft: &LineItemDraft) -> Result<Found, ServiceError> {
        let key = Key::of(draft)?;
        if let Some(item) = self.own_line_item(&key).await? {
            return Ok(Found::existing(item, Vec::new()));
        }
        let list = self.offer.line_items()?;
        self.offer.scopes.to_change_line_items()?;
        let creations = self.offer.client.tool().shared::<Creations>();
        let name = [list.as_str(), &key.to_text()].concat();
        let longest = self.offer.client.tool().limits().service_call_timeout;
        let _alone = timeout(longest, creations.0.enter(&name))
            .await
            .map_err(|_| {
                let late = ServiceError::new(ServiceErrorKind::TimedOut);
                self.logged(late.with_detail("others are creating the same line item"))
            })?;

        let (mut fitting, unreadable) = self.fitting(&key).await?;
        if !fitting.is_empty() {
            let item = fitting.remove(0);
            return Ok(Found::existing(item, fitting));
        }
        // The one that is looked for may be among them.
        if unreadable > 0 {
            let error = ServiceError::new(ServiceErrorKind::AnswerInvalid);
            let detail = format!("{unreadable} line items without a usable id");
            return Err(self.logged(error.with_detail(detail)));
        }
        let created = match self.create_line_item(draft).await {
            Ok(created) => Some(created),
            // It may have been created, though no answer came: the list tells.
            Err(error) if error.may_have_acted() => {
                (fitting, _) = self.fitting(&key).await.map_err(|_| error.clone())?;
                match fitting.is_empty() {
                    true => return Err(error),
                    false => None,
                }
            }
            Err(error) => return Err(error),
        };
        if created.is_some() {
            (fitting, _) = self.fitting(&key).await.unwrap_or_default();
        }
        let item = match created {
            // A list that does not have it yet, or does not show what it was created with.
            Some(created) if fitting.is_empty() => created,
            _ => fitting.remove(0),
        };
        Ok(Found {
            item,
            created: true,
            duplicates: fitting,
        })
    }

    /// The launch's own line item, if it is the one that is looked for.
    async fn own_line_item(&self, key: &Key<'_>) -> Result<Option<LineItem>, ServiceError> {
        let Some(coupled) = self.offer.coupled() else {
            return Ok(None);
        };
        if !key.names_link_alone() || key.resource_link_id != self.offer.resource_link_id.as_deref()
        {
            return Ok(None);
        }
        let own = self.at_line_item(coupled.as_str())?.get_line_item().await;
        match own {
            Err(error) if error.kind() == ServiceErrorKind::LineItemGone => Ok(None),
            own => own.map(Some),
        }
    }

    /// All line items that fit, in the platform's order, and how many could not be read.
    async fn fitting(&self, key: &Key<'_>) -> Result<(Vec<LineItem>, usize), ServiceError> {
        // The resource link is asked for where nothing else is: some platforms do not keep it.
        let asked = self.line_items();
        let asked = match (key.resource_id, key.tag, key.resource_link_id) {
            (None, None, Some(link)) => asked.resource_link_id(link),
            (resource, tag, _) => asked
                .resource_id(resource.unwrap_or_default())
                .tag(tag.unwrap_or_default()),
        };
        let (mut items, unreadable) = asked.collect_readable().await?;
        items.retain(|item| key.fits(item));
        Ok((items, unreadable))
    }
}

impl Found {
    fn existing(item: LineItem, duplicates: Vec<LineItem>) -> Self {
        Self {
            item,
            created: false,
            duplicates,
        }
    }
}

/// What a line item is looked for by.
struct Key<'a> {
    resource_id: Option<&'a str>,
    tag: Option<&'a str>,
    resource_link_id: Option<&'a str>,
}

impl<'a> Key<'a> {
    fn of(draft: &'a LineItemDraft) -> Result<Self, ServiceError> {
        let key = Self {
            resource_id: draft.text("resourceId"),
            tag: draft.text("tag"),
            resource_link_id: draft.text("resourceLinkId"),
        };
        match (key.resource_id, key.tag, key.resource_link_id) {
            (None, None, None) => Err(ServiceError::new(ServiceErrorKind::ValueInvalid)
                .with_detail("neither `resourceId`, `tag` nor `resourceLinkId` is set")),
            _ => Ok(key),
        }
    }

    fn names_link_alone(&self) -> bool {
        self.resource_id.is_none() && self.tag.is_none()
    }

    fn fits(&self, item: &LineItem) -> bool {
        let link_fits = match (self.resource_link_id, item.resource_link_id()) {
            (Some(wanted), Some(link)) => wanted == link,
            (Some(_), None) => !self.names_link_alone(),
            (None, _) => true,
        };
        link_fits && item.resource_id() == self.resource_id && item.tag() == self.tag
    }

    fn to_text(&self) -> String {
        format!(
            "\n{:?}",
            (self.resource_id, self.tag, self.resource_link_id)
        )
    }
}
