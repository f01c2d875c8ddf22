//! Does what a plan says, and writes down what comes of it.

use std::time::Duration;

use tower_lti::{
    deployment::{Deployment, DeploymentOutcome, DeploymentPage},
    nonce::{Attempt, NonceUse},
    store::{LaunchStore, StoreError, StoreErrorKind},
};

use super::{
    history::{Call, Creation, Order, Seen, What},
    plan::{ACTORS, Act, Dice, PLACES, Part, Plan, deployment, key, nonce, registration},
};

const TTL: Duration = Duration::from_secs(60);

/// Plays the race of a plan, or those parts of it that are `ours`, the others being played elsewhere.
pub(super) async fn play_together<S: LaunchStore + Clone>(
    stores: &[S; 2],
    order: &Order,
    plan: &Plan,
    ours: impl Fn(usize) -> bool,
) -> Vec<Call> {
    let actors = (0..ACTORS).filter(|actor| ours(*actor)).map(|actor| {
        let (store, order) = (stores[actor % 2].clone(), order.clone());
        let part = plan.part(actor);
        tokio::spawn(async move {
            order.meet(ACTORS as u64).await;
            play(&store, &order, &part).await
        })
    });
    let actors: Vec<_> = actors.collect();
    let mut calls = Vec::new();
    for actor in actors {
        calls.extend(actor.await.unwrap());
    }
    calls
}

/// Plays one part.
pub(super) async fn play<S: LaunchStore>(store: &S, order: &Order, part: &Part) -> Vec<Call> {
    let mut actor = Actor {
        store,
        order,
        part,
        calls: Vec::new(),
    };
    let mut dice = Dice::new(part.seed ^ ((part.actor as u64 + 1) << 48));
    for act in &part.acts {
        for _ in 0..dice.below(4) {
            tokio::task::yield_now().await;
        }
        actor.act(*act).await;
    }
    actor.calls
}

struct Actor<'a, S> {
    store: &'a S,
    order: &'a Order,
    part: &'a Part,
    calls: Vec<Call>,
}

impl<S: LaunchStore> Actor<'_, S> {
    async fn act(&mut self, act: Act) {
        let seed = self.part.seed;
        match act {
            Act::Launch {
                place,
                nonce,
                number,
                quota,
            } => self.launch(place, nonce, number, quota).await,
            Act::Enter { place, number } => self.create(place, number, None).await,
            Act::SetStatus { place, status } => {
                let key = key(seed, place);
                let set = self.timed(self.store.set_status(&key, status)).await;
                let answer = seen(&set.answer.unwrap());
                self.write_down(
                    set.at,
                    What::SetStatus {
                        place,
                        status,
                        answer,
                    },
                );
            }
            Act::Approve { place } => {
                let approved = self.timed(self.store.approve(&key(seed, place))).await;
                let answer = seen(&approved.answer.unwrap());
                self.write_down(approved.at, What::Approve { place, answer });
            }
            Act::Remove { place } => {
                let removed = self.timed(self.store.remove(&key(seed, place))).await;
                let answer = removed.answer.unwrap();
                self.write_down(removed.at, What::Remove { place, answer });
            }
            Act::Find { place } => {
                let found = self.timed(self.store.find(&key(seed, place))).await;
                let answer = seen(&found.answer.unwrap());
                self.write_down(found.at, What::Find { place, answer });
            }
            Act::List { after, limit } => {
                let registration = registration(seed);
                let id = after.map(|place| key(seed, place).id().clone());
                let list = self.store.list(&registration, id.as_ref(), limit);
                let listed = self.timed(list).await;
                for (place, answer) in read(seed, &listed.answer.unwrap(), after, limit) {
                    self.write_down(listed.at, What::Find { place, answer });
                }
            }
        }
    }

    /// As the launch path does: a replay ends before anything is created.
    async fn launch(&mut self, place: usize, number: usize, new: u64, quota: Option<usize>) {
        let (nonce, key) = (nonce(self.part.seed, number), key(self.part.seed, place));
        let attempt = Attempt::new().unwrap();
        let launch = self.store.consume_and_find(&nonce, &attempt, TTL, &key);
        let launched = self.timed(launch).await;
        let (nonce_use, found) = launched.answer.unwrap();
        let used = nonce_use.into();
        self.write_down(
            launched.at,
            What::Consume {
                nonce: number,
                used,
            },
        );
        let answer = seen(&found);
        self.write_down(launched.at, What::Find { place, answer });
        if nonce_use == NonceUse::First && found.is_none() {
            self.create(place, new, quota).await;
        }
    }

    async fn create(&mut self, place: usize, number: u64, quota: Option<usize>) {
        let new = deployment(self.part.seed, place, number);
        let created = self.timed(self.store.create(&new, quota)).await;
        let answer = match created.answer {
            Ok((kept, DeploymentOutcome::Created)) => Creation::Created((&kept).into()),
            Ok((kept, DeploymentOutcome::Existing)) => Creation::Existing((&kept).into()),
            Err(error) if error.kind() == StoreErrorKind::QuotaReached => Creation::QuotaReached,
            Err(error) => panic!("{error:?}"),
        };
        let new = (&new).into();
        self.write_down(
            created.at,
            What::Create {
                place,
                new,
                quota,
                answer,
            },
        );
    }

    async fn timed<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Timed<T> {
        let start = self.order.next().await;
        let answer = call.await;
        let end = self.order.next().await;
        Timed {
            at: (start, end),
            answer,
        }
    }

    fn write_down(&mut self, (start, end): (u64, u64), what: What) {
        self.calls.push(Call {
            actor: self.part.actor,
            start,
            end,
            what,
        });
    }
}

struct Timed<T> {
    at: (u64, u64),
    answer: Result<T, StoreError>,
}

fn seen(deployment: &Option<Deployment>) -> Option<Seen> {
    deployment.as_ref().map(Seen::from)
}

/// What a page says of each place that it is about: those after `after`, up to where the next begins.
fn read(
    seed: u64,
    page: &DeploymentPage,
    after: Option<usize>,
    limit: usize,
) -> Vec<(usize, Option<Seen>)> {
    assert!(page.deployments().len() <= limit, "{page:?}");
    let mut listed = page.deployments().iter().peekable();
    let about = (0..PLACES).filter(|place| after.is_none_or(|after| *place > after));
    let about = about.filter(|place| {
        page.next()
            .is_none_or(|next| key(seed, *place).id() <= next)
    });
    let read = about
        .map(|place| {
            let there = listed.next_if(|there| *there.key() == key(seed, place));
            (place, there.map(Seen::from))
        })
        .collect();
    assert!(listed.next().is_none(), "strange or out of order: {page:?}");
    read
}
