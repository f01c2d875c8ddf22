//! Seals what nobody but this tool may read.

#[expect(clippy::module_inception, reason = "named for its type")]
mod sealer;

pub(crate) use self::sealer::Sealer;
