//! The media types of the service, exactly as they are asked for and sent (AGS 2.0 §3.2, §3.3, §3.4).

pub(super) const LINE_ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
pub(super) const LINE_ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
pub(super) const RESULTS: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
/// Version 1, while all others are version 2.
pub(super) const SCORE: &str = "application/vnd.ims.lis.v1.score+json";
