//! What became of one score of a batch.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    grades::Posted,
    service_error::{ActionBy, ServiceError, ServiceErrorKind},
};

/// What became of one score of a batch. It is kept as a word; of an error, its code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ScoreOutcome {
    /// It has not been sent, or nobody knows.
    Open,
    /// The platform took it.
    Recorded,
    /// An attempt before was not noted, and the platform has a score of that time or a later one: most
    /// probably this very score.
    ProbablyRecorded,
    /// The platform has it from an earlier batch, so that it was not sent.
    Unchanged,
    /// It was sent, no answer tells what became of it, and the platform would count it twice. It is not sent again
    /// until [`send_unknown`](crate::grades::ScoreBatch::send_unknown) says so: look into the grade book before.
    Unknown,
    /// It was refused, or could not be sent.
    Failed(ServiceError),
}

impl ScoreOutcome {
    /// Whether the score is to be sent when the batch goes on: it was not sent, or failed in a way that passes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Open => true,
            Self::Failed(error) => {
                let answered = error.platform_status();
                error.action_by() == ActionBy::TryLater
                    || answered.is_some_and(|status| status.is_server_error())
            }
            Self::Recorded | Self::ProbablyRecorded | Self::Unchanged | Self::Unknown => false,
        }
    }

    /// Whether the platform has the score, or has it most probably.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        matches!(
            self,
            Self::Recorded | Self::ProbablyRecorded | Self::Unchanged
        )
    }

    /// Why it failed.
    #[must_use]
    pub fn error(&self) -> Option<&ServiceError> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }

    fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Recorded => "recorded",
            Self::ProbablyRecorded => "probably_recorded",
            Self::Unchanged => "unchanged",
            Self::Unknown => "unknown",
            // What passes is sent again, so that its code need not be kept.
            Self::Failed(_) if self.is_open() => "open",
            Self::Failed(error) => error.code(),
        }
    }

    /// Reads a word. A code of another version counts as open: the score is sent again, with its timestamp.
    fn of_word(word: &str) -> Self {
        let known = [
            Self::Recorded,
            Self::ProbablyRecorded,
            Self::Unchanged,
            Self::Unknown,
        ];
        if let Some(outcome) = known.into_iter().find(|outcome| outcome.as_str() == word) {
            return outcome;
        }
        let mut kinds = ServiceErrorKind::ALL.iter();
        match kinds.find(|kind| kind.code() == word) {
            Some(kind) => Self::Failed((*kind).into()),
            None => Self::Open,
        }
    }
}

impl From<Result<Posted, ServiceError>> for ScoreOutcome {
    fn from(posted: Result<Posted, ServiceError>) -> Self {
        match posted {
            Ok(Posted::Recorded) => Self::Recorded,
            Ok(Posted::ProbablyRecorded) => Self::ProbablyRecorded,
            Err(error) => Self::Failed(error),
        }
    }
}

impl Serialize for ScoreOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ScoreOutcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of_word(&String::deserialize(deserializer)?))
    }
}
