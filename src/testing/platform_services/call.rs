//! What a tool asks the services for.

/// What a tool asks the services for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Call {
    /// A request for an access token.
    Token,
    /// The list of line items.
    LineItems,
    /// A new line item.
    LineItemCreation,
    /// One line item.
    LineItem,
    /// A change of a line item.
    LineItemUpdate,
    /// The end of a line item.
    LineItemDeletion,
    /// A score.
    Score,
    /// The results of a line item.
    Results,
    /// The members of the course.
    Roster,
    /// The platform's configuration, for a tool that registers.
    Configuration,
    /// A registration.
    Registration,
    /// A registration that its tool reads, replaces or removes.
    RegistrationManagement,
}

impl Call {
    /// Any of them is enough.
    pub(super) fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Token
            | Self::Configuration
            | Self::Registration
            | Self::RegistrationManagement => &[],
            Self::LineItems | Self::LineItem => &[LINE_ITEM, LINE_ITEM_READONLY],
            Self::LineItemCreation | Self::LineItemUpdate | Self::LineItemDeletion => &[LINE_ITEM],
            Self::Score => &[SCORE],
            Self::Results => &[RESULT_READONLY],
            Self::Roster => &[MEMBERSHIP_READONLY],
        }
    }

    /// The media type of what is sent back, or of what is sent where nothing comes back.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Token
            | Self::Configuration
            | Self::Registration
            | Self::RegistrationManagement => "application/json",
            Self::LineItems => "application/vnd.ims.lis.v2.lineitemcontainer+json",
            Self::LineItem
            | Self::LineItemCreation
            | Self::LineItemUpdate
            | Self::LineItemDeletion => "application/vnd.ims.lis.v2.lineitem+json",
            Self::Score => "application/vnd.ims.lis.v1.score+json",
            Self::Results => "application/vnd.ims.lis.v2.resultcontainer+json",
            Self::Roster => "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
        }
    }

    /// Whether the request has to carry JSON of its media type.
    pub(super) fn sends(self) -> bool {
        matches!(
            self,
            Self::LineItemCreation | Self::LineItemUpdate | Self::Score
        )
    }

    /// Whether the request has to accept its media type.
    pub(super) fn reads(self) -> bool {
        matches!(
            self,
            Self::LineItems | Self::LineItem | Self::Results | Self::Roster
        )
    }
}

pub(super) const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
pub(super) const LINE_ITEM_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub(super) const RESULT_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
pub(super) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
pub(super) const MEMBERSHIP_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

/// All that a platform may grant.
pub(super) const SCOPES: [&str; 5] = [
    LINE_ITEM,
    LINE_ITEM_READONLY,
    RESULT_READONLY,
    SCORE,
    MEMBERSHIP_READONLY,
];
