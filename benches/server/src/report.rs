//! The figures, and whether they are good enough.

use std::fmt;

use crate::{comparison::Comparison, cores::Cores, round::Round};

/// The least launches per second, as a part of what the ideal server does.
const LEAST_LAUNCHES: f64 = 0.90;

/// The most CPU time per launch, in that of the ideal server.
const MOST_CPU: f64 = 1.12;

/// What one server did, round by round.
pub(crate) struct Row {
    pub(crate) server: &'static str,
    pub(crate) connections: usize,
    pub(crate) rounds: Vec<Round>,
}

impl Row {
    fn median_of(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(figure).collect())
    }

    /// The median of how this server compares with the ideal one in the same round.
    fn ratio_of(&self, ideal: &Self, figure: impl Fn(&Round) -> f64) -> f64 {
        let pairs = self.rounds.iter().zip(&ideal.rounds);
        median(
            pairs
                .map(|(ours, ideal)| figure(ours) / figure(ideal))
                .collect(),
        )
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounds = self.rows.first().map_or(0, |row| row.rounds.len());
        let cores = match self.cores {
            Cores::Apart => "the server on a core of its own",
            Cores::Shared => "the server not on a core of its own: take launches/s with care",
        };
        writeln!(f, "Medians of {rounds} rounds, {cores}.\n")?;
        writeln!(
            f,
            "| server | connections | launches/s | x ideal | CPU µs per launch | x ideal | busy |"
        )?;
        writeln!(f, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
        for (row, ideal) in self.beside_ideal() {
            writeln!(
                f,
                "| {} | {} | {:.0} | {:.2} | {:.1} | {:.2} | {:.0} % |",
                row.server,
                row.connections,
                row.median_of(launches),
                row.ratio_of(ideal, launches),
                row.median_of(cpu),
                row.ratio_of(ideal, cpu),
                row.median_of(|round| round.busy * 100.0),
            )?;
        }
        writeln!(
            f,
            "\nTargets: launches/s >= {LEAST_LAUNCHES:.2} x ideal, CPU per launch <= {MOST_CPU:.2} x ideal."
        )?;
        for (row, ideal) in self.beside_ideal() {
            if row.server == ideal.server {
                continue;
            }
            let launches = row.ratio_of(ideal, launches);
            let cpu = row.ratio_of(ideal, cpu);
            writeln!(
                f,
                "{} at {} connections: launches/s {launches:.2}, {}; CPU {cpu:.2}, {}",
                row.server,
                row.connections,
                verdict(launches >= LEAST_LAUNCHES),
                verdict(cpu <= MOST_CPU),
            )?;
        }
        Ok(())
    }
}

impl Comparison {
    /// Each row, and the one of the ideal server under the same load.
    fn beside_ideal(&self) -> impl Iterator<Item = (&Row, &Row)> {
        self.rows.iter().map(|row| {
            let ideal = self
                .rows
                .iter()
                .find(|ideal| ideal.connections == row.connections)
                .expect("there is at least the row itself");
            (row, ideal)
        })
    }
}

fn launches(round: &Round) -> f64 {
    round.launches_per_second
}

fn cpu(round: &Round) -> f64 {
    round.cpu_micros_per_launch
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "missed" }
}

/// The median of an odd number of figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
