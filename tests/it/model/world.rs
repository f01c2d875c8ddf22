//! The model: what must come of each step, in so many words.

use std::collections::BTreeMap;

use tower_lti::deployment::DeploymentStatus;

use crate::app::NOW;

/// How long a login lasts, how far clocks may differ, and how old a token may be, in seconds.
const LIFETIME: u64 = 600;
const SKEW: u64 = 60;
const GREATEST_AGE: u64 = 3_600;

/// What an administrator does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Disable,
    Suspend,
    Activate,
    Remove,
}

impl Act {
    /// The status that it gives, unless it takes the deployment away.
    pub(super) fn status(self) -> Option<DeploymentStatus> {
        match self {
            Self::Disable => Some(DeploymentStatus::Disabled),
            Self::Suspend => Some(DeploymentStatus::Pending),
            Self::Activate => Some(DeploymentStatus::Active),
            Self::Remove => None,
        }
    }
}

/// A login that was begun.
pub(super) struct Login {
    pub(super) registration: usize,
    wall: u64,
    monotonic: u64,
    used: bool,
}

/// A token that is right in everything, but perhaps too old by now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) deployment: usize,
    pub(super) issued: u64,
    pub(super) expires: u64,
}

/// What must come of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    In {
        created: bool,
    },
    /// Refused for the deployment's sake, with the nonce used up.
    Shut,
    Replayed,
    /// Refused before anything is written.
    Refused,
}

/// All that has happened so far, and what follows from it.
pub(super) struct World {
    pub(super) wall: u64,
    monotonic: u64,
    pub(super) logins: Vec<Login>,
    pub(super) deployments: BTreeMap<(usize, usize), DeploymentStatus>,
    /// How many nonces were used up.
    pub(super) used: usize,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            wall: NOW,
            monotonic: 0,
            logins: Vec::new(),
            deployments: BTreeMap::new(),
            used: 0,
        }
    }

    pub(super) fn wait(&mut self, seconds: u64) {
        self.wall += seconds;
        self.monotonic += seconds;
    }

    pub(super) fn log_in(&mut self, registration: usize) {
        self.logins.push(Login {
            registration,
            wall: self.wall,
            monotonic: self.monotonic,
            used: false,
        });
    }

    pub(super) fn administer(&mut self, at: (usize, usize), act: Act) {
        match act.status() {
            None => {
                self.deployments.remove(&at);
            }
            Some(status) => {
                self.deployments.entry(at).and_modify(|it| *it = status);
            }
        }
    }

    /// Whether a login may still come back: neither by the time of day nor by the time that has
    /// really passed is it over, and it does not seem to lie ahead.
    pub(super) fn is_open(&self, login: usize) -> bool {
        let login = &self.logins[login];
        login.wall <= self.wall + SKEW
            && self.wall.saturating_sub(login.wall) < LIFETIME
            && self.monotonic - login.monotonic < LIFETIME
    }

    fn holds(&self, token: Token) -> bool {
        self.wall < token.expires + SKEW
            && token.issued <= self.wall + SKEW
            && self.wall < token.issued + GREATEST_AGE + SKEW
    }

    /// Takes a launch that is right in everything.
    pub(super) fn launch(&mut self, login: usize, token: Token, rejecting: bool) -> Verdict {
        if !self.is_open(login) || !self.holds(token) {
            return Verdict::Refused;
        }
        let login = &mut self.logins[login];
        if std::mem::replace(&mut login.used, true) {
            return Verdict::Replayed;
        }
        self.used += 1;
        let at = (login.registration, token.deployment);
        match self.deployments.get(&at) {
            Some(DeploymentStatus::Active) => Verdict::In { created: false },
            Some(_) => Verdict::Shut,
            None if rejecting => Verdict::Shut,
            None => {
                self.deployments.insert(at, DeploymentStatus::Active);
                Verdict::In { created: true }
            }
        }
    }
}
