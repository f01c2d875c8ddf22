//! Which scores of a batch a run sends, and in which order.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::grades::{ScoreBatch, ScoreOutcome, platform::Platform, sent_before::SentBefore};

/// What is to be sent: the open scores of each learner in their order, by their places in the batch.
pub(super) struct Lanes {
    pub(super) lanes: VecDeque<Lane>,
    /// Whether there are more than were taken that were not tried in this round.
    pub(super) are_cut: bool,
}

pub(super) type Lane = VecDeque<usize>;

impl Lanes {
    /// So many scores of a round in which each is tried once, before any is tried again; where there is room, those
    /// that failed in this round as well.
    pub(super) fn of(batch: &mut ScoreBatch, at_most: usize) -> Self {
        let scores = batch.scores.iter().enumerate();
        let open = scores.filter(|(_, one)| one.outcome.is_open());
        let (mut due, mut tried): (Vec<usize>, Vec<usize>) = open
            .map(|(at, _)| at)
            .partition(|at| batch.scores[*at].tried_in <= batch.rounds);
        if due.is_empty() && !tried.is_empty() {
            batch.rounds += 1;
            due = std::mem::take(&mut tried);
        }
        let are_cut = due.len() > at_most;
        let taken: BTreeSet<usize> = due.into_iter().chain(tried).take(at_most).collect();

        let mut lanes: Vec<Lane> = Vec::new();
        let mut lane_of = HashMap::new();
        for at in taken {
            let user = batch.scores[at].score().user_id();
            let lane = *lane_of.entry(user).or_insert_with(|| {
                lanes.push(Lane::new());
                lanes.len() - 1
            });
            lanes[lane].push_back(at);
        }
        lanes.sort_by_key(|lane| batch.scores[lane[0]].tried_in > batch.rounds);
        Self {
            are_cut,
            lanes: lanes.into(),
        }
    }
}

impl ScoreBatch {
    /// Takes out what may have been recorded, and would count twice.
    pub(super) fn set_unknown_aside(&mut self, platform: &Platform) {
        for one in &mut self.scores {
            let may_be_recorded = one.sent_before == SentBefore::Maybe && one.outcome.is_open();
            if may_be_recorded && platform.counts_twice(&one.score) {
                one.outcome = ScoreOutcome::Unknown;
            }
        }
    }
}
