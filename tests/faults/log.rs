//! What is logged meanwhile, for a test that runs on one thread.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

use crate::eventually::eventually;

/// Everything that is logged on this thread while it is kept.
pub(crate) struct Log {
    lines: Lines,
    _logging: DefaultGuard,
}

impl Log {
    pub(crate) fn start() -> Self {
        // With one subscriber alone, an event that is first met on a thread without one is off for all.
        static ANOTHER: LazyLock<Dispatch> =
            LazyLock::new(|| Dispatch::new(tracing_subscriber::fmt().finish()));
        LazyLock::force(&ANOTHER);
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(lines.clone())
            .finish();
        Self {
            lines,
            _logging: tracing::subscriber::set_default(subscriber),
        }
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.lines.0.lock().unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits for a line with both of these words.
    pub(crate) async fn says(&self, word: &str, other: &str, within: Duration) {
        let what = format!("{word} and {other} in the log");
        eventually(&what, within, async || {
            let text = self.text();
            let mut lines = text.lines();
            lines
                .any(|line| line.contains(word) && line.contains(other))
                .then_some(())
        })
        .await;
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
