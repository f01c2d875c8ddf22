//! Rounds in which the contestants take turns.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Does its calls in a round of that number, and says how many nanoseconds one took.
type Contestant<'a> = Box<dyn FnMut(usize) -> f64 + 'a>;

/// In how many places on the stack rounds take place.
const PLACES: usize = 32;

/// Some ways to spend time, and what each took in each round.
#[derive(Default)]
pub(crate) struct Rounds<'a> {
    contestants: Vec<Contestant<'a>>,
    nanos: Vec<Vec<f64>>,
}

impl<'a> Rounds<'a> {
    /// Adds a contestant that does its work `calls` times in a round; returns its number.
    pub(crate) fn add(&mut self, calls: usize, mut work: impl FnMut(usize) + 'a) -> usize {
        self.add_timed(calls, move |round| {
            let begin = Instant::now();
            for call in 0..calls {
                work(round * calls + call);
            }
            begin.elapsed()
        })
    }

    /// Adds a contestant that says itself how long its `calls` took.
    pub(crate) fn add_timed(
        &mut self,
        calls: usize,
        mut work: impl FnMut(usize) -> Duration + 'a,
    ) -> usize {
        self.contestants.push(Box::new(move |round| {
            work(round).as_secs_f64() * 1e9 / calls as f64
        }));
        self.nanos.push(Vec::new());
        self.contestants.len() - 1
    }

    /// Runs the rounds, each contestant first in its turn, and each round elsewhere on the stack.
    pub(crate) fn run(&mut self, rounds: usize) {
        let count = self.contestants.len();
        for round in 0..rounds {
            for turn in 0..count {
                let who = (round + turn) % count;
                let work = &mut self.contestants[who];
                let took = so_much_deeper(round % PLACES, &mut || work(round));
                self.nanos[who].push(took);
            }
        }
    }

    /// What one call of a contestant took, in nanoseconds.
    pub(crate) fn nanos(&self, who: usize) -> f64 {
        median(self.nanos[who].iter().copied())
    }

    /// How often the time of `base` the time of `who` is.
    pub(crate) fn ratio(&self, who: usize, base: usize) -> f64 {
        let pairs = self.nanos[who].iter().zip(&self.nanos[base]);
        median(pairs.map(|(who, base)| who / base))
    }

    /// How much longer than `base` it took, in nanoseconds.
    pub(crate) fn more_nanos(&self, who: usize, base: usize) -> f64 {
        let pairs = self.nanos[who].iter().zip(&self.nanos[base]);
        median(pairs.map(|(who, base)| who - base))
    }
}

/// Works further down the stack. Where what is copied lies decides over some tens of nanoseconds, and is
/// otherwise the same for as long as a process runs.
fn so_much_deeper(levels: usize, work: &mut dyn FnMut() -> f64) -> f64 {
    if levels == 0 {
        return work();
    }
    let place = black_box([0_u8; 48]);
    let took = so_much_deeper(levels - 1, work);
    black_box(place);
    took
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
