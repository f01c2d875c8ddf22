//! Rounds in which everybody takes a turn, and the medians over them.

use std::{array, time::Duration};

use crate::contender::Contender;

/// What was measured: microseconds per launch, for each round and contender.
pub(crate) struct Rounds<const N: usize> {
    names: [&'static str; N],
    micros: Vec<[f64; N]>,
}

impl<const N: usize> Rounds<N> {
    /// Lets everybody perform once without being measured, then in this many rounds.
    pub(crate) fn measure(
        mut contenders: [Box<dyn Contender>; N],
        rounds: usize,
        launches: usize,
    ) -> Self {
        for contender in &mut contenders {
            contender.prepare(launches);
            contender.perform();
        }
        Self {
            micros: (0..rounds)
                .map(|round| one_round(&mut contenders, round % N, launches))
                .collect(),
            names: contenders.map(|contender| contender.name()),
        }
    }

    pub(crate) fn names(&self) -> &[&'static str; N] {
        &self.names
    }

    /// The median of a contender's microseconds per launch.
    pub(crate) fn micros(&self, contender: usize) -> f64 {
        median(self.micros.iter().map(|round| round[contender]).collect())
    }

    /// The median of how many times longer one takes than another, each time in the same round.
    pub(crate) fn ratio(&self, longer: usize, shorter: usize) -> f64 {
        let ratio = |round: &[f64; N]| round[longer] / round[shorter];
        median(self.micros.iter().map(ratio).collect())
    }
}

/// One round, which this contender begins.
fn one_round<const N: usize>(
    contenders: &mut [Box<dyn Contender>; N],
    first: usize,
    launches: usize,
) -> [f64; N] {
    for contender in contenders.iter_mut() {
        contender.prepare(launches);
    }
    let mut took = [Duration::ZERO; N];
    for turn in 0..N {
        let contender = (first + turn) % N;
        took[contender] = contenders[contender].perform();
    }
    let launches = u32::try_from(launches).expect("a round is short");
    array::from_fn(|contender| took[contender].as_secs_f64() * 1e6 / f64::from(launches))
}

/// The one in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
