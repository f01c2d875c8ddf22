//! Many scores, to be sent and kept.

use std::{collections::HashMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    deployment::DeploymentKey,
    grades::{Grades, Score, ScoreOutcome, sent_before::SentBefore},
    service_error::{ServiceError, ServiceErrorKind},
};

/// Many scores for one line item, each with its timestamp and with what became of it.
///
/// It can be serialized and kept: a batch that is read again and goes on sends what is open with the timestamps
/// that it had, so that a score counts once even where a process died between sending it and noting it.
/// It holds no token, but learners and their points: personal data, of which `Debug` shows none. It is bound to
/// its deployment and its line item.
#[derive(Clone, Serialize, Deserialize)]
pub struct ScoreBatch {
    deployment: DeploymentKey,
    line_item: String,
    pub(super) scores: Vec<BatchedScore>,
    /// How often all that was open has been tried.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) rounds: u32,
    #[serde(skip)]
    pub(super) stopped_by: Option<ServiceError>,
}

/// One score of a batch. Personal data: `Debug` shows its outcome alone.
#[derive(Clone, Serialize, Deserialize)]
pub struct BatchedScore {
    pub(super) score: Score,
    pub(super) outcome: ScoreOutcome,
    #[serde(
        rename = "may_have_been_sent",
        default,
        skip_serializing_if = "SentBefore::is_not_maybe"
    )]
    pub(super) sent_before: SentBefore,
    /// The round in which it was tried last; 0 where it never was.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) tried_in: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Grades {
    /// Puts scores together for the line item, and gives each its timestamp. Nothing is sent: keep the batch
    /// first, then [`post_batch`](Self::post_batch).
    ///
    /// # Errors
    ///
    /// Fails with [`LineItemMissing`](ServiceErrorKind::LineItemMissing) when the launch has no line item and none
    /// was named, with [`ScopeNotGranted`](ServiceErrorKind::ScopeNotGranted) when it lists no scope for scores,
    /// and when the registration cannot be looked up.
    pub async fn batch(
        &self,
        scores: impl IntoIterator<Item = Score> + Send,
    ) -> Result<ScoreBatch, ServiceError> {
        let line_item = self.line_item()?.as_str().to_owned();
        self.offer.scopes.to_post_scores()?;
        let scores: Vec<Score> = scores.into_iter().collect();
        let platform = self.platform().await?;
        let scores = scores.into_iter().map(|score| {
            Ok(BatchedScore {
                score: self.with_timestamp(score, &platform)?,
                outcome: ScoreOutcome::Open,
                sent_before: SentBefore::No,
                tried_in: 0,
            })
        });
        Ok(ScoreBatch {
            deployment: self.deployment().clone(),
            line_item,
            scores: scores.collect::<Result<_, ServiceError>>()?,
            rounds: 0,
            stopped_by: None,
        })
    }
}

impl ScoreBatch {
    /// The deployment that it belongs to.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// The line item that the scores are for.
    #[must_use]
    pub fn line_item_url(&self) -> &str {
        &self.line_item
    }

    /// The scores, in the order in which they were given.
    #[must_use]
    pub fn scores(&self) -> &[BatchedScore] {
        &self.scores
    }

    /// How many scores are still to be sent.
    #[must_use]
    pub fn open(&self) -> usize {
        let open = self.scores.iter().filter(|score| score.outcome.is_open());
        open.count()
    }

    /// The scores that the platform refused, or that could not be sent, with the reason. Those whose outcome is
    /// [`Unknown`](ScoreOutcome::Unknown) are not among them.
    pub fn failed(&self) -> impl Iterator<Item = (&Score, &ServiceError)> {
        let scores = self.scores.iter();
        scores.filter_map(|one| Some((&one.score, one.outcome.error()?)))
    }

    /// What ended the last run before its time: an error that concerns every score, such as a scope that is not
    /// granted. `None` where it came to its end or was told to stop. It is not kept.
    #[must_use]
    pub fn stopped_by(&self) -> Option<&ServiceError> {
        self.stopped_by.as_ref()
    }

    /// Has the next run send those scores whose outcome is [`Unknown`](ScoreOutcome::Unknown), and returns how many
    /// they are. The platform may count them twice.
    pub fn send_unknown(&mut self) -> usize {
        let mut sent_again = 0;
        for one in &mut self.scores {
            if matches!(one.outcome, ScoreOutcome::Unknown) {
                one.outcome = ScoreOutcome::Open;
                one.sent_before = SentBefore::Unknown;
                sent_again += 1;
            }
        }
        sent_again
    }

    /// Leaves out what the platform has already: scores that an earlier batch for the same line item recorded, the
    /// last of their learner there, and that are the same but for their timestamps. They count as
    /// [`Unchanged`](ScoreOutcome::Unchanged). What was probably recorded is sent again.
    pub fn leave_out_recorded(&mut self, earlier: &Self) {
        if (&self.deployment, &self.line_item) != (&earlier.deployment, &earlier.line_item) {
            return;
        }
        // The platform has a user's last score, if it surely was recorded: another may yet replace it.
        let mut recorded = HashMap::<&str, &Score>::new();
        for one in &earlier.scores {
            match one.outcome {
                ScoreOutcome::Recorded | ScoreOutcome::Unchanged => {
                    recorded.insert(one.score.user_id(), &one.score);
                }
                _ => {
                    recorded.remove(one.score.user_id());
                }
            }
        }
        let mut users = HashMap::<String, usize>::new();
        for one in &self.scores {
            *users.entry(one.score.user_id.clone()).or_default() += 1;
        }
        for one in &mut self.scores {
            let is_alone = users.get(&one.score.user_id) == Some(&1);
            let before = recorded.get(one.score.user_id());
            let is_same = before.is_some_and(|before| {
                let timestamp = one.score.timestamp;
                let mut before = (*before).clone();
                before.timestamp = timestamp;
                before == one.score
            });
            if is_alone && is_same && one.outcome.is_open() {
                one.outcome = ScoreOutcome::Unchanged;
            }
        }
    }

    /// Refuses a batch of another deployment.
    pub(super) fn check_belongs_to(&self, grades: &Grades) -> Result<(), ServiceError> {
        match self.deployment == *grades.deployment() {
            true => Ok(()),
            false => Err(ServiceErrorKind::OtherDeployment.into()),
        }
    }
}

impl BatchedScore {
    /// The score, with its timestamp.
    pub fn score(&self) -> &Score {
        &self.score
    }

    /// What became of it.
    #[must_use]
    pub fn outcome(&self) -> &ScoreOutcome {
        &self.outcome
    }
}

impl fmt::Debug for ScoreBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScoreBatch")
            .field("deployment", &self.deployment)
            .field("scores", &self.scores.len())
            .field("open", &self.open())
            .field("stopped_by", &self.stopped_by)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for BatchedScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchedScore")
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
