//! Sending one score.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use tokio::{sync::OwnedMutexGuard, time::timeout};

use crate::{
    grades::{
        GradeResult, Grades, Score,
        issued_times::IssuedTimes,
        media_type,
        one_at_a_time::OneAtATime,
        platform::Platform,
        refusal::{kind_of, refused},
        sent_before::SentBefore,
        verdict::Verdict,
    },
    registration::ProductFamily,
    service_client::{Answer, Repeat, ServiceCall, SharedTime},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

/// The scores that are on their way, by line item and learner.
#[derive(Default)]
struct Turns(OneAtATime);

/// What became of a score that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Posted {
    /// The platform took it.
    Recorded,
    /// An earlier attempt was not answered, and the platform says now that it has a score of that time or a later
    /// one: most probably this very score.
    ProbablyRecorded,
}

impl Grades {
    /// Sends a score, and waits for the platform's answer.
    ///
    /// Unless the score has a [`timestamp`](Score::timestamp) of its own it gets one, later than that of each score
    /// that this process has sent for the same learner and line item. Where two processes send for one learner,
    /// the score with the later time stays, and the other is [`OutOfOrder`](ServiceErrorKind::OutOfOrder).
    ///
    /// Where no answer comes, it is sent again with the same timestamp, so that it counts once. A platform of
    /// Canvas' family gets it again only where [`new_submission`](Score::new_submission) is `false`.
    ///
    /// # Errors
    ///
    /// Fails with [`LineItemMissing`](ServiceErrorKind::LineItemMissing) when the launch has no line item and none
    /// was named, with [`ScopeNotGranted`](ServiceErrorKind::ScopeNotGranted), with
    /// [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when work is handed in before it was begun or in the future,
    /// with [`NotGradable`](ServiceErrorKind::NotGradable) when the platform takes no grade for the user, with
    /// [`OutOfOrder`](ServiceErrorKind::OutOfOrder) when it has a later score, with
    /// [`LineItemGone`](ServiceErrorKind::LineItemGone), and as each call does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::{grades::{Grades, Posted, Score}, services::ServiceError};
    /// # async fn grade(grades: Grades, sub: &str) -> Result<Posted, ServiceError> {
    /// let score = Score::of(sub, 8.5, 10.0)?.comment("Well done").new_submission(false);
    /// grades.post(score).await
    /// # }
    /// ```
    #[doc(alias("put_grade", "submitScore"))]
    pub async fn post(&self, score: Score) -> Result<Posted, ServiceError> {
        self.line_item()?;
        self.offer.scopes.to_post_scores()?;
        let platform = self.platform().await?;
        let time = SharedTime::of_one_call(self.limits());
        let _turn = self.turn_of(&score, &time).await?;
        let score = self.with_timestamp(score, &platform)?;
        self.post_once_more(&score, &platform, SentBefore::No, time)
            .await
    }

    /// Waits until no other score of this process is on its way for the learner and line item: scores are sent in the
    /// order of their timestamps (AGS 2.0 §3.4.9).
    async fn turn_of(
        &self,
        score: &Score,
        time: &SharedTime,
    ) -> Result<OwnedMutexGuard<()>, ServiceError> {
        let turns = self.offer.client.tool().shared::<Turns>();
        let name = format!("{} {}", self.line_item()?.as_str(), score.user_id);
        let turn = time.wait_for(turns.0.enter(&name)).await;
        turn.ok_or_else(|| {
            let late = ServiceError::new(ServiceErrorKind::TimedOut);
            self.logged(late.with_detail("other scores of the learner are on their way"))
        })
    }

    /// The score with a timestamp: its own, or the next one.
    pub(super) fn with_timestamp(
        &self,
        mut score: Score,
        platform: &Platform,
    ) -> Result<Score, ServiceError> {
        let line_item = self.line_item()?;
        let times = self.offer.client.tool().shared::<IssuedTimes>();
        let now = self.clock().now();
        match score.timestamp {
            Some(chosen) => times.note(line_item, &score.user_id, chosen, now),
            None => {
                let issued = times.issue(line_item, &score.user_id, now, platform.step);
                score.timestamp = Some(issued);
            }
        }
        Ok(score)
    }

    /// Sends a score that has its timestamp, and may have been sent before, by whoever kept it.
    pub(super) async fn post_once_more(
        &self,
        score: &Score,
        platform: &Platform,
        sent_before: SentBefore,
        time: SharedTime,
    ) -> Result<Posted, ServiceError> {
        let line_item = self.line_item()?;
        let limits = self.limits();
        let answer = self.send(line_item, score, platform, &time).await?;
        let user = &score.user_id;
        let sent_before = sent_before.after(answer.may_have_acted_before);
        // For a second call, which tells what the answer means.
        let left = time.whole().min(limits.service_timeout);
        let kind = match Verdict::of(&answer, &platform.family) {
            Verdict::Recorded => return Ok(Posted::Recorded),
            Verdict::Stale if self.is_recorded(score, sent_before, left).await => {
                return Ok(Posted::ProbablyRecorded);
            }
            Verdict::Stale => ServiceErrorKind::OutOfOrder,
            Verdict::NotGradable => ServiceErrorKind::NotGradable,
            Verdict::UserOrLineItemGone if self.line_item_is_gone(left).await => {
                ServiceErrorKind::LineItemGone
            }
            Verdict::UserOrLineItemGone => ServiceErrorKind::NotGradable,
            Verdict::LineItemGone => ServiceErrorKind::LineItemGone,
            Verdict::ScopeMissing => ServiceErrorKind::ScopeNotGranted,
            Verdict::Refused => kind_of(answer.status),
        };
        let error = refused(&answer, kind);
        let error = match advice(score, &platform.family, &answer) {
            Some(advice) => error.with_detail(advice),
            None => error,
        };
        Err(self.logged(match kind {
            ServiceErrorKind::NotGradable => error.with_user(user),
            _ => error,
        }))
    }

    async fn send(
        &self,
        line_item: &ServiceUrl,
        score: &Score,
        platform: &Platform,
        time: &SharedTime,
    ) -> Result<Answer, ServiceError> {
        let now = self.clock().now();
        let timestamp = score.timestamp.unwrap_or(now);
        let body: Bytes = score.to_body(timestamp, now, &platform.family)?;
        let refused = |_| ServiceError::new(ServiceErrorKind::UrlRefused);
        let call = ServiceCall {
            method: Method::POST,
            url: line_item.with_segment("scores").map_err(refused)?,
            scopes: self.offer.scopes.to_post_scores()?,
            accept: None,
            content_type: Some(media_type::SCORE),
            body,
            repeat: match platform.counts_twice(score) {
                true => Repeat::Unsafe,
                false => Repeat::Safe,
            },
            max_bytes: None,
            time: Some(time.clone()),
        };
        self.offer.client.call(call).await
    }

    /// Asks for the line item, where that is allowed.
    async fn line_item_is_gone(&self, within: Duration) -> bool {
        let got = timeout(within, self.get_line_item()).await;
        got.is_ok_and(|got| got.is_err_and(|error| error.kind() == ServiceErrorKind::LineItemGone))
    }

    /// Whether what the platform has, of that time or later, is this very score.
    async fn is_recorded(&self, score: &Score, sent_before: SentBefore, within: Duration) -> bool {
        match sent_before {
            SentBefore::No => false,
            SentBefore::Maybe => true,
            SentBefore::Unknown => {
                let result = timeout(within, self.of_user(&score.user_id).result()).await;
                match result {
                    Ok(Ok(Some(result))) => !is_another(score, &result),
                    _ => true,
                }
            }
        }
    }
}

/// Whether a result has other points than a score, as far as platforms round them.
fn is_another(score: &Score, result: &GradeResult) -> bool {
    let sent = score.points.map(|points| points.given / points.maximum);
    match (sent, result.fraction()) {
        (Some(sent), Some(has)) => (sent.min(1.0) - has.min(1.0)).abs() > 0.005,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

/// What helps where a platform refuses a score that it could take.
fn advice(score: &Score, family: &ProductFamily, answer: &Answer) -> Option<&'static str> {
    let is_over = score
        .points
        .is_some_and(|points| points.given > points.maximum);
    let attempts = b"attempts";
    if *family == ProductFamily::Canvas
        && answer
            .body
            .windows(attempts.len())
            .any(|part| part == attempts)
    {
        return Some("no attempts are left; `new_submission(false)` uses up none");
    }
    is_over.then_some("more points than the maximum, see `at_most_maximum`")
}
