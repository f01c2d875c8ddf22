//! Our spans and events; nothing is left of them without the feature `tracing`.
//!
//! `event!` and `span!` are those of `tracing` with our target. Without the feature their values are
//! compiled, so that they stay right, and never worked out.

/// An event: its level, its fields, its text.
macro_rules! event {
    ($level:ident, $($field:ident = $value:expr,)* $text:literal) => {{
        #[cfg(feature = "tracing")]
        ::tracing::$level!(target: "tower_lti", $($field = $value,)* $text);
        #[cfg(not(feature = "tracing"))]
        {
            $(let _ = || $value;)*
        }
    }};
}

/// A [`Span`]: its level, its name, and its fields, which are recorded later.
macro_rules! span {
    ($level:ident, $(parent: $parent:expr,)? $name:literal, $($field:ident),*) => {
        $crate::observe::trace::Span::new(
            #[cfg(feature = "tracing")]
            ::tracing::$level!(
                target: "tower_lti",
                $(parent: $parent,)?
                $name,
                $($field = ::tracing::field::Empty,)*
            ),
        )
    };
}

pub(super) use {event, span};

/// Whether events go anywhere.
pub(super) const IS_ENABLED: bool = cfg!(feature = "tracing");

#[cfg(not(feature = "tracing"))]
pub(crate) use self::disabled::{Span, in_current_span};
#[cfg(feature = "tracing")]
pub(crate) use self::enabled::{Span, in_current_span};

#[cfg(feature = "tracing")]
mod enabled {
    use std::future::Future;

    use tracing::Instrument;

    /// A span.
    #[derive(Clone)]
    pub(crate) struct Span(tracing::Span);

    impl Span {
        pub(in crate::observe) fn new(span: tracing::Span) -> Self {
            Self(span)
        }

        /// Records one of our own words.
        pub(in crate::observe) fn record(&self, field: &'static str, word: &'static str) {
            self.0.record(field, word);
        }

        /// Records a value that is worked out only if a subscriber wants it.
        pub(in crate::observe) fn record_with<V: AsRef<str>>(
            &self,
            field: &'static str,
            value: impl FnOnce() -> V,
        ) {
            if !self.0.is_disabled() {
                self.0.record(field, value().as_ref());
            }
        }

        pub(in crate::observe) fn follows_from_current(self) -> Self {
            self.0.follows_from(tracing::Span::current());
            self
        }

        /// Enters the span whenever the future is polled, and at no other time.
        pub(crate) fn instrument<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
            future.instrument(self.0)
        }
    }

    /// Keeps what is spawned in the span that it was spawned in.
    pub(crate) fn in_current_span<F: Future>(future: F) -> impl Future<Output = F::Output> {
        future.in_current_span()
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use std::future::Future;

    /// No span.
    #[derive(Clone)]
    pub(crate) struct Span;

    impl Span {
        pub(in crate::observe) fn new() -> Self {
            Self
        }

        pub(in crate::observe) fn record(&self, _: &'static str, _: &'static str) {}

        pub(in crate::observe) fn record_with<V: AsRef<str>>(
            &self,
            _: &'static str,
            _: impl FnOnce() -> V,
        ) {
        }

        pub(in crate::observe) fn follows_from_current(self) -> Self {
            self
        }

        pub(crate) fn instrument<F: Future>(self, future: F) -> F {
            future
        }
    }

    pub(crate) fn in_current_span<F: Future>(future: F) -> F {
        future
    }
}
