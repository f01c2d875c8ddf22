//! Marks the calls whose instructions are counted.

/// Runs what is counted, and says so on standard output: a line for each subject.
pub(crate) struct Meter(Vec<String>);

impl Meter {
    /// Of those subjects that have one of the words in their names, or of all.
    pub(crate) fn new(words: &[String]) -> Self {
        Self(words.to_vec())
    }

    /// Whether a subject is wanted; the floors always are.
    pub(crate) fn wants(&self, subject: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|word| subject.contains(word.as_str()))
    }

    /// Counts so many calls, after some that are not counted.
    pub(crate) fn count(
        &self,
        name: &str,
        warm_up: usize,
        calls: usize,
        mut call: impl FnMut(usize),
    ) {
        for number in 0..warm_up {
            call(number);
        }
        let calls_of_it = warm_up..warm_up + calls;
        self.count_once(name, calls, || calls_of_it.for_each(&mut call));
    }

    /// Counts one piece of work that does a thing so many times.
    pub(crate) fn count_once(&self, name: &str, times: usize, work: impl FnOnce()) {
        let mut work = Some(work);
        counted(&mut || {
            if let Some(work) = work.take() {
                work();
            }
        });
        note(name, times);
    }
}

/// Valgrind counts from the beginning of this function to its end.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
}

/// Valgrind writes down what was counted as this function begins.
#[inline(never)]
#[expect(
    clippy::print_stdout,
    reason = "the process that started this one reads it"
)]
fn note(name: &str, times: usize) {
    println!("{name}\t{times}");
}
