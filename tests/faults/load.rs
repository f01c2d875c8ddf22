//! People who launch, so many a second.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{MissedTickBehavior, interval},
};
use tower_lti::{
    LtiLogin, RedisStore,
    testing::{Browser, Platform},
};

use crate::{
    app::{App, Handler},
    eventually::eventually,
    history::{Answer, History},
    now,
};

/// So many launches in a row that were let in count as full service.
const IN_A_ROW: usize = 15;

/// Every fourth post is sent once more after it was answered.
const SENT_TWICE: usize = 4;

/// Launches that go on until they are told to stop. Logins always work: the store has no part in them.
pub(crate) struct Load {
    answers: Arc<Mutex<Vec<Answer>>>,
    stop: watch::Sender<bool>,
    launching: JoinHandle<()>,
}

impl Load {
    pub(crate) fn start(app: &App<RedisStore>, per_second: u32) -> Self {
        let answers = Arc::<Mutex<Vec<Answer>>>::default();
        let (stop, stopped) = watch::channel(false);
        let people = People {
            browser: app.browser(),
            platform: app.platform.clone(),
            answers: Arc::clone(&answers),
        };
        let launching = tokio::spawn(people.launch(per_second, stopped));
        Self {
            answers,
            stop,
            launching,
        }
    }

    /// Waits until so many launches in a row were let in that were sent after `since`.
    pub(crate) async fn is_served(&self, since: Instant, within: Duration) {
        eventually("full service", within, async || {
            let mut answers = self.firsts_after(since);
            answers.sort_by_key(|answer| answer.sent);
            let refused = answers.iter().rposition(|answer| answer.status != 200);
            let in_a_row = answers.len() - refused.map_or(0, |at| at + 1);
            (in_a_row >= IN_A_ROW).then_some(())
        })
        .await;
    }

    /// Waits until so many launches were answered like this that were sent after `since`.
    pub(crate) async fn is_answered(&self, status: u16, count: usize, since: Instant) {
        let what = format!("{count} answers {status}");
        eventually(&what, Duration::from_secs(10), async || {
            let answers = self.firsts_after(since);
            let like_this = answers.iter().filter(|answer| answer.status == status);
            (like_this.count() >= count).then_some(())
        })
        .await;
    }

    fn firsts_after(&self, since: Instant) -> Vec<Answer> {
        let answers = self.answers.lock().unwrap();
        let those = answers.iter();
        let those = those.filter(|answer| answer.is_first && answer.sent > since);
        those.cloned().collect()
    }

    /// Lets nobody else launch, waits for the answers of those who have, and checks them all.
    pub(crate) async fn stop(self) -> History {
        self.stop.send_replace(true);
        self.launching.await.expect("everybody was answered");
        let answers = std::mem::take(&mut *self.answers.lock().unwrap());
        History::checked(answers)
    }
}

#[derive(Clone)]
struct People {
    browser: Browser<LtiLogin, Handler>,
    platform: Platform,
    answers: Arc<Mutex<Vec<Answer>>>,
}

impl People {
    async fn launch(self, per_second: u32, mut stopped: watch::Receiver<bool>) {
        let mut ticks = interval(Duration::from_secs(1) / per_second);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut launches = JoinSet::new();
        for launch in 0.. {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stopped.wait_for(|stopped| *stopped) => break,
            }
            launches.spawn(self.clone().launch_once(launch));
        }
        while let Some(launched) = launches.join_next().await {
            launched.expect("a launch is answered");
        }
    }

    async fn launch_once(mut self, launch: usize) {
        let request = self.browser.log_in(&self.platform).await.unwrap();
        let cookies = self.browser.cookies().clone();
        let token = self.platform.id_token(&request, now()).sign();
        let posts = if launch.is_multiple_of(SENT_TWICE) {
            2
        } else {
            1
        };
        for post in 0..posts {
            *self.browser.cookies() = cookies.clone();
            let sent = Instant::now();
            let response = self.browser.launch(&request, &token).await;
            let answer = Answer::new(launch, post == 0, sent, &response);
            self.answers.lock().unwrap().push(answer);
        }
    }
}
