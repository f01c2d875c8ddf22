//! What a login is for, by the hint that the platform gave along with it.

use super::simulated_platform::{RESOURCE_LINK, SimulatedPlatform};
use crate::testing::CourseLink;

/// `lti_message_hint` of a deep linking request in the whole window.
pub(super) const SELECT: &str = "select-content";
/// `lti_message_hint` of a deep linking request in a frame of the course page.
pub(super) const SELECT_IN_FRAME: &str = "select-content-in-frame";

/// What a login is for.
pub(super) enum Asked {
    /// A launch of the link that is there from the start.
    FirstLink,
    /// A launch of a link that came by deep linking.
    Link(CourseLink),
    /// A deep linking request.
    Selection { in_frame: bool },
}

impl SimulatedPlatform {
    /// Reads `lti_message_hint`; `None` where the platform never gave it.
    pub(super) fn asked(&self, message_hint: &str) -> Option<Asked> {
        match message_hint {
            "" => Some(Asked::FirstLink),
            hint if hint == RESOURCE_LINK.0 => Some(Asked::FirstLink),
            SELECT => Some(Asked::Selection { in_frame: false }),
            SELECT_IN_FRAME => Some(Asked::Selection { in_frame: true }),
            hint => {
                let mut links = self.services.links().into_iter();
                links.find(|link| link.id() == hint).map(Asked::Link)
            }
        }
    }
}
