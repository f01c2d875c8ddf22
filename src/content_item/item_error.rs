//! Why an item is not offered.

use std::{error::Error, fmt};

use crate::{content_item::ItemType, redact};

/// The most characters that an error names of a member.
const MAX_NAME_CHARS: usize = 100;

/// Why an item is not offered: which item, which member, which setting of the request, and what is wrong.
///
/// `Display` is one line, such as "member `lineItem.scoreMaximum` of item 2 (`ltiResourceLink`) is not a number above
/// zero": items are counted from 1 there. It names members and types, and shows no value; a name that the
/// specification does not have is cut to what a log may hold, without e-mail addresses, tokens and queries of URLs.
#[derive(Clone, PartialEq, Eq)]
pub struct ItemError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    position: Option<usize>,
    item_type: Option<ItemType>,
    member: Option<String>,
    /// The same for logs.
    shown: Option<String>,
    setting: Option<&'static str>,
    problem: &'static str,
}

impl ItemError {
    /// A problem, as what is said of the member or the item: "is missing".
    pub(super) fn new(problem: &'static str) -> Self {
        Self(Box::new(Inner {
            position: None,
            item_type: None,
            member: None,
            shown: None,
            setting: None,
            problem,
        }))
    }

    /// The same of a member, or of what the error names within it.
    pub(super) fn in_member(mut self, name: &str) -> Self {
        let within = |name: String, inner: Option<String>| match inner {
            Some(inner) => format!("{name}.{inner}"),
            None => name,
        };
        let whole = redact::line(name, MAX_NAME_CHARS);
        self.0.member = Some(within(whole, self.0.member.take()));
        self.0.shown = Some(within(redact::log_value(name), self.0.shown.take()));
        self
    }

    pub(super) fn for_setting(mut self, setting: &'static str) -> Self {
        self.0.setting = Some(setting);
        self
    }

    pub(super) fn of_type(mut self, item_type: ItemType) -> Self {
        self.0.item_type = Some(item_type);
        self
    }

    pub(super) fn at(mut self, position: usize) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Which of the items it is, from 0 on; `None` for an item that is not in a list yet.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        self.0.position
    }

    /// The type of the item; `None` where it has none that can be read.
    #[must_use]
    pub fn item_type(&self) -> Option<&ItemType> {
        self.0.item_type.as_ref()
    }

    /// The member, with dots between nested ones, such as `lineItem.scoreMaximum`; `None` where the item as a whole
    /// is meant. Names are as the item has them, but cut where they are long, and with backslashes and control
    /// characters escaped.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        self.0.member.as_deref()
    }

    /// The setting of the request that it does not fit, such as `accept_multiple`; `None` where the specification
    /// itself forbids it.
    #[must_use]
    pub fn setting(&self) -> Option<&'static str> {
        self.0.setting
    }

    /// What is wrong, as it is said of the member or the item: "is missing".
    #[must_use]
    pub fn problem(&self) -> &'static str {
        self.0.problem
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(member) = &self.0.shown {
            write!(f, "member `{member}` of ")?;
        }
        match self.position() {
            Some(position) => write!(f, "item {}", position.saturating_add(1))?,
            None => f.write_str("the item")?,
        }
        if let Some(item_type) = self.item_type() {
            write!(f, " (`{}`)", redact::log_value(item_type.as_str()))?;
        }
        write!(f, " {}", self.problem())?;
        match self.setting() {
            Some(setting) => write!(f, " (`{setting}`)"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemError({self})")
    }
}

impl Error for ItemError {}
