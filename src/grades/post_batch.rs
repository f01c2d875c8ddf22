//! Sending many scores.

use std::future::{Future, pending};

#[cfg(doc)]
use crate::service_error::ServiceErrorKind;
use crate::{
    grades::{Grades, Score, ScoreBatch, batch_lanes::Lanes, batch_run::BatchRun},
    service_error::ServiceError,
};

/// Sends a batch, by [`Grades::post_batch`].
#[derive(Debug)]
#[must_use = "nothing is sent until `run`"]
pub struct PostBatch<'a> {
    grades: Grades,
    batch: &'a mut ScoreBatch,
    concurrency: Option<usize>,
    at_most: usize,
}

impl Grades {
    /// Sends many scores for the line item, one after the other, and returns what became of each.
    ///
    /// One learner's refusal does not stop the rest. What concerns all of them does, such as a scope that is not
    /// granted: see [`ScoreBatch::stopped_by`]. To keep scores until they are sent, or to send several at once, see
    /// [`batch`](Self::batch) and [`post_batch`](Self::post_batch).
    ///
    /// # Errors
    ///
    /// Fails as [`batch`](Self::batch) does, before anything is sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::{grades::{Grades, Score}, services::ServiceError};
    /// # async fn send(grades: Grades, scores: Vec<Score>) -> Result<(), ServiceError> {
    /// let batch = grades.post_all(scores).await?;
    /// for (score, error) in batch.failed() {
    ///     println!("{}: {error}", score.user_id());
    /// }
    /// match batch.stopped_by() {
    ///     Some(error) => Err(error.clone()),
    ///     None => Ok(()),
    /// }
    /// # }
    /// ```
    #[doc(alias = "bulk")]
    pub async fn post_all(
        &self,
        scores: impl IntoIterator<Item = Score> + Send,
    ) -> Result<ScoreBatch, ServiceError> {
        let mut batch = self.batch(scores).await?;
        self.post_batch(&mut batch)?.run().await?;
        Ok(batch)
    }

    /// Sends what is open of a batch, to the line item that it was made for.
    ///
    /// # Errors
    ///
    /// Fails with [`OtherDeployment`](ServiceErrorKind::OtherDeployment) when the batch was made for another, and
    /// with [`UrlElsewhere`](ServiceErrorKind::UrlElsewhere) when its line item is not on the service's origin.
    ///
    /// # Examples
    ///
    /// A worker that keeps the batch after every twenty scores, and ends when it is told to:
    ///
    /// ```
    /// # use tower_lti::{grades::{Grades, RunEnd, ScoreBatch}, services::ServiceError};
    /// # async fn keep(_: &ScoreBatch) {}
    /// # async fn send(
    /// #     grades: Grades, mut batch: ScoreBatch, mut shutdown: impl Future + Send + Unpin
    /// # ) -> Result<RunEnd, ServiceError> {
    /// loop {
    ///     let run = grades.post_batch(&mut batch)?.at_most(20);
    ///     let end = run.run_until(&mut shutdown).await?;
    ///     keep(&batch).await;
    ///     if end != RunEnd::AtMost {
    ///         return Ok(end);
    ///     }
    /// }
    /// # }
    /// ```
    pub fn post_batch<'a>(&self, batch: &'a mut ScoreBatch) -> Result<PostBatch<'a>, ServiceError> {
        batch.check_belongs_to(self)?;
        Ok(PostBatch {
            grades: self.at_line_item(batch.line_item_url())?,
            batch,
            concurrency: None,
            at_most: usize::MAX,
        })
    }
}

impl PostBatch<'_> {
    /// Sends so many at once; those of one learner still one after the other.
    ///
    /// Default: one at a time for each host, over all batches of this tool in this process. Batches for which a
    /// number is set do not wait for others.
    pub fn concurrency(mut self, scores: usize) -> Self {
        self.concurrency = Some(scores.max(1));
        self
    }

    /// Ends after so many scores: those that were not tried yet first, and then those that failed in a way that
    /// passes. A loop of such runs that goes on while they end with [`AtMost`](RunEnd::AtMost) tries each score.
    pub fn at_most(mut self, scores: usize) -> Self {
        self.at_most = scores;
        self
    }

    /// Sends until nothing is left to try, or something concerns all scores, or the platform is out of order three
    /// times in a row. Where the future is dropped, scores that were on their way stay open, or, where the platform
    /// would count them twice, are [`Unknown`](crate::grades::ScoreOutcome::Unknown) in the next run.
    ///
    /// # Errors
    ///
    /// Fails with [`ScopeNotGranted`](ServiceErrorKind::ScopeNotGranted) when the launch lists no scope for scores,
    /// and when the registration cannot be looked up; nothing is sent then. What goes wrong later stands in the
    /// batch.
    pub async fn run(self) -> Result<RunEnd, ServiceError> {
        self.run_until(pending::<()>()).await
    }

    /// The same until `stop` is ready: the scores that are on their way are waited for, and the rest stays open.
    /// After a run that ended with [`AtMost`](RunEnd::AtMost), `stop` was not ready, and can be passed to the next.
    ///
    /// # Errors
    ///
    /// Fails as [`run`](Self::run) does.
    pub async fn run_until(self, stop: impl Future + Send) -> Result<RunEnd, ServiceError> {
        self.grades.offer.scopes.to_post_scores()?;
        let platform = self.grades.platform().await?;
        self.batch.set_unknown_aside(&platform);
        let run = BatchRun {
            grades: self.grades,
            platform,
            concurrency: self.concurrency,
            lanes: Lanes::of(self.batch, self.at_most),
            batch: self.batch,
        };
        Ok(run.run_until(stop).await)
    }
}

/// How a run over a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunEnd {
    /// Each score was tried. Some may be open still: they failed in a way that passes.
    Finished,
    /// As many scores as were asked for were tried, and there are others that were not.
    AtMost,
    /// It was told to stop.
    Stopped,
    /// Something concerns all scores: [`ScoreBatch::stopped_by`] says what.
    Failed,
}
