//! One run over a batch.

use std::{
    collections::{HashMap, VecDeque},
    future::{Future, poll_fn},
    mem, panic,
    pin::{Pin, pin},
    task::Poll,
};

use tokio::task::{JoinError, JoinSet};

use crate::{
    grades::{
        Grades, Posted, RunEnd, ScoreBatch, ScoreOutcome, one_at_a_time::OneAtATime,
        platform::Platform,
    },
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

/// What is to be sent: the open scores of each learner in their order, by their places in the batch.
pub(super) struct Lanes {
    lanes: VecDeque<Lane>,
    /// Whether there are more than were taken.
    are_cut: bool,
}

type Lane = VecDeque<usize>;

/// What became of a lane's first score.
struct Sent {
    lane: Lane,
    may_have_been_sent: bool,
    posted: Result<Posted, ServiceError>,
}

impl Lanes {
    pub(super) fn of(batch: &ScoreBatch, at_most: usize) -> Self {
        let mut lanes: Vec<Lane> = Vec::new();
        let mut lane_of = HashMap::new();
        let scores = batch.scores().iter().enumerate();
        let mut open = scores.filter(|(_, one)| one.outcome().is_open());
        for (at, one) in open.by_ref().take(at_most) {
            let lane = *lane_of.entry(one.score().user_id()).or_insert_with(|| {
                lanes.push(Lane::new());
                lanes.len() - 1
            });
            lanes[lane].push_back(at);
        }
        Self {
            are_cut: open.next().is_some(),
            lanes: lanes.into(),
        }
    }
}

impl BatchRun<'_> {
    pub(super) async fn run_until(mut self, stop: impl Future + Send) -> RunEnd {
        self.batch.stopped_by = None;
        let mut under_way = JoinSet::new();
        let mut outages = 0;
        let mut is_stopped = false;
        let mut stop = pin!(stop);
        loop {
            is_stopped = is_stopped || is_ready(stop.as_mut()).await;
            let may_begin = !is_stopped && self.batch.stopped_by.is_none();
            while may_begin && under_way.len() < self.concurrency.unwrap_or(1) {
                let Some(lane) = self.lanes.lanes.pop_front() else {
                    break;
                };
                under_way.spawn(self.send_first_of(lane));
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
                Err(error) if is_outage(error) => outages + 1,
                _ => 0,
            };
            self.note(sent, outages >= MAX_OUTAGES);
        }
        match (&self.batch.stopped_by, self.lanes.lanes.is_empty()) {
            (Some(_), _) => RunEnd::Failed,
            (None, false) => RunEnd::Stopped,
            (None, true) if self.lanes.are_cut => RunEnd::AtMost,
            (None, true) => RunEnd::Finished,
        }
    }

    /// The first score of a lane, on its way.
    fn send_first_of(&mut self, lane: Lane) -> impl Future<Output = Sent> + Send + 'static + use<> {
        let first = lane.front().copied().unwrap_or_default();
        let one = &mut self.batch.scores[first];
        let score = one.score.clone();
        // Noted before, since the run may be dropped at any time.
        let may_have_been_sent = mem::replace(&mut one.may_have_been_sent, true);
        let grades = self.grades.clone();
        let platform = self.platform.clone();
        let waits = self.concurrency.is_none();
        async move {
            let hosts = grades.offer.client.tool().shared::<Hosts>();
            let _alone = match grades.line_item() {
                Ok(line_item) if waits => {
                    let origin = line_item.origin();
                    Some(hosts.0.enter(origin.as_str()).await)
                }
                _ => None,
            };
            let sent = grades.post_once_more(&score, &platform, may_have_been_sent);
            Sent {
                posted: sent.await,
                may_have_been_sent,
                lane,
            }
        }
    }

    /// Notes what became of a lane's first score, and puts the others back.
    fn note(&mut self, sent: Sent, is_outage: bool) {
        let Sent {
            mut lane,
            may_have_been_sent,
            posted,
        } = sent;
        if let Some(at) = lane.pop_front() {
            let error = posted.as_ref().err();
            let concerns_all = error.is_some_and(concerns_all);
            if let Some(error) = error
                && (concerns_all || is_outage)
            {
                self.batch.stopped_by.get_or_insert_with(|| error.clone());
            }
            match concerns_all {
                // It says nothing of this score, which was not taken.
                true => {
                    self.batch.scores[at].may_have_been_sent = may_have_been_sent;
                    lane.push_front(at);
                }
                false => self.batch.scores[at].outcome = ScoreOutcome::from(posted),
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
    matches!(
        error.kind(),
        ServiceErrorKind::Unavailable | ServiceErrorKind::TimedOut
    )
}

/// Whether every other score would fail in the same way.
fn concerns_all(error: &ServiceError) -> bool {
    match error.kind() {
        ServiceErrorKind::NotGradable
        | ServiceErrorKind::OutOfOrder
        | ServiceErrorKind::ValueInvalid
        | ServiceErrorKind::AnswerInvalid
        | ServiceErrorKind::AnswerTooLarge
        | ServiceErrorKind::Unavailable
        | ServiceErrorKind::TimedOut => false,
        ServiceErrorKind::Refused => {
            error.platform_status() == Some(http::StatusCode::UNAUTHORIZED)
        }
        _ => true,
    }
}
