//! Kinds of failures, each with its code, its status, who has to act, and its texts.

/// Defines an enum of them. The literal behind its name begins the ids of its texts.
macro_rules! failure_kinds {
    ($(#[$doc:meta])* $name:ident $texts:literal {
        $($variant:ident $code:literal $status:ident $who:ident $spec:literal
            $message:literal
            $remedy:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`: ", $message)] $variant,)*
        }

        impl $name {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code, as it stands in answers and logs.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status of an answer with this code.
            #[must_use]
            pub fn status(self) -> http::StatusCode {
                match self { $(Self::$variant => http::StatusCode::$status,)* }
            }

            /// Who has to act.
            #[must_use]
            pub fn action_by(self) -> crate::service_error::ActionBy {
                match self { $(Self::$variant => crate::service_error::ActionBy::$who,)* }
            }

            /// Where the specification asks for the check that failed; empty where it says nothing.
            pub(crate) fn spec(self) -> &'static str {
                match self { $(Self::$variant => $spec,)* }
            }

            /// One plain sentence on what happened.
            #[must_use]
            pub fn message(self) -> &'static str {
                self.message_text().english()
            }

            /// What whoever has to act should do.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                self.remedy_text().english()
            }

            pub(crate) fn message_text(self) -> crate::page_text::PageText {
                use crate::page_text::PageText;
                match self {
                    $(Self::$variant => PageText::new(concat!($texts, ".", $code, ".message"), $message),)*
                }
            }

            pub(crate) fn remedy_text(self) -> crate::page_text::PageText {
                use crate::page_text::PageText;
                match self {
                    $(Self::$variant => PageText::new(concat!($texts, ".", $code, ".remedy"), $remedy),)*
                }
            }
        }
    };
}

pub(crate) use failure_kinds;
