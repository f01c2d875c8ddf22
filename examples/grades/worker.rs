//! A worker that sends grades later: without the launch, from what was kept of it.
//!
//! What is kept is text, as it would be in a queue or a database of one's own. It holds no token. Here it is
//! kept in memory, for ten seconds.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::{
    sync::{mpsc, oneshot},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep_until},
};
use tower_lti::{
    LaunchContext,
    grades::ScoreBatch,
    services::{ServiceEndpoints, ServiceError, Services},
};

use crate::quiz::score;

/// How long a grade waits.
const PAUSE: Duration = Duration::from_secs(10);

/// How many may wait.
const MOST: usize = 1_000;

/// How many are sent at once.
const AT_ONCE: usize = 8;

/// What a worker needs, days after the launch.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Where the platform's services are.
    endpoints: ServiceEndpoints,
    /// The scores, each with its time. Sent twice they count once.
    batch: ScoreBatch,
}

/// What was kept, as text, and when it is to be sent.
struct Waiting {
    due: Instant,
    kept: String,
}

/// Where grades wait for the worker, in the order in which they were handed in.
#[derive(Clone)]
pub(crate) struct Later(mpsc::Sender<Waiting>);

impl Later {
    /// Keeps the grade of whoever launched.
    pub(crate) async fn keep(
        &self,
        services: &Services,
        launch: &LaunchContext,
        right: usize,
    ) -> Result<(), ServiceError> {
        let grades = services.grades(launch)?;
        let kept = Kept {
            endpoints: launch.service_endpoints(),
            batch: grades.batch([score(launch, right)?]).await?,
        };
        let waiting = Waiting {
            due: Instant::now() + PAUSE,
            kept: serde_json::to_string(&kept).expect("endpoints and scores are plain JSON"),
        };
        if self.0.send(waiting).await.is_err() {
            eprintln!("a grade is lost: the worker has ended");
        }
        Ok(())
    }
}

/// The worker, until it is told to end.
pub(crate) struct Worker {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Starts the worker.
pub(crate) fn start(services: Services) -> (Later, Worker) {
    let (sender, queue) = mpsc::channel(MOST);
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(work(services, queue, stopped));
    (Later(sender), Worker { stop, task })
}

impl Worker {
    /// Sends what still waits, and ends.
    pub(crate) async fn finish(self) {
        // Where the worker has ended already, there is nobody to tell.
        let _ = self.stop.send(());
        if let Err(error) = self.task.await {
            eprintln!("the worker ended early: {error}");
        }
    }
}

/// Takes what is due next, and has several on their way at once: a slow platform holds up no other.
async fn work(
    services: Services,
    mut queue: mpsc::Receiver<Waiting>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut sending = JoinSet::new();
    loop {
        let next = tokio::select! {
            next = queue.recv() => next,
            // Nothing more is taken, and what is there is sent at once.
            _ = &mut stopped, if !queue.is_closed() => {
                queue.close();
                continue;
            }
        };
        let Some(waiting) = next else { break };
        if !queue.is_closed() {
            tokio::select! {
                () = sleep_until(waiting.due) => {}
                _ = &mut stopped => queue.close(),
            }
        }
        while sending.try_join_next().is_some() {}
        if sending.len() >= AT_ONCE {
            sending.join_next().await;
        }
        sending.spawn(deliver(services.clone(), waiting.kept));
    }
    while sending.join_next().await.is_some() {}
}

async fn deliver(services: Services, kept: String) {
    match serde_json::from_str(&kept) {
        Ok(kept) => send(&services, kept).await,
        Err(error) => eprintln!("what was kept cannot be read: {error}"),
    }
}

/// Sends what was kept, and says what became of it. A tool of one's own keeps what is still open.
async fn send(services: &Services, mut kept: Kept) {
    let outcome = async {
        // Refused where the two do not belong together, and where deployment or registration was disabled.
        let grades = services.grades_at(kept.batch.deployment(), &kept.endpoints)?;
        grades.post_batch(&mut kept.batch)?.run().await
    };
    if let Err(error) = outcome.await {
        eprintln!("a grade was not sent: {error}");
    }
    for (_, error) in kept.batch.failed() {
        eprintln!("a grade was refused: {error}");
    }
    if let Some(error) = kept.batch.stopped_by() {
        eprintln!("{} grades are open: {error}", kept.batch.open());
    }
}
