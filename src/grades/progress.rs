//! How far a learner and the grading are.

use serde::{Deserialize, Serialize};

macro_rules! progress {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The name as it is sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }

            /// Reads a name; upper and lower case differ.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($variant) => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

progress! {
    /// How far the learner is (AGS 2.0 §3.4.7).
    ActivityProgress {
        /// Nothing was done yet, or it was reset.
        Initialized,
        /// The activity was opened.
        Started,
        /// The learner is at work.
        InProgress,
        /// Handed in, and may be handed in again.
        Submitted,
        /// The activity is done.
        Completed,
    }
}

progress! {
    /// How far the grading is (AGS 2.0 §3.4.8). Platforms may drop every score that is not `FullyGraded`.
    GradingProgress {
        /// The score is final.
        FullyGraded,
        /// Grading goes on, and needs no human.
        Pending,
        /// A human has to grade.
        PendingManual,
        /// Grading failed.
        Failed,
        /// There is nothing to grade yet.
        NotReady,
    }
}
