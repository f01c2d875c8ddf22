//! The grades of one course.

use std::{fmt, sync::Arc};

use crate::{
    clock::Clock,
    deployment::DeploymentKey,
    grades::offer::{KeptLaunch, Offer},
    limits::Limits,
    service_client::ServiceClient,
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

/// The line items, scores and results of the course that a launch came from (AGS 2.0). Cheap to clone.
///
/// Scores and results are those of one line item: the launch's own, until another is named by
/// [`at_line_item`](Self::at_line_item). See the [module docs](crate::grades).
///
/// # Examples
///
/// A column of its own for each quiz behind one link, and what became of the scores:
///
/// ```
/// use tower_lti::{
///     LaunchContext, LtiTool,
///     grades::{LineItemDraft, Score, ScoreOutcome},
///     services::ServiceError,
/// };
///
/// async fn send(tool: &LtiTool, launch: &LaunchContext, scores: Vec<Score>) -> Result<(), ServiceError> {
///     let grades = tool.services().grades(launch)?;
///     let column = LineItemDraft::new("Quiz 7", 10.0)?.resource_id("quiz-7");
///     let found = grades.find_or_create(&column).await?;
///     let grades = grades.at_line_item(found.item.id())?;
///
///     let batch = grades.post_all(scores).await?;
///     for one in batch.scores() {
///         if let ScoreOutcome::Failed(error) = one.outcome() {
///             eprintln!("one score was not taken: {}", error.message());
///         }
///     }
///     let results = grades.results().collect().await?;
///     println!("{} results in the grade book", results.len());
///     Ok(())
/// }
/// # let _ = send;
/// ```
#[derive(Clone)]
pub struct Grades {
    pub(super) offer: Arc<Offer>,
    /// The line item that scores and results are of.
    line_item: Option<ServiceUrl>,
}

impl Grades {
    pub(crate) fn new(
        client: ServiceClient,
        launch: &KeptLaunch<'_>,
    ) -> Result<Self, ServiceError> {
        let offer = Offer::read(client, launch)?;
        Ok(Self {
            line_item: offer.coupled().cloned(),
            offer,
        })
    }

    /// The deployment whose grades they are.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        self.offer.client.deployment()
    }

    /// The line item that scores and results are of, an absolute URL; `None` where the launch has none of its
    /// own and none was named.
    #[must_use]
    pub fn line_item_url(&self) -> Option<&str> {
        self.line_item.as_ref().map(ServiceUrl::as_str)
    }

    /// The same with another line item, named by its [`id`](crate::grades::LineItem::id).
    ///
    /// # Errors
    ///
    /// Fails with [`UrlElsewhere`](ServiceErrorKind::UrlElsewhere) when it is not on the service's origin, and
    /// with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when it cannot be the URL of a service.
    pub fn at_line_item(&self, url: &str) -> Result<Self, ServiceError> {
        Ok(Self {
            offer: Arc::clone(&self.offer),
            line_item: Some(self.service_url(url)?),
        })
    }

    /// A URL on the service's origin.
    pub(super) fn service_url(&self, url: &str) -> Result<ServiceUrl, ServiceError> {
        let url = ServiceUrl::parse(url).map_err(|problem| {
            let detail = format!("the line item's URL {}", problem.problem());
            ServiceError::new(ServiceErrorKind::ValueInvalid).with_detail(detail)
        })?;
        let named = [self.offer.line_items().ok(), self.offer.coupled()];
        let mut origins = named.into_iter().flatten().map(ServiceUrl::origin);
        match origins.any(|origin| origin == url.origin()) {
            true => Ok(url),
            false => Err(ServiceErrorKind::UrlElsewhere.into()),
        }
    }

    pub(super) fn line_item(&self) -> Result<&ServiceUrl, ServiceError> {
        let line_item = self.line_item.as_ref();
        line_item.ok_or_else(|| self.offer.no_line_item())
    }

    /// Whether this is the line item of the launch's own resource link.
    pub(super) fn is_coupled(&self, line_item: &ServiceUrl) -> bool {
        let coupled = self.offer.coupled();
        coupled.is_some_and(|coupled| coupled.url() == line_item.url())
    }

    /// Logs an error that was made of an answer; what the client makes is logged there.
    pub(super) fn logged(&self, error: ServiceError) -> ServiceError {
        self.offer.client.log(&error);
        error
    }

    pub(super) fn limits(&self) -> &Limits {
        self.offer.client.tool().limits()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.offer.client.tool().clock()
    }
}

impl fmt::Debug for Grades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grades")
            .field("deployment", self.deployment())
            .field("line_item", &self.line_item)
            .finish_non_exhaustive()
    }
}
