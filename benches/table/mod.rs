//! The table that is printed, and whether its targets hold.

use std::process::ExitCode;

/// A name, and what adds its rows.
pub(crate) type Subject = (&'static str, fn(&mut Table));

/// Measures the subjects that have a word of the command line in their names, or all, and prints the
/// table. Fails where a row of the gate misses its target, and where there is nothing to measure.
pub(crate) fn run(subjects: &[Subject]) -> ExitCode {
    // Cargo adds an argument of its own.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let mut table = Table::default();
    for (name, measure) in subjects {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            measure(&mut table);
        }
    }
    table.end()
}

/// Rows of what was measured.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    what: String,
    measured: String,
    target: String,
    verdict: Verdict,
}

/// How much a ratio of the gate may miss by before the run fails: machines differ, and so do days.
const MARGIN: f64 = 1.10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Holds,
    MissedByLittle,
    Missed,
    Reported { holds: bool },
    None,
}

/// What a figure has to be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    Exactly(f64),
}

impl Target {
    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtMost(most) => figure <= most,
            Self::AtLeast(least) => figure >= least,
            Self::Exactly(wanted) => (figure - wanted).abs() < 1e-9,
        }
    }

    /// Whether it holds, or is missed by no more than the margin.
    fn nearly_holds(self, figure: f64) -> bool {
        match self {
            Self::AtMost(most) => figure <= most * MARGIN,
            Self::AtLeast(least) => figure >= least / MARGIN,
            Self::Exactly(_) => self.holds(figure),
        }
    }

    fn shown(self) -> String {
        match self {
            Self::AtMost(most) => format!("<= {most}"),
            Self::AtLeast(least) => format!(">= {least}"),
            Self::Exactly(wanted) => format!("= {wanted}"),
        }
    }
}

impl Table {
    /// Adds a row that fails the run when it misses its target by more than a tenth; what is exact, by
    /// anything.
    pub(crate) fn gate(&mut self, what: &str, figure: f64, target: Target, unit: &str, more: &str) {
        let verdict = if target.holds(figure) {
            Verdict::Holds
        } else if target.nearly_holds(figure) {
            Verdict::MissedByLittle
        } else {
            Verdict::Missed
        };
        self.add(what, figure, Some(target), unit, more, verdict);
    }

    /// Adds a row that fails the run when it misses its target by anything: for what does not swing.
    pub(crate) fn limit(
        &mut self,
        what: &str,
        figure: f64,
        target: Target,
        unit: &str,
        more: &str,
    ) {
        let verdict = if target.holds(figure) {
            Verdict::Holds
        } else {
            Verdict::Missed
        };
        self.add(what, figure, Some(target), unit, more, verdict);
    }

    /// Adds a row that only tells.
    pub(crate) fn report(
        &mut self,
        what: &str,
        figure: f64,
        target: Target,
        unit: &str,
        more: &str,
    ) {
        let holds = target.holds(figure);
        self.add(
            what,
            figure,
            Some(target),
            unit,
            more,
            Verdict::Reported { holds },
        );
    }

    /// Adds a row without a target.
    pub(crate) fn tell(&mut self, what: &str, figure: f64, unit: &str, more: &str) {
        self.add(what, figure, None, unit, more, Verdict::None);
    }

    fn add(
        &mut self,
        what: &str,
        figure: f64,
        target: Option<Target>,
        unit: &str,
        more: &str,
        verdict: Verdict,
    ) {
        self.0.push(Row {
            what: what.to_owned(),
            measured: format!("{figure:.3}{unit} {more}"),
            target: target.map(Target::shown).unwrap_or_default(),
            verdict,
        });
    }

    #[expect(clippy::print_stdout, reason = "it is what this program is for")]
    fn print(&self) {
        println!("{:<60} {:<44} {:<9} ", "what", "measured", "target");
        for row in &self.0 {
            let verdict = match row.verdict {
                Verdict::Holds => "gate: holds",
                Verdict::MissedByLittle => "gate: missed, within a tenth",
                Verdict::Missed => "gate: MISSED",
                Verdict::Reported { holds: true } => "holds",
                Verdict::Reported { holds: false } => "missed",
                Verdict::None => "",
            };
            let (what, measured, target) = (&row.what, &row.measured, &row.target);
            println!("{what:<60} {measured:<44} {target:<9} {verdict}");
        }
    }

    /// Prints the table, and fails where a row of the gate misses its target.
    pub(crate) fn end(&self) -> ExitCode {
        self.print();
        if self.holds() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn holds(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|row| row.verdict != Verdict::Missed)
    }
}
