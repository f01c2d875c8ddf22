//! One run over a batch.

use std::{
    future::{Future, poll_fn},
    mem, panic,
    pin::{Pin, pin},
    task::Poll,
};

use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
};

use crate::{
    grades::{
        Grades, Posted, RunEnd, ScoreBatch, ScoreOutcome,
        batch_lanes::{Lane, Lanes},
        one_at_a_time::OneAtATime,
        platform::Platform,
        sent_before::SentBefore,
    },
    service_client::SharedTime,
    service_error::{ServiceError, ServiceErrorKind},
};

/// After so many outages in a row a run ends.
const MAX_OUTAGES: usize = 3;

/// Hosts that scores are being sent to by this process.
#[derive(Default)]
struct Hosts(OneAtATime);

/// One run over a batch.
pub(super) struct BatchRun<'a> {
    pub(super) grades: Grades,
    pub(super) platform: Platform,
    pub(super) concurrency: Option<usize>,
    pub(super) lanes: Lanes,
    pub(super) batch: &'a mut ScoreBatch,
}

/// What became of a lane's first score.
struct Sent {
    lane: Lane,
    sent_before: SentBefore,
    /// `None` where it was not sent, since the run is told to stop.
    posted: Option<Result<Posted, ServiceError>>,
}

impl BatchRun<'_> {
    pub(super) async fn run_until(mut self, stop: impl Future + Send) -> RunEnd {
        self.batch.stopped_by = None;
        let mut under_way = JoinSet::new();
        let mut outages = 0;
        let mut is_stopped = false;
        let (stopping, _) = watch::channel(false);
        let mut stop = pin!(stop);
        loop {
            is_stopped = is_stopped || is_ready(stop.as_mut()).await;
            stopping.send_replace(is_stopped);
            let may_begin = !is_stopped && self.batch.stopped_by.is_none();
            while may_begin && under_way.len() < self.concurrency.unwrap_or(1) {
                let Some(lane) = self.lanes.lanes.pop_front() else {
                    break;
                };
                under_way.spawn(self.send_first_of(lane, stopping.subscribe()));
            }
            let joined = tokio::select! {
                biased;
                joined = under_way.join_next() => joined,
                _ = &mut stop, if !is_stopped => {
                    is_stopped = true;
                    continue;
                }
            };
            let Some(sent) = joined.and_then(finished) else {
                break;
            };
            outages = match &sent.posted {
                Some(Err(error)) if is_outage(error) => outages + 1,
                Some(_) => 0,
                None => outages,
            };
            self.note(sent, outages >= MAX_OUTAGES);
        }
        match (&self.batch.stopped_by, self.lanes.lanes.is_empty()) {
            (Some(_), _) => RunEnd::Failed,
            (None, false) => RunEnd::Stopped,
            // `stop` is not to be polled again.
            (None, true) if self.lanes.are_cut && is_stopped => RunEnd::Stopped,
            (None, true) if self.lanes.are_cut => RunEnd::AtMost,
            (None, true) => RunEnd::Finished,
        }
    }

    /// The first score of a lane, on its way.
    fn send_first_of(
        &mut self,
        lane: Lane,
        mut stopping: watch::Receiver<bool>,
    ) -> impl Future<Output = Sent> + Send + 'static + use<> {
        let first = lane.front().copied().unwrap_or_default();
        let one = &mut self.batch.scores[first];
        let score = one.score.clone();
        // Noted before, since the run may be dropped at any time.
        let sent_before = mem::replace(&mut one.sent_before, SentBefore::Maybe);
        let grades = self.grades.clone();
        let platform = self.platform.clone();
        let waits = self.concurrency.is_none();
        async move {
            let hosts = grades.offer.client.tool().shared::<Hosts>();
            let _alone = match grades.line_item() {
                Ok(line_item) if waits => {
                    let origin = line_item.origin();
                    let entered = tokio::select! {
                        biased;
                        _ = stopping.wait_for(|is_stopping| *is_stopping) => None,
                        entered = hosts.0.enter(origin.as_str()) => Some(entered),
                    };
                    if entered.is_none() {
                        return Sent {
                            posted: None,
                            sent_before,
                            lane,
                        };
                    }
                    entered
                }
                _ => None,
            };
            let time = SharedTime::of_one_call(grades.limits());
            let sent = grades.post_once_more(&score, &platform, sent_before, time);
            Sent {
                posted: Some(sent.await),
                sent_before,
                lane,
            }
        }
    }

    /// Notes what became of a lane's first score, and puts the others back.
    fn note(&mut self, sent: Sent, is_outage: bool) {
        let Sent {
            mut lane,
            sent_before,
            posted,
        } = sent;
        if let Some(at) = lane.pop_front() {
            let one = &mut self.batch.scores[at];
            let error = posted.as_ref().and_then(|posted| posted.as_ref().err());
            let may_have_acted = error.is_some_and(ServiceError::may_have_acted);
            one.sent_before = sent_before.after(may_have_acted);
            let concerns_all = error.is_some_and(concerns_all);
            if let Some(error) = error
                && (concerns_all || is_outage)
            {
                self.batch.stopped_by.get_or_insert_with(|| error.clone());
            }
            let outcome = match posted {
                _ if may_have_acted && self.platform.counts_twice(&one.score) => {
                    Some(ScoreOutcome::Unknown)
                }
                // It says nothing of this score, which was not taken.
                _ if concerns_all => None,
                posted => posted.map(ScoreOutcome::from),
            };
            match outcome {
                Some(outcome) => {
                    one.outcome = outcome;
                    one.tried_in = self.batch.rounds + 1;
                }
                None => lane.push_front(at),
            }
        }
        if !lane.is_empty() {
            self.lanes.lanes.push_back(lane);
        }
    }
}

/// Whether a future is ready by now.
async fn is_ready<F: Future>(mut future: Pin<&mut F>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}

/// What a task brought; `None` where the runtime shuts down.
fn finished(joined: Result<Sent, JoinError>) -> Option<Sent> {
    match joined {
        Ok(sent) => Some(sent),
        Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
        Err(_) => None,
    }
}

/// Whether the platform is out of order.
fn is_outage(error: &ServiceError) -> bool {
    let answered = error.platform_status();
    matches!(
        error.kind(),
        ServiceErrorKind::Unavailable | ServiceErrorKind::TimedOut
    ) || answered.is_some_and(|status| status.is_server_error())
}

/// Whether every other score would fail in the same way.
fn concerns_all(error: &ServiceError) -> bool {
    match error.kind() {
        ServiceErrorKind::NotGradable
        | ServiceErrorKind::OutOfOrder
        | ServiceErrorKind::ValueInvalid
        | ServiceErrorKind::AnswerInvalid
        | ServiceErrorKind::AnswerTooLarge
        | ServiceErrorKind::PlatformFailed
        | ServiceErrorKind::Unavailable
        | ServiceErrorKind::TimedOut => false,
        ServiceErrorKind::Refused => {
            error.platform_status() == Some(http::StatusCode::UNAUTHORIZED)
        }
        _ => true,
    }
}
