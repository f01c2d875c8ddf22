//! A session of a browser that has several, for a page that asks which one is meant.

use std::{fmt, sync::Arc, time::SystemTime};

use crate::{
    error::LtiError,
    pages::{Choice, PageWriter, is_blank, texts},
};

/// A session of a browser that has several (`session_ambiguous`), for a page that asks which one is meant.
///
/// Titles are the platform's: escape them. `Debug` shows none.
#[derive(Clone)]
#[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
pub struct SessionChoice {
    pub(crate) course: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) started_at: SystemTime,
    pub(crate) age_minutes: u64,
    pub(crate) address: String,
}

impl SessionChoice {
    /// The title of the course that the launch was in.
    #[must_use]
    pub fn course_title(&self) -> Option<&str> {
        self.course.as_deref()
    }

    /// The title of the link that was opened there.
    #[must_use]
    pub fn link_title(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// When the launch was.
    #[must_use]
    pub fn started_at(&self) -> SystemTime {
        self.started_at
    }

    /// The address of the same page in this session, relative to it: its query. Escape it in HTML.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl SessionChoice {
    /// The link of the page that asks.
    pub(super) fn to_link<'a>(&'a self, page: &'a PageWriter) -> Choice<'a> {
        let when = match self.age_minutes {
            0 => page.plain(texts::OPENED_NOW).to_owned(),
            1 => page.plain(texts::OPENED_A_MINUTE_AGO).to_owned(),
            minutes @ 2..120 => page
                .plain(texts::OPENED_MINUTES_AGO)
                .replace("{minutes}", &minutes.to_string()),
            minutes => page
                .plain(texts::OPENED_HOURS_AGO)
                .replace("{hours}", &(minutes / 60).to_string()),
        };
        let seen = |title: &&str| !is_blank(title);
        let (course, link) = (self.course_title(), self.link_title());
        let (title, note) = match (course.filter(seen), link.filter(seen)) {
            (Some(course), Some(link)) => (course, format!("{link}, {when}")),
            (Some(title), None) | (None, Some(title)) => (title, when),
            (None, None) => (page.plain(texts::UNTITLED), when),
        };
        Choice {
            address: &self.address,
            title,
            note,
        }
    }
}

impl fmt::Debug for SessionChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionChoice(..)")
    }
}

impl LtiError {
    pub(crate) fn with_session_choices(mut self, choices: Vec<SessionChoice>) -> Self {
        self.session_choices = Some(Arc::from(choices));
        self
    }

    /// The sessions that the browser has, the latest first, where it did not say which one is meant
    /// (`session_ambiguous`); none for all other kinds.
    #[must_use]
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub fn session_choices(&self) -> &[SessionChoice] {
        self.session_choices.as_deref().unwrap_or_default()
    }
}
