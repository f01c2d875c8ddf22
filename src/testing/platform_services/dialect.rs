//! Whose rules the platform keeps.

/// Whose rules the platform keeps: the specifications', or a product's where it is known to differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// The specifications, read strictly.
    #[default]
    Reference,
    /// Errors of the token endpoint as `text/html`; the exact `Accept` or 400; `Link` with curly quotes and
    /// `&amp;`; times compared in whole seconds; the refused JSON in the status line; no `limit` on results.
    Moodle,
    /// At most 50 members a page and `limit` lost on the way; 422 for who is no student; equal times pass, older
    /// ones are 400; every score is a submission.
    Canvas,
    /// All claims or 400; a token has every scope; no `resourceLinkId` and no `id` taken.
    Blackboard,
    /// An audience of its own, and 500 for two; no line item comes with a launch; 404 for who is no student.
    Brightspace,
    /// One scope too many is 400; everything else that it refuses is 400, too; more is granted than was asked.
    Sakai,
    /// A token may come without any scope; `bearer` in lower case; equal times are 400; 403 for long lists.
    OpenEdx,
    /// At most 100 members a page; members of JSON that it does not know are refused.
    Schoology,
}

impl Dialect {
    /// What `tool_platform.product_family_code` says of it.
    pub(super) fn product_family(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Moodle => "moodle",
            Self::Canvas => "canvas",
            Self::Blackboard => "BlackboardLearn",
            Self::Brightspace => "desire2learn",
            Self::Sakai => "sakai",
            Self::OpenEdx => "openedx",
            Self::Schoology => "schoology",
        }
    }

    /// What is appended to every URL of a line item.
    pub(super) fn query(self) -> &'static str {
        match self {
            Self::Moodle => "?type_id=5",
            _ => "",
        }
    }

    /// How far ahead of the platform's clock an assertion may be, and how old, in seconds.
    pub(super) fn leeway(self) -> (i64, i64) {
        match self {
            Self::Moodle => (0, i64::MAX),
            Self::Canvas => (30, 300),
            Self::Sakai => (60, i64::MAX),
            _ => (5, 300),
        }
    }

    /// Whether it compares the audience of an assertion.
    pub(super) fn checks_audience(self) -> bool {
        !matches!(self, Self::Moodle | Self::Sakai | Self::OpenEdx)
    }

    /// Whether `jti` has to be there, and new.
    pub(super) fn token_id_rule(self) -> TokenIdRule {
        match self {
            Self::Moodle | Self::Sakai | Self::OpenEdx => TokenIdRule::Ignored,
            Self::Canvas => TokenIdRule::Present,
            _ => TokenIdRule::New,
        }
    }

    /// The longest page of members.
    pub(super) fn most_members(self) -> Option<usize> {
        match self {
            Self::Canvas => Some(50),
            Self::Schoology => Some(100),
            _ => None,
        }
    }

    /// Whether members who are not active are left out.
    pub(super) fn hides_inactive(self) -> bool {
        matches!(self, Self::Moodle | Self::Canvas | Self::Sakai)
    }

    /// Whether it changes the query's order: members of a next page are asked for by page number.
    pub(super) fn forgets_role(self) -> bool {
        self == Self::Moodle
    }

    /// Whether a time that is the last one's is refused.
    pub(super) fn refuses_equal_times(self) -> bool {
        self != Self::Canvas
    }
}

/// What is asked of the id of an assertion.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenIdRule {
    Ignored,
    Present,
    New,
}
