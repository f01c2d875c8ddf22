//! What everybody does in a round, as its seed says.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tower_lti::{
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    nonce::OneTimeKey,
    registration::RegistrationId,
};

/// How many deployments a round is about, all of one registration.
pub(super) const PLACES: usize = 3;

/// How many actors race each other, and the most that each does.
pub(super) const ACTORS: usize = 4;
const ACTS: usize = 3;

/// Numbers that look random and are the same for one seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`, by splitmix64.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Something that somebody does. `number` is that of the record it would create, and of no other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// A launch; a replay, if the nonce was used before.
    Launch {
        place: usize,
        nonce: usize,
        number: u64,
        quota: Option<usize>,
    },
    /// An administrator enters a deployment.
    Enter {
        place: usize,
        number: u64,
    },
    SetStatus {
        place: usize,
        status: DeploymentStatus,
    },
    Approve {
        place: usize,
    },
    Remove {
        place: usize,
    },
    Find {
        place: usize,
    },
    List {
        after: Option<usize>,
        limit: usize,
    },
}

/// What one actor does, one act after another.
pub(super) struct Part {
    pub(super) seed: u64,
    pub(super) actor: usize,
    pub(super) acts: Vec<Act>,
}

pub(super) struct Plan {
    seed: u64,
    pub(super) before: Vec<Act>,
    pub(super) raced: Vec<Vec<Act>>,
    pub(super) after: Vec<Act>,
}

impl Plan {
    pub(super) fn new(seed: u64) -> Self {
        let mut author = Author {
            dice: Dice::new(seed),
            launches: Vec::new(),
            number: 0,
        };
        let before = author.dice.below(4);
        let before = author.acts(before);
        let raced = (0..ACTORS)
            .map(|_| {
                let acts = 1 + author.dice.below(ACTS);
                author.acts(acts)
            })
            .collect();
        let mut after = vec![Act::List {
            after: None,
            limit: PLACES + 1,
        }];
        after.extend((0..PLACES).map(|place| Act::Find { place }));
        Self {
            seed,
            before,
            raced,
            after,
        }
    }

    /// The acts as a part for which nobody else is on the stage.
    pub(super) fn alone(&self, acts: &[Act]) -> Part {
        Part {
            seed: self.seed,
            actor: ACTORS,
            acts: acts.to_vec(),
        }
    }

    pub(super) fn part(&self, actor: usize) -> Part {
        Part {
            seed: self.seed,
            actor,
            acts: self.raced[actor].clone(),
        }
    }
}

struct Author {
    dice: Dice,
    /// Where the launches so far go to; a launch's nonce is its index.
    launches: Vec<usize>,
    number: u64,
}

impl Author {
    fn acts(&mut self, count: usize) -> Vec<Act> {
        (0..count).map(|_| self.act()).collect()
    }

    fn act(&mut self) -> Act {
        // Much is to happen in one place.
        let place = self.dice.one_of(&[0, 0, 0, 1, 1, 2]);
        match self.dice.below(16) {
            0..4 => {
                self.launches.push(place);
                self.launch(self.launches.len() - 1)
            }
            4..6 if !self.launches.is_empty() => {
                let nonce = self.dice.below(self.launches.len());
                self.launch(nonce)
            }
            4..7 => Act::Enter {
                place,
                number: self.number(),
            },
            7..9 => Act::SetStatus {
                place,
                status: DeploymentStatus::Disabled,
            },
            9 => Act::SetStatus {
                place,
                status: self.dice.one_of(&STATUSES),
            },
            10..12 => Act::Approve { place },
            12..14 => Act::Remove { place },
            14 => Act::Find { place },
            _ => Act::List {
                after: self.dice.one_of(&[None, None, Some(0), Some(1)]),
                limit: 1 + self.dice.below(PLACES),
            },
        }
    }

    fn launch(&mut self, nonce: usize) -> Act {
        Act::Launch {
            place: self.launches[nonce],
            nonce,
            number: self.number(),
            quota: self.dice.one_of(&[None, None, Some(1), Some(2)]),
        }
    }

    fn number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }
}

const STATUSES: [DeploymentStatus; 3] = [
    DeploymentStatus::Active,
    DeploymentStatus::Pending,
    DeploymentStatus::Disabled,
];

const ORIGINS: [DeploymentOrigin; 3] = [
    DeploymentOrigin::FirstLaunch,
    DeploymentOrigin::Administrator,
    DeploymentOrigin::Onboarding,
];

/// The status, the origin and the time that a record of that number is created with.
pub(super) fn made(number: u64) -> (DeploymentStatus, DeploymentOrigin, SystemTime) {
    (
        STATUSES[number as usize / 3 % 3],
        ORIGINS[number as usize % 3],
        UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + number),
    )
}

/// A registration that no other round has.
pub(super) fn registration(seed: u64) -> RegistrationId {
    RegistrationId::new("https://histories.example", format!("round-{seed}"))
}

pub(super) fn key(seed: u64, place: usize) -> DeploymentKey {
    DeploymentKey::new(registration(seed), format!("dep-{place}").into())
}

pub(super) fn nonce(seed: u64, nonce: usize) -> OneTimeKey {
    OneTimeKey::new(&registration(seed), &format!("n-{nonce}"))
}

pub(super) fn deployment(seed: u64, place: usize, number: u64) -> Deployment {
    let (status, origin, created_at) = made(number);
    Deployment::new(key(seed, place), status, origin, created_at)
}
